namespace ChaturMail.Core.Realtime;

/// <summary>Stands in until there is a channel: tells nobody.</summary>
public sealed class SilentChannel : IUserChannel
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> TellAsync(IReadOnlyCollection<string> uids, UserUpdate update, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<string>>([]);
}
