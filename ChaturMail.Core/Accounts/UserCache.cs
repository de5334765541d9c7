using System.Collections.Concurrent;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Accounts;

/// <summary>
/// The second check of every request, in front of the store: does the token's user still exist, and may they come in?
/// A change made through this process counts at once (<see cref="Forget"/>). One made by another process counts after
/// <see cref="MaxAge"/>: the bound on what an embedded store, which tells nobody of its changes, can promise.
/// </summary>
public sealed class UserCache(IUserStore users, TimeProvider time)
{
    /// <summary>How long an answer of the store is believed.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private const int MostEntries = 20_000;

    private readonly ConcurrentDictionary<string, (User User, long ReadAt)> _entries = new();

    /// <summary>The user, disabled ones too, or null when there is none.</summary>
    public async ValueTask<User?> FindAsync(string uid, CancellationToken cancellation)
    {
        var now = time.GetTimestamp();
        if (_entries.TryGetValue(uid, out var entry) && time.GetElapsedTime(entry.ReadAt, now) < MaxAge) return entry.User;

        var user = await users.FindAsync(uid, cancellation);
        if (user is null)
        {
            _entries.TryRemove(uid, out _);
            return null;
        }

        // Emptying the whole is crude and cheap; what is needed comes back with its next request.
        if (_entries.Count >= MostEntries) _entries.Clear();
        // Stamped with the time before the read: a change that lands during the read is at most as stale as promised.
        _entries[uid] = (user, now);
        return user;
    }

    /// <summary>To be called after every change of what the check looks at: deletion, disabling.</summary>
    public void Forget(string uid) => _entries.TryRemove(uid, out _);
}
