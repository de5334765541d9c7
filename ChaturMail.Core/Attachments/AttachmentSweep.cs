using ChaturMail.Core.Events;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Workspaces;

namespace ChaturMail.Core.Attachments;

/// <summary>
/// Deletes uploads that nobody finished for an hour and pictures that nobody bound to anything for a day, finishes deletions that were cut short, and looks
/// once at whether what a picture was bound to has come to be. Everything that may have to be looked at stands under one key, oldest first; most leaves it
/// an hour after it was bound.
/// </summary>
public sealed class AttachmentSweep(IDocumentStore documents, IObjectStore objects, AttachmentService service, TimeProvider time) : ISweepStep
{
    private const int PageSize = 200;

    // The store is away then, and each try may take long.
    private const int MostFailures = 3;

    private readonly Documents<Attachment> _attachments = new(documents, Attachment.Kind);

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellation)
    {
        // What is younger has nothing due: the shortest rest is as long.
        var newest = (time.GetUtcNow() - AttachmentRules.Rest).ToUnixTimeMilliseconds();
        var failures = 0;
        DocumentCursor? after = null;
        while (true)
        {
            var page = await _attachments.ListAsync(Attachment.Unsettled, cancellation, newestFirst: false, limit: PageSize, after: after);
            foreach (var attachment in page.TakeWhile(attachment => attachment.CreatedOn <= newest))
            {
                try
                {
                    await SweepAsync(attachment, cancellation);
                }
                catch (ObjectStoreException) when (++failures < MostFailures)
                {
                    // One object that cannot be deleted keeps no others from it; it is tried again.
                }
            }

            if (page.Count < PageSize || page[^1].CreatedOn > newest) return;
            after = new DocumentCursor(page[^1].CreatedOn, page[^1].Id);
        }
    }

    private async Task SweepAsync(Attachment attachment, CancellationToken cancellation)
    {
        switch (AttachmentRules.WhatIsDue(attachment, time.GetUtcNow()))
        {
            case SweepAction.Delete:
                await DeleteAsync(SweepAction.Delete);
                break;
            case SweepAction.Forget:
                await objects.DeleteAsync(attachment.UploadKey, cancellation);
                await objects.DeleteAsync(attachment.ObjectKey, cancellation);
                await _attachments.ChangeAsync(attachment.Id, _ => new Decision<Attachment, string>("") { Delete = true }, cancellation);
                break;
            case SweepAction.Settle when await service.IsUsedAsync(attachment, cancellation):
                // An address may have been used once more after the upload was read.
                await objects.DeleteAsync(attachment.UploadKey, cancellation);
                await _attachments.ChangeAsync(attachment.Id, found => new Decision<Attachment, string>("")
                {
                    Change = found.Use == attachment.Use && found.DeletedOn is null ? found with { Settled = true } : null,
                }, cancellation);
                break;
            case SweepAction.Settle:
                await DeleteAsync(SweepAction.Settle);
                break;
        }

        // Decided again on what it is by then: it may have been finished or bound just now.
        Task DeleteAsync(SweepAction due) => service.DeleteAsync(
            attachment.Id, DomainEvent.System, found => AttachmentRules.WhatIsDue(found, time.GetUtcNow()) == due && found.Use == attachment.Use, cancellation);
    }
}
