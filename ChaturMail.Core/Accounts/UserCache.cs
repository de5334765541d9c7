using System.Collections.Concurrent;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Accounts;

/// <summary>
/// The second check of every request, in front of the store: does the token's user still exist, and may they come in?
/// An entry is believed while the store says that nothing has changed, so that a deletion or a lock counts from the next request on,
/// whichever process made it. Where the store cannot tell, an entry is believed for <see cref="MaxAge"/>, or until
/// <see cref="Forget"/>.
/// </summary>
public sealed class UserCache(IUserStore users, TimeProvider time)
{
    /// <summary>How long an entry is believed when the store cannot tell of changes.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private const int MostEntries = 20_000;

    private readonly ConcurrentDictionary<string, Entry> _entries = new();

    // Raised by Forget, so that a read which began before it puts nothing old back.
    private long _forgotten;

    /// <summary>The user, disabled ones too, or null when there is none.</summary>
    public async ValueTask<User?> FindAsync(string uid, CancellationToken cancellation)
    {
        // All taken before the read: a change that lands during it makes the entry old at once.
        var (now, version, forgotten) = (time.GetTimestamp(), users.Version(), Volatile.Read(ref _forgotten));
        if (_entries.TryGetValue(uid, out var entry) && IsFresh(entry, version, now)) return entry.User;

        var user = await users.FindAsync(uid, cancellation);
        if (user is null)
        {
            _entries.TryRemove(uid, out _);
            return null;
        }

        // Emptying the whole is crude and cheap; what is needed comes back with its next request.
        if (_entries.Count >= MostEntries) _entries.Clear();
        if (forgotten == Volatile.Read(ref _forgotten)) _entries[uid] = new Entry(user, version, now);
        return user;
    }

    /// <summary>To be called after every change of what the check looks at: deletion, disabling.</summary>
    public void Forget(string uid)
    {
        Interlocked.Increment(ref _forgotten);
        _entries.TryRemove(uid, out _);
    }

    private bool IsFresh(Entry entry, long? version, long now) =>
        version is null ? time.GetElapsedTime(entry.ReadAt, now) < MaxAge : version == entry.Version;

    private sealed record Entry(User User, long? Version, long ReadAt);
}
