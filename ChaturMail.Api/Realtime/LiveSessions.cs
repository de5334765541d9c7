using ChaturMail.Api.Http;
using ChaturMail.Core;
using ChaturMail.Core.Realtime;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Realtime;

/// <summary>
/// Looks every second whether the sessions of those who are connected still are good, and closes the connections of those that are not: ended, expired, or
/// their users deleted or disabled, by whichever process. Lets people know who stayed away.
/// </summary>
public sealed class LiveSessions(
    LiveConnections connections, PresenceWatch watch, IPresence presence, SessionGate gate, StoreDescription store, TimeProvider time, ILogger<LiveSessions> log) : BackgroundService
{
    /// <summary>Time between two looks.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var closings = new List<Task>();
                foreach (var uid in connections.Users)
                    foreach (var connection in connections.Of(uid).OfType<LiveConnection>())
                        if (await ReasonToCloseAsync(connection, stoppingToken) is { } reason) closings.Add(connection.CloseAsync(reason.Code));
                await Task.WhenAll(closings);
                await watch.LookAsync(presence, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // With the store away nobody's session ends; it is looked at again in a second.
                if (!store.IsOutage(e)) log.LogFault(e, "The sessions of those who are connected were not all looked at");
            }
        }
    }

    private async ValueTask<ApiError?> ReasonToCloseAsync(LiveConnection connection, CancellationToken cancellation)
    {
        if (await gate.FindAsync(connection.User.Claims, cancellation) is not { } user) return ApiError.NotAuthenticated;
        if (user.Account.Disabled) return ApiError.AccountDisabled;
        connection.User = user;
        return null;
    }
}
