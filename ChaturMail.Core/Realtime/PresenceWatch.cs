using System.Globalization;
using System.Text.Json;

namespace ChaturMail.Core.Realtime;

/// <summary>
/// Tells connections of this process when people come and go whom they watch. Somebody who is back within <see cref="Brief"/> was not away. Safe
/// for concurrent use.
/// </summary>
public sealed class PresenceWatch(TimeProvider time)
{
    /// <summary>The most people that one connection watches.</summary>
    public const int MostWatched = 100;

    /// <summary>How long a watch lasts unless it is renewed: whoever may not know any more learns nothing after it.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>How long somebody may be without a connection before others hear of it.</summary>
    public static readonly TimeSpan Brief = TimeSpan.FromSeconds(5);

    // How long a change that nobody announced may be missed: that of users whose process died.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(20);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Person> _people = [];
    private readonly Dictionary<IUserConnection, (string[] Uids, long Since)> _watchers = [];
    private long _lookedAt = time.GetTimestamp();

    /// <summary>Watches these people for a connection, instead of whom it watched before.</summary>
    /// <param name="states">As they were just found.</param>
    public void Watch(IUserConnection connection, IReadOnlyDictionary<string, PresenceState> states)
    {
        lock (_gate)
        {
            Remove(connection);
            _watchers[connection] = ([.. states.Keys], time.GetTimestamp());
            foreach (var (uid, state) in states)
            {
                if (!_people.TryGetValue(uid, out var person)) _people[uid] = person = new Person { Online = state.Online };
                person.Watchers.Add(connection);
                // Within a short absence, that the others were not told of: else this one would not be told of its end.
                if (person.Online != state.Online) Tell(uid, person, state);
            }
        }
    }

    /// <summary>Ends what a connection watches.</summary>
    public void Forget(IUserConnection connection)
    {
        lock (_gate) Remove(connection);
    }

    /// <summary>Somebody has got their first connection, or lost their last, as the map says.</summary>
    public void Note(string uid, bool online)
    {
        lock (_gate)
        {
            if (!_people.TryGetValue(uid, out var person)) return;
            person.GoneAt = online ? null : time.GetTimestamp();
            if (online) Tell(uid, person, new PresenceState(true, time.GetUtcNow().ToUnixTimeSeconds()));
        }
    }

    /// <summary>Tells of those who stayed away, and now and then of whoever else has changed; ends watches that nobody renewed. To be called every second.</summary>
    public async Task LookAsync(IPresence presence, CancellationToken cancellation)
    {
        var uids = Due();
        foreach (var some in uids.Chunk(IConnectionMap.MostAtOnce))
        {
            var states = await presence.FindAsync(some, cancellation);
            lock (_gate)
                foreach (var (uid, state) in states)
                    if (_people.TryGetValue(uid, out var person) && (state.Online || person.GoneAt is not { } gone || time.GetElapsedTime(gone) >= Brief))
                        Tell(uid, person, state);
        }
    }

    private List<string> Due()
    {
        lock (_gate)
        {
            foreach (var old in _watchers.Where(watcher => time.GetElapsedTime(watcher.Value.Since) >= Lifetime).Select(watcher => watcher.Key).ToList()) Remove(old);
            if (time.GetElapsedTime(_lookedAt) < LookEvery)
                return [.. _people.Where(person => person.Value.GoneAt is { } at && time.GetElapsedTime(at) >= Brief).Select(person => person.Key)];
            _lookedAt = time.GetTimestamp();
            return [.. _people.Keys];
        }
    }

    private static void Tell(string uid, Person person, PresenceState state)
    {
        person.GoneAt = null;
        if (person.Online == state.Online) return;
        person.Online = state.Online;
        var update = LiveUpdate.Of(new UserUpdate("presence", string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"userId":{{JsonSerializer.Serialize(uid)}},"online":{{(state.Online ? "true" : "false")}},"lastSeenOn":{{state.LastSeenOn?.ToString(CultureInfo.InvariantCulture) ?? "null"}}}""")));
        foreach (var connection in person.Watchers) connection.Tell(update);
    }

    private void Remove(IUserConnection connection)
    {
        if (!_watchers.Remove(connection, out var watched)) return;
        foreach (var uid in watched.Uids)
        {
            if (!_people.TryGetValue(uid, out var person)) continue;
            person.Watchers.Remove(connection);
            if (person.Watchers.Count == 0) _people.Remove(uid);
        }
    }

    private sealed class Person
    {
        public HashSet<IUserConnection> Watchers { get; } = [];

        /// <summary>As the watchers were told.</summary>
        public bool Online { get; set; }

        /// <summary>When they lost their last connection, until that is told; else null.</summary>
        public long? GoneAt { get; set; }
    }
}
