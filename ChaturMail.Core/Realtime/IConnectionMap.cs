namespace ChaturMail.Core.Realtime;

/// <summary>
/// Which process holds connections of which user, so that one process can tell the users of all. What is known of a process that died ends
/// by itself. No method throws when Redis is away: what could not be passed on is made up for by telling everybody <c>resync</c> later.
/// Safe for concurrent use.
/// </summary>
public interface IConnectionMap : IPresence
{
    /// <summary>Notes that this process has a connection of the user, now and until <see cref="LeaveAsync"/>. May be repeated.</summary>
    Task EnterAsync(string uid);

    /// <summary>Notes that this process has no connection of the user any more. May be repeated.</summary>
    /// <param name="forget">True when the account is gone, so that it must not be kept when its user was last seen.</param>
    Task LeaveAsync(string uid, bool forget);

    /// <summary>Tells the users on the connections that other processes hold.</summary>
    /// <param name="uids">Without doubles, at most <see cref="MostAtOnce"/>.</param>
    /// <returns>Those of them who have no connection in another process; nobody when that is not known.</returns>
    Task<IReadOnlyList<string>> PassOnAsync(IReadOnlyList<string> uids, LiveUpdate update);

    /// <summary>Forgets when a user was last seen, when that was before a moment.</summary>
    /// <exception cref="IOException">It cannot be done now.</exception>
    Task EraseAsync(string uid, DateTimeOffset before);

    /// <summary>The most users of one call.</summary>
    const int MostAtOnce = 256;
}
