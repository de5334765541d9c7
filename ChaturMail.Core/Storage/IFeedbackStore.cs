using ChaturMail.Core.Emails;
using ChaturMail.Core.Feedback;

namespace ChaturMail.Core.Storage;

/// <summary>Messages to the operators.</summary>
public interface IFeedbackStore
{
    /// <summary>Keeps a message. False, and nothing kept, when its writer's account is gone: what was erased leaves nothing behind.</summary>
    Task<bool> AddAsync(FeedbackMessage message, CancellationToken cancellation);

    /// <summary>The newest messages.</summary>
    Task<IReadOnlyList<FeedbackMessage>> ListAsync(int limit, CancellationToken cancellation) => ListAsync(limit, null, cancellation);

    /// <summary>A page of all messages, newest first (by time, then id).</summary>
    /// <param name="limit">1 to 100.</param>
    /// <param name="after">Where the page before ended, its time in milliseconds, or null for the first.</param>
    Task<IReadOnlyList<FeedbackMessage>> ListAsync(int limit, EmailCursor? after, CancellationToken cancellation);

    /// <summary>Deletes a message. False when there is none of this id.</summary>
    Task<bool> DeleteAsync(string id, CancellationToken cancellation);
}
