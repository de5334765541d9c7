using ChaturMail.Core.Feedback;

namespace ChaturMail.Core.Storage;

/// <summary>Messages to the operators.</summary>
public interface IFeedbackStore
{
    /// <summary>Keeps a message.</summary>
    Task AddAsync(FeedbackMessage message, CancellationToken cancellation);

    /// <summary>The newest messages.</summary>
    Task<IReadOnlyList<FeedbackMessage>> ListAsync(int limit, CancellationToken cancellation);
}
