using ChaturMail.Core.Attachments.Images;
using ChaturMail.Core.Events;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Attachments;

/// <summary>
/// Pictures that users upload: announced, written by the client to the object store itself, finished here, bound to what they are for, shown to who may see
/// that. The record is written before the objects and deleted after them. The number of a user's files is kept exactly, by numbered places; of their
/// bytes, uploads that are announced at the same moment may exceed the limit together, by no more than the unfinished uploads that one may have.
/// </summary>
/// <param name="uses">What attachments are bound to; asked for late, for those who bind them need this service.</param>
public sealed class AttachmentService(
    IDocumentStore documents, IObjectStore objects, AttachmentOptions options, Func<IEnumerable<IAttachmentUse>> uses, TimeProvider time) : IDisposable
{
    /// <summary>How long an address is good.</summary>
    public static readonly TimeSpan AddressLifetime = TimeSpan.FromMinutes(1);

    /// <summary>Bytes of an avatar.</summary>
    public const int MostAvatarBytes = 2 * 1024 * 1024;

    /// <summary>Attachments that are bound to one use at once.</summary>
    public const int MostAtOnce = 100;

    // Pictures that are in memory at once, each twice.
    private const int MostFinishing = 4;

    // Whoever loses a place to another request of the same user finds the next.
    private const int MostTries = 100;

    private readonly Documents<Attachment> _attachments = new(documents, Attachment.Kind);
    private readonly SemaphoreSlim _finishing = new(MostFinishing);

    /// <summary>
    /// Announces an upload: the attachment, to be finished once its bytes are at <see cref="SignUpload"/>'s address. Refused with
    /// <see cref="AttachmentRefusal.TooManyUploads"/> or <see cref="AttachmentRefusal.StorageFull"/>.
    /// </summary>
    /// <param name="fileName">May be empty.</param>
    /// <param name="bytes">Exactly as many are taken; at most <see cref="MostBytesOf"/>.</param>
    public async Task<AttachmentResult> CreateAsync(
        string uid, AttachmentPurpose purpose, string fileName, string contentType, long bytes, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            var owned = await ListAllAsync(uid, cancellation);
            var (place, unfinishedPlace, refusal) = AttachmentRules.FindPlace(owned, bytes, options);
            if (refusal is not null) return new AttachmentResult.Refused(refusal);
            var attachment = new Attachment(
                DocumentId.New(time), uid, purpose, fileName, contentType, bytes, time.GetUtcNow().ToUnixTimeMilliseconds(), place)
            { UnfinishedPlace = unfinishedPlace };
            if (await _attachments.AddAsync(attachment, cancellation)) return new AttachmentResult.Done(attachment);
        }

        return new AttachmentResult.Refused(AttachmentRefusal.TooManyUploads);
    }

    /// <summary>The most bytes of a file for this purpose.</summary>
    public int MostBytesOf(AttachmentPurpose purpose) => purpose == AttachmentPurpose.Avatar ? Math.Min(MostAvatarBytes, options.MostBytes) : options.MostBytes;

    /// <summary>Where an announced upload is to be written, by PUT with its type, for a minute.</summary>
    public SignedAddress SignUpload(Attachment attachment)
    {
        ArgumentNullException.ThrowIfNull(attachment);
        return objects.SignUpload(attachment.UploadKey, attachment.ContentType, attachment.Bytes, AddressLifetime);
    }

    /// <summary>Where a finished picture is read, by GET, for a minute. Whether the reader may see it is decided before.</summary>
    public SignedAddress SignDownload(Attachment attachment)
    {
        ArgumentNullException.ThrowIfNull(attachment);
        // Not the name that a user gave it: an address may stand in the logs of whatever lies between.
        return objects.SignDownload(attachment.ObjectKey, attachment.ContentType, attachment.Id + ImageFile.ExtensionOf(attachment.ContentType), AddressLifetime);
    }

    /// <summary>
    /// Checks what was uploaded, and keeps what of it is needed to show it. May be repeated. Refused with <see cref="AttachmentRefusal.NotFound"/>,
    /// <see cref="AttachmentRefusal.Incomplete"/> (may be tried again), <see cref="AttachmentRefusal.UnsupportedImage"/> or <see cref="AttachmentRefusal.ImageTooLarge"/>
    /// (the upload is deleted).
    /// </summary>
    /// <exception cref="ObjectStoreException">The store could not be used now.</exception>
    public async Task<AttachmentResult> FinishAsync(string uid, string id, CancellationToken cancellation)
    {
        var found = await FindOwnAsync(uid, id, cancellation);
        if (found is { IsReady: true }) return new AttachmentResult.Done(found);
        if (found is null || !AttachmentRules.MayFinish(found, time.GetUtcNow())) return NotFound;
        await _finishing.WaitAsync(cancellation);
        try
        {
            return await FinishAsync(found, cancellation);
        }
        finally
        {
            _finishing.Release();
        }
    }

    /// <summary>A finished picture that the user may see, or null: their own while it is bound to nothing, else one whose use they may see.</summary>
    public async Task<Attachment?> FindVisibleAsync(string uid, string id, CancellationToken cancellation)
    {
        if (await _attachments.FindAsync(id, cancellation) is not { IsReady: true } found) return null;
        if (found.Use is not { } use) return found.OwnerId == uid ? found : null;
        var (asked, useId) = UseOf(use);
        return asked is not null && await asked.MaySeeAsync(useId, uid, cancellation) ? found : null;
    }

    /// <summary>A user's attachments, newest first; fewer than the limit is no sign of the end.</summary>
    /// <param name="limit">1 to 1000.</param>
    public async Task<(IReadOnlyList<Attachment> Items, DocumentCursor? Next)> ListAsync(string uid, int limit, DocumentCursor? after, CancellationToken cancellation)
    {
        var page = await _attachments.ListAsync(Attachment.KeyOfOwner(uid), cancellation, limit: limit, after: after);
        return ([.. page.Where(attachment => attachment.DeletedOn is null)], page.Count < limit ? null : new DocumentCursor(page[^1].CreatedOn, page[^1].Id));
    }

    /// <summary>Those of the ids that are finished pictures, in the order of the ids. Whether the reader may see them is decided before.</summary>
    public async Task<IReadOnlyList<AttachmentItem>> DescribeAsync(IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        if (ids.Count == 0) return [];
        var found = (await _attachments.FindAsync(ids, cancellation)).Where(attachment => attachment.IsReady).ToDictionary(attachment => attachment.Id);
        return [.. ids.Distinct().Where(found.ContainsKey).Select(id => AttachmentItem.Of(found[id]))];
    }

    /// <summary>Those of the ids that are finished pictures, in no order.</summary>
    internal async Task<IReadOnlyList<Attachment>> FindAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation) =>
        [.. (await _attachments.FindAsync(ids, cancellation)).Where(attachment => attachment.IsReady)];

    /// <summary>The bytes of a finished picture, for a mail; null when there is none.</summary>
    /// <exception cref="ObjectStoreException">The store could not be used now.</exception>
    public async Task<Stream?> OpenAsync(string id, CancellationToken cancellation) =>
        await _attachments.FindAsync(id, cancellation) is { IsReady: true } found ? await objects.OpenAsync(found.ObjectKey, cancellation) : null;

    /// <summary>
    /// Binds finished pictures of a user to a use such as <c>message:ID</c>: all of them, or none. May be repeated for the same use. Refused when one is
    /// not theirs, not finished, bound to something else, or an avatar.
    /// </summary>
    /// <param name="ids">At most <see cref="MostAtOnce"/>.</param>
    public async Task<AttachmentClaim> ClaimAsync(string uid, IReadOnlyList<string> ids, string use, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ids.Count, MostAtOnce, nameof(ids));
        if (ids.Count == 0) return new AttachmentClaim.Claimed();
        // Nothing is bound before all of them could be; what changes in between is undone.
        var found = (await _attachments.FindAsync(ids, cancellation)).ToDictionary(attachment => attachment.Id);
        foreach (var id in ids)
            if (AttachmentRules.RefuseClaim(found.GetValueOrDefault(id), uid, use) is { } refusal) return new AttachmentClaim.Refused(refusal);
        var bound = new List<string>();
        foreach (var id in ids.Distinct())
        {
            var answer = await _attachments.ChangeAsync(id, attachment => AttachmentRules.Claim(attachment, uid, use, time.GetUtcNow()), cancellation);
            if (answer is { Refusal: null })
            {
                if (answer.IsNew) bound.Add(id);
                continue;
            }

            foreach (var other in bound) await _attachments.ChangeAsync(other, attachment => AttachmentRules.Unclaim(attachment, use), CancellationToken.None);
            return new AttachmentClaim.Refused(answer?.Refusal ?? AttachmentRefusal.NotFound);
        }

        return new AttachmentClaim.Claimed();
    }

    /// <summary>Deletes the attachments of a use that is gone, or is about to go. May be repeated.</summary>
    /// <exception cref="ObjectStoreException">The store could not be used now; nobody sees the attachments any more, and the rest is swept.</exception>
    public async Task ReleaseAsync(string use, CancellationToken cancellation)
    {
        var bound = await _attachments.ListAsync(Attachment.KeyOfUse(use), cancellation);
        // All of them are marked before the store is asked for anything: one object that cannot be deleted leaves no other picture to be seen.
        foreach (var attachment in bound) await MarkAsync(attachment.Id, DomainEvent.System, found => found.Use == use, cancellation);
        foreach (var attachment in bound) await DeleteAsync(attachment.Id, DomainEvent.System, found => found.Use == use, cancellation);
    }

    /// <summary>Deletes an attachment of the user's that is bound to nothing. Refused when there is none, or it is bound.</summary>
    /// <exception cref="ObjectStoreException">The store could not be used now; nobody sees the attachment any more, and the rest is swept.</exception>
    public async Task<AttachmentResult> DeleteOwnAsync(string uid, string id, CancellationToken cancellation)
    {
        var found = await FindOwnAsync(uid, id, cancellation);
        if (found is null) return NotFound;
        return await DeleteAsync(id, uid, attachment => attachment.Use is null, cancellation) ?? new AttachmentResult.Refused(AttachmentRefusal.InUse);
    }

    /// <summary>
    /// Deletes an attachment for good: marks it, deletes its objects, takes its owner out of what is left. Whoever dies in between leaves a mark that the
    /// sweep finds. Null when <paramref name="may"/> says no.
    /// </summary>
    internal async Task<AttachmentResult?> DeleteAsync(string id, string actor, Func<Attachment, bool> may, CancellationToken cancellation)
    {
        var marked = await MarkAsync(id, actor, may, cancellation);
        if (marked is AttachmentResult.Refused) return null;
        if (marked is not AttachmentResult.Done { Attachment: var attachment }) return NotFound;
        await objects.DeleteAsync(attachment.UploadKey, cancellation);
        await objects.DeleteAsync(attachment.ObjectKey, cancellation);
        return await _attachments.ChangeAsync(id, AttachmentRules.Strip, cancellation) ?? marked;
    }

    /// <summary>Every attachment of a user, those whose objects are still being deleted among them.</summary>
    internal async Task<IReadOnlyList<Attachment>> ListAllAsync(string uid, CancellationToken cancellation)
    {
        var all = new List<Attachment>();
        DocumentCursor? after = null;
        while (true)
        {
            var page = await _attachments.ListAsync(Attachment.KeyOfOwner(uid), cancellation, after: after);
            all.AddRange(page);
            if (page.Count < StoredDocument.MostAtOnce) return all;
            after = new DocumentCursor(page[^1].CreatedOn, page[^1].Id);
        }
    }

    /// <summary>True while what an attachment is bound to has it; also when nobody here knows of such uses.</summary>
    internal async Task<bool> IsUsedAsync(Attachment attachment, CancellationToken cancellation)
    {
        var (asked, useId) = UseOf(attachment.Use ?? "");
        return asked is null || await asked.ExistsAsync(useId, attachment.Id, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _finishing.Dispose();

    private Task<AttachmentResult?> MarkAsync(string id, string actor, Func<Attachment, bool> may, CancellationToken cancellation) => _attachments.ChangeAsync(
        id, found => may(found) ? AttachmentRules.Delete(found, time, actor) : new(new AttachmentResult.Refused(AttachmentRefusal.InUse)), cancellation);

    private static AttachmentResult.Refused NotFound => new(AttachmentRefusal.NotFound);

    private async Task<AttachmentResult> FinishAsync(Attachment found, CancellationToken cancellation)
    {
        if (await ReadAsync(found, cancellation) is not { } bytes)
        {
            // Another request may have finished it and deleted the upload just now.
            return await FindOwnAsync(found.OwnerId, found.Id, cancellation) is { IsReady: true } ready
                ? new AttachmentResult.Done(ready) : new AttachmentResult.Refused(AttachmentRefusal.Incomplete);
        }

        var outcome = ImageFile.Inspect(bytes, ImageLimits.Default);
        if (outcome is not ImageOutcome.Clean image)
        {
            await DeleteAsync(found.Id, found.OwnerId, attachment => !attachment.IsReady, cancellation);
            return new AttachmentResult.Refused(((ImageOutcome.Refused)outcome).Code);
        }

        // The object before the record: a picture that is finished can be shown. Who dies in between leaves an upload that is swept with both.
        await objects.PutAsync(found.ObjectKey, image.ContentType, image.Bytes, cancellation);
        var finished = await _attachments.ChangeAsync(found.Id, attachment => AttachmentRules.Finish(attachment, image, time), cancellation) ?? NotFound;
        // Deleted meanwhile: what was just written goes too. Who dies here leaves it to the sweep, which deletes objects once more before it forgets them.
        if (finished is AttachmentResult.Refused) await objects.DeleteAsync(found.ObjectKey, CancellationToken.None);
        else await TryDeleteUploadAsync(found);
        return finished;
    }

    private async Task TryDeleteUploadAsync(Attachment attachment)
    {
        try
        {
            await objects.DeleteAsync(attachment.UploadKey, CancellationToken.None);
        }
        catch (ObjectStoreException)
        {
            // The sweep deletes it: a finished picture is looked at again.
        }
    }

    // Exactly as many bytes as were announced, or null.
    private async Task<byte[]?> ReadAsync(Attachment attachment, CancellationToken cancellation)
    {
        try
        {
            await using var stream = await objects.OpenAsync(attachment.UploadKey, cancellation);
            if (stream is null) return null;
            var bytes = new byte[attachment.Bytes];
            var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
            return read == bytes.Length && await stream.ReadAsync(new byte[1], cancellation) == 0 ? bytes : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException and not ObjectStoreException)
        {
            throw new ObjectStoreException("The object store broke off.", e);
        }
    }

    private async Task<Attachment?> FindOwnAsync(string uid, string id, CancellationToken cancellation) =>
        await _attachments.FindAsync(id, cancellation) is { DeletedOn: null } found && found.OwnerId == uid ? found : null;

    private (IAttachmentUse? Asked, string Id) UseOf(string use)
    {
        var colon = use.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (null, "") : (uses().FirstOrDefault(one => one.Name == use[..colon]), use[(colon + 1)..]);
    }
}
