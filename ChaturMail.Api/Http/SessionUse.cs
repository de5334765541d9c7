using System.Collections.Concurrent;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Http;

/// <summary>Notes when a session was last used, to the hour: by each process once an hour at most, not at each request.</summary>
public sealed class SessionUse(IUserStore users, StoreDescription store, TimeProvider time)
{
    /// <summary>How exactly it is known when a session was last used.</summary>
    public static readonly TimeSpan Precision = TimeSpan.FromHours(1);

    private const int MostRemembered = 20_000;

    // What this process has noted and an entry of the user cache may not show yet.
    private readonly ConcurrentDictionary<string, DateTimeOffset> _noted = new();

    /// <summary>Notes that the session is used now. A store that is away is no reason to refuse the request.</summary>
    public ValueTask NoteAsync(string uid, Session session)
    {
        var now = time.GetUtcNow();
        if (now - session.UsedOn < Precision) return ValueTask.CompletedTask;
        var seen = _noted.TryGetValue(session.Id, out var at);
        if (seen && now - at < Precision) return ValueTask.CompletedTask;
        if (_noted.Count >= MostRemembered) _noted.Clear();
        // Of several requests at once one writes.
        return (seen ? _noted.TryUpdate(session.Id, now, at) : _noted.TryAdd(session.Id, now))
            ? new ValueTask(WriteAsync(uid, session.Id, now)) : ValueTask.CompletedTask;
    }

    private async Task WriteAsync(string uid, string sessionId, DateTimeOffset now)
    {
        try
        {
            await users.UseSessionAsync(uid, sessionId, now, null, CancellationToken.None);
        }
        catch (Exception e) when (store.IsOutage(e))
        {
            // It is noted in an hour.
        }
    }
}
