using ChaturMail.Core.Feedback;

namespace ChaturMail.Core.Storage;

/// <summary>Messages to the operators.</summary>
public interface IFeedbackStore
{
    /// <summary>Keeps a message. False, and nothing kept, when its writer's account is gone: what was erased leaves nothing behind.</summary>
    Task<bool> AddAsync(FeedbackMessage message, CancellationToken cancellation);

    /// <summary>The newest messages.</summary>
    Task<IReadOnlyList<FeedbackMessage>> ListAsync(int limit, CancellationToken cancellation);
}
