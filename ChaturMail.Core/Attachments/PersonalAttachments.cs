using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ChaturMail.Core.Privacy;

namespace ChaturMail.Core.Attachments;

/// <summary>A user's pictures, in their archive and at the end of their account. The archive lists them: each is read at an address of its own.</summary>
public sealed class PersonalAttachments(AttachmentService service, AvatarService avatars) : IPersonalContent
{
    /// <inheritdoc/>
    public string Section => "attachments";

    /// <inheritdoc/>
    public async IAsyncEnumerable<JsonObject> ExportAsync(string uid, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var attachment in await service.ListAllAsync(uid, cancellation))
        {
            if (attachment.DeletedOn is not null) continue;
            yield return new JsonObject
            {
                ["id"] = attachment.Id,
                ["fileName"] = attachment.FileName,
                ["contentType"] = attachment.ContentType,
                ["bytes"] = attachment.Bytes,
                ["purpose"] = attachment.Purpose.ToString().ToLowerInvariant(),
                ["use"] = attachment.Use,
                ["createdOn"] = attachment.CreatedOn / 1000,
                ["read"] = attachment.IsReady ? "/attachment/getUrl" : null,
            };
        }
    }

    /// <inheritdoc/>
    public async Task EraseAsync(string uid, DateTimeOffset before, CancellationToken cancellation)
    {
        await avatars.EraseAsync(uid, before, cancellation);
        foreach (var attachment in await service.ListAllAsync(uid, cancellation))
            if (attachment.CreatedOn < before.ToUnixTimeMilliseconds()) await service.DeleteAsync(attachment.Id, uid, _ => true, cancellation);
    }
}
