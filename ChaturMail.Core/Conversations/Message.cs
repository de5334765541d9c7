using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Conversations;

/// <summary>A message in a conversation.</summary>
/// <param name="Id">A <see cref="DocumentId"/>.</param>
/// <param name="ConversationId">Where it stands.</param>
/// <param name="Sequence">Its place there: the number of the change that it came with. Rises, with gaps.</param>
/// <param name="Change">The number of its last change. A conversation counts its messages, edits and deletions, from 1, without gaps.</param>
/// <param name="SenderId">Uid; empty once the sender's account is gone.</param>
/// <param name="ClientId">The sender's own name for it, by which a repeated request is told; at most 64 characters.</param>
/// <param name="Text">At most 4,000 characters; empty once it is deleted.</param>
/// <param name="CreatedOn">Unix milliseconds.</param>
public sealed record Message(
    string Id, string ConversationId, long Sequence, long Change, string SenderId, string ClientId, string Text, long CreatedOn)
{
    /// <summary>The most characters of a text, in UTF-16 code units.</summary>
    public const int LongestText = 4000;

    /// <summary>The most characters of a client id.</summary>
    public const int LongestClientId = 64;

    /// <summary>The most members that a message mentions.</summary>
    public const int MostMentions = 50;

    /// <summary>The most attachments of a message.</summary>
    public const int MostAttachments = 10;

    /// <summary>The message that it answers, or null.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>Uids of those whom it mentions, at most <see cref="MostMentions"/>.</summary>
    public IReadOnlyList<string> Mentions { get; init; } = [];

    /// <summary>Ids of its attachments, at most <see cref="MostAttachments"/>.</summary>
    public IReadOnlyList<string> Attachments { get; init; } = [];

    /// <summary>When its text was changed last, Unix milliseconds, or null.</summary>
    public long? EditedOn { get; init; }

    /// <summary>
    /// What tells the sender's requests to send it from others in the conversation, so that a repeated one stores nothing: follows from sender and client id.
    /// </summary>
    public string Key => ConversationService.IdOf("message", SenderId + "\n" + ClientId);

    /// <summary>When it was deleted, Unix milliseconds, or null.</summary>
    public long? DeletedOn { get; init; }
}

/// <summary>How far a member has come in a conversation.</summary>
/// <param name="Uid">Who.</param>
/// <param name="Delivered">The last <see cref="Message.Change"/> that a device of theirs has acknowledged; never goes back.</param>
/// <param name="Seen">The last <see cref="Message.Sequence"/> that they have seen; never goes back, nor beyond <paramref name="Delivered"/>.</param>
public sealed record ReadPosition(string Uid, long Delivered, long Seen)
{
    /// <summary>The position after an acknowledgement: never back, never beyond the conversation's last change.</summary>
    public ReadPosition Advance(long last, long delivered, long seen)
    {
        var to = Math.Max(Delivered, Math.Min(delivered, last));
        return this with { Delivered = to, Seen = Math.Max(Seen, Math.Min(seen, to)) };
    }
}
