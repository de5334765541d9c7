using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace ChaturMail.Core.Realtime;

/// <summary>The connections of users to this process. Safe for concurrent use.</summary>
public sealed class LiveConnections
{
    private readonly ConcurrentDictionary<string, IUserConnection[]> _ofUsers = new();
    private readonly Counter<long> _told = Telemetry.Meter.CreateCounter<long>("chaturmail.live.updates");
    private int _count;

    /// <summary>Counts them in a metric, too.</summary>
    public LiveConnections() => Telemetry.Meter.CreateObservableGauge("chaturmail.live.connections", () => Count);

    /// <summary>How many there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The users who have one.</summary>
    public ICollection<string> Users => _ofUsers.Keys;

    /// <summary>Adds a connection and gives those of its user, oldest first, itself last.</summary>
    public IReadOnlyList<IUserConnection> Add(IUserConnection connection)
    {
        Interlocked.Increment(ref _count);
        return _ofUsers.AddOrUpdate(connection.Uid, static (_, one) => [one], static (_, all, one) => [.. all, one], connection);
    }

    /// <summary>Removes a connection. True when it was its user's last.</summary>
    public bool Remove(IUserConnection connection)
    {
        while (_ofUsers.TryGetValue(connection.Uid, out var all))
        {
            if (!all.Contains(connection)) return false;
            var isLast = all.Length == 1;
            if (isLast
                ? !_ofUsers.TryRemove(KeyValuePair.Create(connection.Uid, all))
                : !_ofUsers.TryUpdate(connection.Uid, [.. all.Where(one => one != connection)], all)) continue;
            Interlocked.Decrement(ref _count);
            return isLast;
        }

        return false;
    }

    /// <summary>True while the user has one.</summary>
    public bool Has(string uid) => _ofUsers.ContainsKey(uid);

    /// <summary>The user's connections, oldest first.</summary>
    public IReadOnlyList<IUserConnection> Of(string uid) => _ofUsers.GetValueOrDefault(uid) ?? [];

    /// <summary>Tells all connections of a user; false when there is none.</summary>
    public bool Tell(string uid, LiveUpdate update)
    {
        if (!_ofUsers.TryGetValue(uid, out var all)) return false;
        foreach (var connection in all) connection.Tell(update);
        _told.Add(all.Length);
        return true;
    }

    /// <summary>Tells every connection.</summary>
    public void TellAll(LiveUpdate update)
    {
        foreach (var uid in _ofUsers.Keys) Tell(uid, update);
    }
}
