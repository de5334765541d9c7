using ChaturMail.Api.Http;
using ChaturMail.Core.Encryption;
using ChaturMail.Core.Realtime;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ChaturMail.Api.Realtime;

/// <summary>Checks who opens a WebSocket to the hub, as <see cref="SessionMiddleware"/> and the CORS policy check requests: before it is one.</summary>
public sealed class LiveAdmission(
    SessionGate gate, RequestLimits limits, LiveTickets tickets, LiveConnections connections, RealtimeOptions options, EncryptionOptions encryption,
    IOptions<CorsOptions> cors)
{
    /// <summary>Lets the request through, or answers with an error.</summary>
    public async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        var error = await RefuseAsync(context);
        if (error is null) await next(context);
        else await Reply.WriteErrorAsync(context, error);
    }

    private async ValueTask<ApiError?> RefuseAsync(HttpContext context)
    {
        // Negotiation would tie a client to the instance that answered it; there is but one transport, so there is nothing to negotiate.
        if (context.Request.Path.Value?.EndsWith("/negotiate", StringComparison.OrdinalIgnoreCase) == true) return ApiError.NotFound;
        if (await limits.CountAddressAsync(ServerLimits.KeyOf(context.Connection.RemoteIpAddress)) is { } tooMany) return tooMany;
        if (!IsWebSocket(context)) return ApiError.BadRequest with { Message = "This address takes WebSockets." };
        if (!MayComeFrom(context.Request)) return ApiError.OriginNotAllowed;
        if (encryption.Required) return ApiError.EncryptionRequired;
        if (connections.Count >= options.MaxConnections) return ApiError.Busy with { Message = "Very many people are connected right now. Please try again in a moment." };
        if (await FindAsync(context) is not { } user)
        {
            context.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
            return ApiError.NotAuthenticated;
        }

        if (user.Account.Disabled) return ApiError.AccountDisabled;
        context.Features.Set(user);
        return await gate.CountAsync(user);
    }

    private async ValueTask<SessionUser?> FindAsync(HttpContext context)
    {
        var stop = context.RequestAborted;
        if (context.Request.Headers.Authorization.Count > 0) return await gate.FindAsync(SessionMiddleware.TokenOf(context.Request), stop);
        if (context.Request.Query["ticket"] is not [{ Length: > 0 and <= Limits.Ticket } ticket]) return null;
        // Nobody who comes later, a log among them, needs to see it.
        context.Request.QueryString = QueryString.Empty;
        return await tickets.RedeemAsync(ticket, stop) is { } claims ? await gate.FindAsync(claims, stop) : null;
    }

    // RFC 6455, section 4.2.1; RFC 8441 over HTTP/2.
    private static bool IsWebSocket(HttpContext context) => context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" }
        || context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            && context.Request.Headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase);

    // Browsers do not hold WebSockets to CORS: they send where the page comes from, and leave it to the server (RFC 6455, section 10.2).
    private bool MayComeFrom(HttpRequest request)
    {
        if (request.Headers.Origin.ToString() is not { Length: > 0 } origin || origin == $"{request.Scheme}://{request.Host}") return true;
        var policy = cors.Value.GetPolicy(cors.Value.DefaultPolicyName);
        return policy is not null && (policy.AllowAnyOrigin || policy.IsOriginAllowed(origin));
    }
}
