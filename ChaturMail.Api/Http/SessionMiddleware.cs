using ChaturMail.Core.Accounts;
using ChaturMail.Core.Identity;
using Microsoft.Net.Http.Headers;

namespace ChaturMail.Api.Http;

/// <summary>Marks the routes of the API: POST, JSON, the envelope.</summary>
public sealed class ApiRoute;

/// <summary>Marks routes that want a signed-in user.</summary>
public sealed class SessionRequired;

/// <summary>Marks routes that want an operator of the product, whose session was begun with a second factor.</summary>
public sealed class AdminRequired;

/// <summary>The user who sends the request, for handlers of routes marked with <see cref="SessionRequired"/>.</summary>
/// <param name="Account">As it was when the request came; coins and counters may have changed since.</param>
/// <param name="Claims">What the request's token says.</param>
/// <param name="Session">The session of the token; null for tokens from before there were sessions.</param>
public sealed record SessionUser(User Account, SessionClaims Claims, Session? Session)
{
    /// <summary>Gives the handler what the middleware found.</summary>
    public static ValueTask<SessionUser> BindAsync(HttpContext context) => ValueTask.FromResult(
        context.Features.Get<SessionUser>() ?? throw new InvalidOperationException("The route takes a user but is not marked SessionRequired."));
}

/// <summary>
/// Checks each API request before its body is read: the number of requests of its address, and, on routes marked with
/// <see cref="SessionRequired"/>, the session token, then the user, who may have been deleted or disabled since, and their requests' number.
/// </summary>
public sealed class SessionMiddleware(RequestDelegate next, SessionGate gate, RequestLimits limits, AdminOptions admin)
{
    private const string Scheme = "Bearer ";

    /// <summary>Lets the request through, or answers 401 or 403.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var error = await RefuseAsync(context);
        if (error is null) await next(context);
        else await Reply.WriteErrorAsync(context, error);
    }

    private async ValueTask<ApiError?> RefuseAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata is not { } metadata || metadata.GetMetadata<ApiRoute>() is null) return null;
        if (await limits.CountAddressAsync(ServerLimits.KeyOf(context.Connection.RemoteIpAddress)) is { } tooMany) return tooMany;
        if (!IsReadable(context.Request)) return ApiError.UnsupportedMediaType;
        if (metadata.GetMetadata<SessionRequired>() is null) return null;

        var session = await gate.FindAsync(TokenOf(context.Request), context.RequestAborted);
        if (session is null)
        {
            context.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
            return ApiError.NotAuthenticated;
        }

        if (session.Account.Disabled) return ApiError.AccountDisabled;
        if (metadata.GetMetadata<AdminRequired>() is not null)
        {
            if (!session.Account.IsAdmin) return ApiError.NotAdmin;
            if (admin.SecondFactor && session.Session is not { HasSecondFactor: true }) return ApiError.SecondFactorRequired;
        }

        context.Features.Set(session);
        return await gate.CountAsync(session);
    }

    /// <summary>The token that the request bears, without a look at whether it is good; empty when it bears none, or several.</summary>
    public static ReadOnlySpan<char> TokenOf(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        return header.Count == 1 && header[0] is { } value && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? value.AsSpan(Scheme.Length).Trim() : [];
    }

    // What the framework would not refuse by itself: an unknown charset ends in an exception there, a compressed body in bad JSON.
    private static bool IsReadable(HttpRequest request)
    {
        if (request.Headers.ContentEncoding.Count > 0) return false;
        return !MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || type.Charset.Length == 0
            || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase);
    }
}
