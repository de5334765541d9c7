namespace ChaturMail.Core.Realtime;

/// <summary>Tells nobody: clients ask.</summary>
public sealed class SilentUserChannel : IUserChannel
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> TellAsync(IReadOnlyCollection<string> uids, UserUpdate update, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<string>>([.. uids]);
}
