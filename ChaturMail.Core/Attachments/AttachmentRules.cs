using ChaturMail.Core.Attachments.Images;
using ChaturMail.Core.Events;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Attachments;

/// <summary>What may become of an attachment, decided from what it is and nothing else.</summary>
internal static class AttachmentRules
{
    /// <summary>How long an upload may wait to be finished.</summary>
    public static readonly TimeSpan Unfinished = TimeSpan.FromHours(1);

    /// <summary>How long a finished picture may wait to be bound to something.</summary>
    public static readonly TimeSpan Unbound = TimeSpan.FromHours(24);

    /// <summary>
    /// How long after its last change an attachment is looked at again: longer than any request lasts, or address is good, that could still write its
    /// objects. Only then is the record of a deleted one taken away, with its objects deleted once more: so no object outlives its record.
    /// </summary>
    public static readonly TimeSpan Rest = TimeSpan.FromHours(1);

    // A request to finish an upload lasts half a minute at most: it is over when the upload is deleted.
    private static readonly TimeSpan FinishBefore = Unfinished - TimeSpan.FromMinutes(5);

    /// <summary>The first places that are free among a user's files and among their unfinished uploads; a code where there is none.</summary>
    public static (int Place, int UnfinishedPlace, string? Refusal) FindPlace(IReadOnlyList<Attachment> owned, long bytes, AttachmentOptions options)
    {
        var kept = owned.Where(attachment => attachment.DeletedOn is null).ToList();
        var unfinished = Free(kept.Select(attachment => attachment.UnfinishedPlace), options.UnfinishedOfAUser);
        if (unfinished < 0) return (0, 0, AttachmentRefusal.TooManyUploads);
        var place = Free(kept.Select(attachment => (int?)attachment.Place), options.FilesOfAUser);
        var isFull = place < 0 || kept.Sum(attachment => attachment.Bytes) + bytes > options.BytesOfAUser;
        return (place, unfinished, isFull ? AttachmentRefusal.StorageFull : null);

        static int Free(IEnumerable<int?> taken, int count)
        {
            var set = taken.ToHashSet();
            return Enumerable.Range(0, count).FirstOrDefault(number => !set.Contains(number), -1);
        }
    }

    /// <summary>True while an upload may be finished.</summary>
    public static bool MayFinish(Attachment attachment, DateTimeOffset now) =>
        attachment.DeletedOn is null && now.ToUnixTimeMilliseconds() - attachment.CreatedOn < FinishBefore.TotalMilliseconds;

    /// <summary>The upload as the picture that was found in it. A finished one stays as it is.</summary>
    public static Decision<Attachment, AttachmentResult> Finish(Attachment attachment, ImageOutcome.Clean image, TimeProvider time)
    {
        if (attachment.DeletedOn is not null) return new(new AttachmentResult.Refused(AttachmentRefusal.NotFound));
        if (attachment.IsReady) return new(new AttachmentResult.Done(attachment));
        var finished = attachment with
        {
            FileName = NameOf(attachment.FileName, image.ContentType),
            ContentType = image.ContentType,
            Bytes = image.Bytes.Length,
            Width = image.Width,
            Height = image.Height,
            UnfinishedPlace = null,
            FinishedOn = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        return new(new AttachmentResult.Done(finished))
        {
            Change = finished,
            Happened =
            [
                DomainEvent.Of(
                    time, EventType.AttachmentUploaded, finished.Id, finished.OwnerId, ("purpose", PurposeOf(finished)), ("contentType", finished.ContentType),
                    ("bytes", finished.Bytes.ToString(System.Globalization.CultureInfo.InvariantCulture))),
            ],
        };
    }

    /// <summary>Why a user may not bind an attachment to a use, or null.</summary>
    public static string? RefuseClaim(Attachment? attachment, string uid, string use)
    {
        if (attachment is not { DeletedOn: null } || attachment.OwnerId != uid) return AttachmentRefusal.NotFound;
        if (!attachment.IsReady) return AttachmentRefusal.Incomplete;
        var isForAvatars = attachment.Purpose == AttachmentPurpose.Avatar;
        var isAvatar = use.StartsWith(AvatarService.UseName + ":", StringComparison.Ordinal);
        return isForAvatars == isAvatar && (attachment.Use is null || attachment.Use == use) ? null : AttachmentRefusal.InUse;
    }

    /// <summary>The attachment as it is bound to a use; as it is when it is so already.</summary>
    public static Decision<Attachment, ClaimAnswer> Claim(Attachment attachment, string uid, string use, DateTimeOffset now)
    {
        if (RefuseClaim(attachment, uid, use) is { } refusal) return new(new ClaimAnswer(refusal, false));
        if (attachment.Use is not null) return new(new ClaimAnswer(null, false));
        return new(new ClaimAnswer(null, true)) { Change = attachment with { Use = use, ClaimedOn = now.ToUnixTimeMilliseconds(), Settled = false } };
    }

    /// <summary>The attachment without the use that it was just bound to.</summary>
    public static Decision<Attachment, ClaimAnswer> Unclaim(Attachment attachment, string use) => attachment.Use == use && attachment.DeletedOn is null
        ? new(new ClaimAnswer(null, true)) { Change = attachment with { Use = null, ClaimedOn = null } }
        : new(new ClaimAnswer(null, false));

    /// <summary>
    /// The attachment as deleted: nobody finds it any more, its places are free. It stays its owner's until its objects are gone, so that who asks for
    /// their deletion again finds those that are left.
    /// </summary>
    public static Decision<Attachment, AttachmentResult> Delete(Attachment attachment, TimeProvider time, string actor)
    {
        if (attachment.DeletedOn is not null) return new(new AttachmentResult.Done(attachment));
        var deleted = attachment with { DeletedOn = time.GetUtcNow().ToUnixTimeMilliseconds(), Settled = false };
        return new(new AttachmentResult.Done(deleted))
        {
            Change = deleted,
            Happened = attachment.FinishedOn is null
                ? [] : [DomainEvent.Of(time, EventType.AttachmentDeleted, attachment.Id, actor, ("purpose", PurposeOf(attachment)))],
        };
    }

    /// <summary>What remains of a deleted attachment whose objects are gone: nothing of its owner's.</summary>
    public static Decision<Attachment, AttachmentResult> Strip(Attachment attachment)
    {
        var note = new Attachment(attachment.Id, "", attachment.Purpose, "", attachment.ContentType, 0, attachment.CreatedOn, 0) { DeletedOn = attachment.DeletedOn };
        return new(new AttachmentResult.Done(note)) { Change = attachment.DeletedOn is null ? null : note };
    }

    /// <summary>What is to be done with an attachment that is looked at again.</summary>
    public static SweepAction WhatIsDue(Attachment attachment, DateTimeOffset now)
    {
        if (attachment.DeletedOn is { } deletedOn)
            return attachment.OwnerId.Length > 0 ? SweepAction.Delete : Since(deletedOn) >= Rest ? SweepAction.Forget : SweepAction.Wait;
        if (attachment.FinishedOn is null) return Since(attachment.CreatedOn) >= Unfinished ? SweepAction.Delete : SweepAction.Wait;
        if (attachment.ClaimedOn is { } claimedOn) return Since(claimedOn) >= Rest ? SweepAction.Settle : SweepAction.Wait;
        return Since(attachment.CreatedOn) >= Unbound ? SweepAction.Delete : SweepAction.Wait;

        TimeSpan Since(long then) => now - DateTimeOffset.FromUnixTimeMilliseconds(then);
    }

    /// <summary>The name that its owner gave it, with its type's extension in the place of its own.</summary>
    internal static string NameOf(string given, string contentType)
    {
        var dot = given.LastIndexOf('.');
        var name = (dot > 0 ? given[..dot] : given).TrimEnd('.', ' ');
        return (name.Length > 0 ? name : "image") + ImageFile.ExtensionOf(contentType);
    }

    private static string PurposeOf(Attachment attachment) => attachment.Purpose.ToString().ToLowerInvariant();
}

/// <summary>What came of binding one attachment.</summary>
/// <param name="Refusal">A code, or null.</param>
/// <param name="IsNew">True when this bound it.</param>
internal sealed record ClaimAnswer(string? Refusal, bool IsNew);

/// <summary>What is to be done with an attachment that is looked at again.</summary>
internal enum SweepAction
{
    /// <summary>Nothing yet.</summary>
    Wait,

    /// <summary>It goes, or what is left of it.</summary>
    Delete,

    /// <summary>Its record goes too.</summary>
    Forget,

    /// <summary>It stays, if what it is bound to has it.</summary>
    Settle,
}
