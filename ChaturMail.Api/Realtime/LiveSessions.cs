using ChaturMail.Api.Http;
using ChaturMail.Core;
using ChaturMail.Core.Realtime;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Realtime;

/// <summary>
/// Looks every two seconds whether the sessions of those who are connected still are good, and closes the connections of those that are not: ended, expired,
/// or their users deleted or disabled, by whichever process. Lets people know who stayed away.
/// </summary>
public sealed class LiveSessions(
    LiveConnections connections, PresenceWatch watch, IPresence presence, SessionGate gate, StoreDescription store, TimeProvider time, ILogger<LiveSessions> log) : BackgroundService
{
    /// <summary>Time between two looks at a connection.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    // A look at a thousand users at once would hold up those who write meanwhile.
    private const int Parts = 40;

    private static readonly TimeSpan WatchEvery = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery / Parts, time);
        var (users, part, watched) = (new List<string>(), 0, time.GetTimestamp());
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (part == 0) users = [.. connections.Users];
                var from = users.Count * part / Parts;
                part = (part + 1) % Parts;
                await LookAsync(users[from..(part == 0 ? users.Count : users.Count * part / Parts)], stoppingToken);
                if (time.GetElapsedTime(watched) < WatchEvery) continue;
                watched = time.GetTimestamp();
                await watch.LookAsync(presence, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // With the store away nobody's session ends; they are looked at again in a moment.
                if (!store.IsOutage(e)) log.LogFault(e, "The sessions of those who are connected were not all looked at");
            }
        }
    }

    private async Task LookAsync(List<string> users, CancellationToken cancellation)
    {
        var closings = new List<Task>();
        foreach (var uid in users)
            foreach (var connection in connections.Of(uid).OfType<LiveConnection>())
                if (await ReasonToCloseAsync(connection, cancellation) is { } reason) closings.Add(connection.CloseAsync(reason.Code));
        await Task.WhenAll(closings);
    }

    private async ValueTask<ApiError?> ReasonToCloseAsync(LiveConnection connection, CancellationToken cancellation)
    {
        if (await gate.FindAsync(connection.User.Claims, cancellation) is not { } user) return ApiError.NotAuthenticated;
        if (user.Account.Disabled) return ApiError.AccountDisabled;
        connection.User = user;
        return null;
    }
}
