using ChaturMail.Core.Events;

namespace ChaturMail.Core.Conversations;

/// <summary>
/// Messages, and how far everybody has come. Whoever is allowed to see them is decided before. Every method is safe under concurrent use by
/// several processes, and none needs more than one record to be changed in one step.
/// </summary>
public interface IMessageStore
{
    /// <summary>The most messages that one call gives.</summary>
    const int MostAtOnce = 500;

    /// <summary>Unread messages are counted up to here.</summary>
    const int MostUnread = 100;

    /// <summary>So many messages, the newest, are looked at for those that are unread.</summary>
    const int MostLookedAt = 1000;

    /// <summary>So many messages one search looks at.</summary>
    const int MostSearched = 10_000;

    /// <summary>
    /// Adds a message with the conversation's next change as its <see cref="Message.Sequence"/> and <see cref="Message.Change"/>, whatever those
    /// of <paramref name="message"/> are. When there is one with this <see cref="Message.Key"/> in the conversation, that one is given,
    /// unchanged. Null when the conversation is closed. Whoever can read a change can read all that have smaller numbers.
    /// </summary>
    /// <param name="happened">What is noted in one step with it; given the message as it is stored, and perhaps asked several times.</param>
    Task<MessageAddition?> AddAsync(Message message, Func<Message, DomainEvent> happened, CancellationToken cancellation);

    /// <summary>
    /// Changes a message's text, mentions, attachments and times as <paramref name="change"/> says, which may be asked several times, and gives it the
    /// conversation's next change. Null from <paramref name="change"/> leaves it as it is and gives it so; null is given when there is none,
    /// or its conversation is closed.
    /// </summary>
    Task<Message?> ChangeAsync(
        string conversationId, string messageId, Func<Message, Message?> change, Func<Message, DomainEvent> happened, CancellationToken cancellation);

    /// <summary>The message, or null.</summary>
    Task<Message?> FindAsync(string messageId, CancellationToken cancellation);

    /// <summary>The message of this <see cref="Message.Key"/>, or null.</summary>
    Task<Message?> FindByKeyAsync(string conversationId, string key, CancellationToken cancellation);

    /// <summary>Messages before or after a place, nearest first, deleted ones among them.</summary>
    /// <param name="sequence">Not itself given.</param>
    /// <param name="limit">1 to <see cref="MostAtOnce"/>.</param>
    Task<IReadOnlyList<Message>> ListAsync(string conversationId, long sequence, bool before, int limit, CancellationToken cancellation);

    /// <summary>Messages whose last change is later than one, in the order of their changes, each as it is now.</summary>
    /// <param name="limit">1 to <see cref="MostAtOnce"/>.</param>
    Task<IReadOnlyList<Message>> ListChangesAsync(string conversationId, long after, int limit, CancellationToken cancellation);

    /// <summary>
    /// Messages that hold a text, whatever its case, newest first; none of the deleted. It looks at <see cref="MostSearched"/> messages at most: a page
    /// that is not full, or empty, may have one after it.
    /// </summary>
    /// <param name="conversationIds">At most 1000.</param>
    /// <param name="beforeId">Messages with a smaller id than this, or null.</param>
    Task<FoundMessages> SearchAsync(
        IReadOnlyCollection<string> conversationIds, string text, int limit, string? beforeId, CancellationToken cancellation);

    /// <summary>Where each conversation stands; those without messages are left out.</summary>
    /// <param name="conversationIds">At most 1000.</param>
    Task<IReadOnlyList<ConversationHead>> HeadsAsync(string uid, IReadOnlyCollection<string> conversationIds, CancellationToken cancellation);

    /// <summary>Moves a member's position forward, never back nor beyond the conversation's last change.</summary>
    Task<PositionAdvance> AdvanceAsync(string conversationId, string uid, long delivered, long seen, CancellationToken cancellation);

    /// <summary>Everybody's position in a conversation; nobody's who has acknowledged nothing.</summary>
    Task<IReadOnlyList<ReadPosition>> PositionsAsync(string conversationId, CancellationToken cancellation);

    /// <summary>Forgets a member's position.</summary>
    Task RemovePositionAsync(string conversationId, string uid, CancellationToken cancellation);

    /// <summary>From when this returns nothing is added to the conversation nor changed in it. May be repeated.</summary>
    Task CloseAsync(string conversationId, CancellationToken cancellation);

    /// <summary>Deletes a conversation's messages up to a place, and all of its positions.</summary>
    Task DeleteAsync(string conversationId, long throughSequence, CancellationToken cancellation);

    /// <summary>Forgets that a conversation was closed: nobody can be about to add to it any more.</summary>
    Task ForgetAsync(string conversationId, CancellationToken cancellation);

    /// <summary>A page of what a user has written, oldest first, for their archive.</summary>
    Task<IReadOnlyList<Message>> ListOfSenderAsync(string uid, string? afterId, int limit, CancellationToken cancellation);

    /// <summary>
    /// Takes text and sender out of messages that a user wrote before a moment, which count as deleted then, and the user out of mentions and positions:
    /// the places stay, and each has its conversation's next change, so that nobody misses it. Gives how many messages there were; to be repeated until none.
    /// </summary>
    Task<int> EraseSenderAsync(string uid, DateTimeOffset before, int limit, CancellationToken cancellation);
}

/// <summary>What came of adding a message.</summary>
/// <param name="Message">As it is stored.</param>
/// <param name="IsNew">False when it was there already.</param>
public sealed record MessageAddition(Message Message, bool IsNew);

/// <summary>A page of what was searched for.</summary>
/// <param name="Messages">Newest first.</param>
/// <param name="NextBeforeId">Where the search goes on, or null when it is at its end.</param>
public sealed record FoundMessages(IReadOnlyList<Message> Messages, string? NextBeforeId);

/// <summary>What came of an acknowledgement.</summary>
/// <param name="Position">Where the member is now.</param>
/// <param name="HasMoved">False when they had been there or further already.</param>
public sealed record PositionAdvance(ReadPosition Position, bool HasMoved);

/// <summary>Where a conversation stands, for one of its members.</summary>
/// <param name="ConversationId">Which.</param>
/// <param name="Change">Its last change.</param>
/// <param name="Last">Its last message.</param>
/// <param name="Unread">
/// Messages of others that the member has not seen, not counting deleted ones; <see cref="IMessageStore.MostUnread"/> for so many and more.
/// </param>
/// <param name="Position">The member's own.</param>
public sealed record ConversationHead(string ConversationId, long Change, Message Last, int Unread, ReadPosition Position);
