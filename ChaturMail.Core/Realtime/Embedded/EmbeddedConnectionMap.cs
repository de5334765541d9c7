using System.Collections.Concurrent;

namespace ChaturMail.Core.Realtime.Embedded;

/// <summary><see cref="IConnectionMap"/> where this process is the only one that holds connections. When users were last seen is known since its start.</summary>
public sealed class EmbeddedConnectionMap(LiveConnections connections, PresenceWatch watch, TimeProvider time) : IConnectionMap
{
    private const int MostRemembered = 20_000;

    private readonly ConcurrentDictionary<string, long> _seen = new();

    /// <inheritdoc/>
    public Task EnterAsync(string uid)
    {
        watch.Note(uid, online: true);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task LeaveAsync(string uid, bool forget)
    {
        if (connections.Has(uid)) return Task.CompletedTask;
        if (_seen.Count >= MostRemembered) _seen.Clear();
        if (forget) _seen.TryRemove(uid, out _);
        else _seen[uid] = time.GetUtcNow().ToUnixTimeSeconds();
        watch.Note(uid, online: false);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> PassOnAsync(IReadOnlyList<string> uids, LiveUpdate update) => Task.FromResult(uids);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, PresenceState>> FindAsync(IReadOnlyCollection<string> uids, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return Task.FromResult<IReadOnlyDictionary<string, PresenceState>>(uids.Distinct().ToDictionary(uid => uid, uid =>
            connections.Has(uid) ? new PresenceState(true, now) : new PresenceState(false, _seen.TryGetValue(uid, out var seen) ? seen : null)));
    }

    /// <inheritdoc/>
    public Task<long?> CountAsync(CancellationToken cancellation) => Task.FromResult<long?>(connections.Users.Count);

    /// <inheritdoc/>
    public Task EraseAsync(string uid, DateTimeOffset before)
    {
        if (_seen.TryGetValue(uid, out var seen) && seen <= before.ToUnixTimeSeconds()) _seen.TryRemove(KeyValuePair.Create(uid, seen));
        return Task.CompletedTask;
    }
}
