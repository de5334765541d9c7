using ChaturMail.Api.Http;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChaturMail.Api.Realtime;

/// <summary>Routes of what tells connected users of changes, and the hub.</summary>
public static class RealtimeRoutes
{
    /// <summary>Bytes of one message of a client.</summary>
    public const int MessageBytes = 32 * 1024;

    /// <summary>After this time without a word the server sends a ping.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    /// <summary>A client from which nothing came for so long, not even a ping, is gone.</summary>
    public static readonly TimeSpan ClientTimeout = TimeSpan.FromSeconds(45);

    /// <summary>Adds what the routes need.</summary>
    public static void AddRealtime(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSignalR(hub =>
        {
            hub.EnableDetailedErrors = false;
            hub.MaximumReceiveMessageSize = MessageBytes;
            hub.KeepAliveInterval = KeepAlive;
            hub.ClientTimeoutInterval = ClientTimeout;
            // One after the other: messages stay in the order in which they were sent.
            hub.MaximumParallelInvocationsPerClient = 1;
        }).AddJsonProtocol(json => ApiJson.Configure(json.PayloadSerializerOptions));
        services.Replace(ServiceDescriptor.Singleton<HubLifetimeManager<LiveHub>, LiveLifetime>());
        services.AddSingleton<LiveTickets>();
        services.AddSingleton<LiveAdmission>();
        services.AddHostedService<LiveSessions>();
    }

    /// <summary>Declares the routes.</summary>
    public static void MapRealtime(this RouteGroupBuilder signedIn)
    {
        signedIn.MapUseCase<GetTicket.Response>("/live/getTicket", null, "A ticket for one live connection", GetTicket.Handle);
        signedIn.MapUseCase<GetPresence.Item>("/live/getPresence", null, "Who is connected", GetPresence.Handle);
    }

    /// <summary>Declares the hub, which is no API route: a WebSocket that <see cref="LiveAdmission"/> lets in.</summary>
    public static void MapLive(this IEndpointRouteBuilder routes)
    {
        var hub = routes.MapHub<LiveHub>("/live", live => live.Transports = HttpTransportType.WebSockets);
        hub.Add(endpoint =>
        {
            var next = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context => context.RequestServices.GetRequiredService<LiveAdmission>().RunAsync(context, next);
        });
        hub.DisableRequestTimeout();
    }
}
