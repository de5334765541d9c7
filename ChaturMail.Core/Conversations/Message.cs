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
    /// <summary>The message that it answers, or null.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>Uids of those whom it mentions.</summary>
    public IReadOnlyList<string> Mentions { get; init; } = [];

    /// <summary>Ids of its attachments.</summary>
    public IReadOnlyList<string> Attachments { get; init; } = [];

    /// <summary>When its text was changed last, Unix milliseconds, or null.</summary>
    public long? EditedOn { get; init; }

    /// <summary>When it was deleted, Unix milliseconds, or null.</summary>
    public long? DeletedOn { get; init; }
}

/// <summary>How far a member has come in a conversation.</summary>
/// <param name="Uid">Who.</param>
/// <param name="Delivered">The last <see cref="Message.Change"/> that a device of theirs has acknowledged; never goes back.</param>
/// <param name="Seen">The last <see cref="Message.Sequence"/> that they have seen; never goes back, nor beyond <paramref name="Delivered"/>.</param>
public sealed record ReadPosition(string Uid, long Delivered, long Seen);
