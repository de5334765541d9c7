using ChaturMail.Core.Events;

namespace ChaturMail.Core.Conversations;

/// <summary>
/// Messages, and how far everybody has come. Whoever is allowed to see them is decided before. Every method is safe under concurrent use by
/// several processes.
/// </summary>
public interface IMessageStore
{
    /// <summary>The most messages that one call gives.</summary>
    const int MostAtOnce = 200;

    /// <summary>
    /// Adds a message with the conversation's next change as its <see cref="Message.Sequence"/> and <see cref="Message.Change"/>, whatever those
    /// of <paramref name="message"/> are. When the sender has one with this <see cref="Message.ClientId"/> in the conversation, that one is given,
    /// unchanged. Whoever can read a change can read all that have smaller numbers.
    /// </summary>
    Task<MessageAddition> AddAsync(Message message, DomainEvent happened, CancellationToken cancellation);

    /// <summary>
    /// Changes a message's text, mentions and times as <paramref name="change"/> says, which may be asked several times, and gives it the
    /// conversation's next change. Null from <paramref name="change"/> leaves it as it is and gives it so; null is given when there is none.
    /// </summary>
    Task<Message?> ChangeAsync(string conversationId, string messageId, Func<Message, Message?> change, DomainEvent happened, CancellationToken cancellation);

    /// <summary>The message, or null.</summary>
    Task<Message?> FindAsync(string messageId, CancellationToken cancellation);

    /// <summary>Messages before or after a place, nearest first, deleted ones among them.</summary>
    /// <param name="sequence">Not itself given.</param>
    /// <param name="limit">1 to <see cref="MostAtOnce"/>.</param>
    Task<IReadOnlyList<Message>> ListAsync(string conversationId, long sequence, bool before, int limit, CancellationToken cancellation);

    /// <summary>Messages whose last change is later than one, in the order of their changes, each as it is now.</summary>
    Task<IReadOnlyList<Message>> ListChangesAsync(string conversationId, long after, int limit, CancellationToken cancellation);

    /// <summary>Messages that hold a text, whatever its case, newest first; none of the deleted.</summary>
    /// <param name="conversationIds">At most 1000.</param>
    /// <param name="beforeId">Messages with a smaller id than this, or null.</param>
    Task<IReadOnlyList<Message>> SearchAsync(
        IReadOnlyCollection<string> conversationIds, string text, int limit, string? beforeId, CancellationToken cancellation);

    /// <summary>Each conversation's last change, last message, and how many of others' messages the user has not seen, counted up to 100.</summary>
    /// <param name="conversationIds">At most 1000; those without messages are left out.</param>
    Task<IReadOnlyList<ConversationHead>> HeadsAsync(string uid, IReadOnlyCollection<string> conversationIds, CancellationToken cancellation);

    /// <summary>Moves a member's position forward, never back, and gives it.</summary>
    Task<ReadPosition> AdvanceAsync(string conversationId, string uid, long delivered, long seen, CancellationToken cancellation);

    /// <summary>Everybody's position in a conversation.</summary>
    Task<IReadOnlyList<ReadPosition>> PositionsAsync(string conversationId, CancellationToken cancellation);

    /// <summary>Forgets a member's position.</summary>
    Task RemovePositionAsync(string conversationId, string uid, CancellationToken cancellation);

    /// <summary>Deletes everything of a conversation, at most so many messages at once; gives how many there were.</summary>
    Task<int> DeleteAllAsync(string conversationId, int limit, CancellationToken cancellation);

    /// <summary>A page of what a user has written, oldest first, for their archive.</summary>
    Task<IReadOnlyList<Message>> ListOfSenderAsync(string uid, string? afterId, int limit, CancellationToken cancellation);

    /// <summary>
    /// Takes text and sender out of messages that a user wrote before a moment, and the user out of mentions and positions: the places stay, so
    /// that nobody's changes are missed. Gives how many messages there were; to be repeated until none.
    /// </summary>
    Task<int> EraseSenderAsync(string uid, DateTimeOffset before, int limit, CancellationToken cancellation);
}

/// <summary>What came of adding a message.</summary>
/// <param name="Message">As it is stored.</param>
/// <param name="IsNew">False when it was there already.</param>
public sealed record MessageAddition(Message Message, bool IsNew);

/// <summary>Where a conversation stands, for one of its members.</summary>
/// <param name="ConversationId">Which.</param>
/// <param name="Change">Its last change.</param>
/// <param name="Last">Its last message.</param>
/// <param name="Unread">Messages of others that the member has not seen, not counting deleted ones; 100 for 100 and more.</param>
/// <param name="Position">The member's own.</param>
public sealed record ConversationHead(string ConversationId, long Change, Message Last, int Unread, ReadPosition Position);
