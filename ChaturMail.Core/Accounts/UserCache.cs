using System.Collections.Concurrent;
using ChaturMail.Core.Accounts.Redis;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Accounts;

/// <summary>
/// The second check of every request, in front of the store: does the token's user still exist, and may they come in?
/// An entry is believed while the store says that nothing has changed, so that a deletion or a lock counts from the next request on,
/// whichever process made it. Where the store cannot tell, the processes tell each other over Redis, and an entry is believed for
/// <see cref="MaxAgeAnnounced"/>; where there is no Redis, or it is away, for <see cref="MaxAge"/>. Not beyond
/// <see cref="ChangedAsync"/> in any case.
/// </summary>
/// <param name="changes">What other processes announce, or null where they cannot.</param>
public sealed class UserCache(IUserStore users, TimeProvider time, RedisUserChanges? changes = null)
{
    /// <summary>How long an entry is believed when nobody can tell of changes.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    /// <summary>How long an entry is believed when changes are announced: one whose announcer was cut off from Redis is missed no longer.</summary>
    public static readonly TimeSpan MaxAgeAnnounced = TimeSpan.FromSeconds(10);

    private const int MostEntries = 20_000;

    private readonly ConcurrentDictionary<string, Entry> _entries = new();

    // Ids of sessions that a fresh read did not find. They never come back, so that their tokens cost no more reads.
    private readonly ConcurrentDictionary<string, bool> _endedSessions = new();

    // Raised by Forget, so that a read which began before it puts nothing old back.
    private long _forgotten;

    /// <summary>The user, disabled ones too, or null when there is none.</summary>
    public ValueTask<User?> FindAsync(string uid, CancellationToken cancellation) => FindAsync(uid, null, cancellation);

    /// <summary>
    /// The user, disabled ones too, or null when there is none; read anew where the entry lacks the session, which another process may
    /// just have begun.
    /// </summary>
    /// <param name="sessionId">
    /// Of a token whose signature was checked, or null. As nobody has a token before its session is stored, one that is not found has ended
    /// for ever: it is looked for once.
    /// </param>
    public async ValueTask<User?> FindAsync(string uid, string? sessionId, CancellationToken cancellation)
    {
        // All taken before the read: a change that lands during it makes the entry old at once.
        var (now, version, forgotten) = (time.GetTimestamp(), CurrentVersion(), Volatile.Read(ref _forgotten));
        if (_entries.TryGetValue(uid, out var entry) && entry.Version == version && time.GetElapsedTime(entry.ReadAt, now) < version.MaxAge
            && (sessionId is null || entry.User.FindSession(sessionId) is not null || _endedSessions.ContainsKey(sessionId)))
            return entry.User;

        var user = await users.FindAsync(uid, cancellation);
        if (user is null)
        {
            _entries.TryRemove(uid, out _);
            return null;
        }

        // Emptying the whole is crude and cheap; what is needed comes back with its next request.
        if (_entries.Count >= MostEntries) _entries.Clear();
        if (forgotten == Volatile.Read(ref _forgotten)) _entries[uid] = new Entry(user, version, now);
        if (sessionId is not null && user.FindSession(sessionId) is null)
        {
            if (_endedSessions.Count >= MostEntries) _endedSessions.Clear();
            _endedSessions[sessionId] = true;
        }

        return user;
    }

    /// <summary>To be called after every change of what the check looks at: deletion, disabling, the end of a session, a role, a first prompt of their own. Tells the other processes.</summary>
    public async Task ChangedAsync(string uid)
    {
        Forget(uid);
        if (changes is not null) await changes.AnnounceAsync();
    }

    /// <summary>Makes this process read the user anew, after a change that others need not hurry to see.</summary>
    public void Forget(string uid)
    {
        Interlocked.Increment(ref _forgotten);
        _entries.TryRemove(uid, out _);
    }

    private Version CurrentVersion() =>
        users.Version() is { } stored ? new Version(stored, TimeSpan.MaxValue)
        : changes?.Version() is { } announced ? new Version(announced, MaxAgeAnnounced)
        : new Version(0, MaxAge);

    /// <param name="Number">An entry that was read at another is not believed.</param>
    /// <param name="MaxAge">How long one that was read at this is.</param>
    private readonly record struct Version(long Number, TimeSpan MaxAge);

    private sealed record Entry(User User, Version Version, long ReadAt);
}
