using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Realtime;
using Microsoft.AspNetCore.SignalR;

namespace ChaturMail.Api.Realtime;

/// <summary>Takes up connections to the hub and lets them go.</summary>
public sealed class LiveLifetime(UserChannel channel, UserCache users, RealtimeOptions options, ILogger<DefaultHubLifetimeManager<LiveHub>> log)
    : DefaultHubLifetimeManager<LiveHub>(log)
{
    /// <inheritdoc/>
    public override async Task OnConnectedAsync(HubConnectionContext connection)
    {
        await base.OnConnectedAsync(connection);
        var request = connection.GetHttpContext()!;
        var live = new LiveConnection(connection, request, request.Features.Get<SessionUser>()!);
        connection.Features.Set(live);
        var sockets = (await channel.ConnectAsync(live)).OfType<LiveConnection>().ToList();
        // From here on it is told everything. A client that asked for what it missed before might have missed what came since.
        live.Tell(LiveUpdate.Resync);
        // All that are too many: several may have come at once.
        await Task.WhenAll(sockets.SkipLast(options.ConnectionsOfAUser).Select(socket => socket.CloseAsync("too_many_connections")));
    }

    /// <inheritdoc/>
    public override async Task OnDisconnectedAsync(HubConnectionContext connection)
    {
        await base.OnDisconnectedAsync(connection);
        if (connection.Features.Get<LiveConnection>() is not { } live) return;
        await channel.DisconnectAsync(live, forget: await IsGoneAsync(live));
    }

    // Of somebody whose account is gone it is not kept when they were here. While the store is away it is not known; the time expires by itself.
    private async Task<bool> IsGoneAsync(LiveConnection connection)
    {
        try
        {
            return await users.FindAsync(connection.Uid, CancellationToken.None) is null;
        }
        catch (Exception)
        {
            return false;
        }
    }
}
