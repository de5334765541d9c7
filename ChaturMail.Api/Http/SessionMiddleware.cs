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
public sealed class SessionMiddleware(RequestDelegate next, SessionTokens tokens, UserCache users, RequestLimits limits)
{
    private const string Scheme = "Bearer ";

    // Clocks of two machines may differ by this much when an account's creation is held against a token's.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(60);

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

        var session = await FindAsync(context);
        if (session is null)
        {
            context.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
            return ApiError.NotAuthenticated;
        }

        if (session.Account.Disabled) return ApiError.AccountDisabled;
        if (metadata.GetMetadata<AdminRequired>() is not null && !session.Account.IsAdmin) return ApiError.NotAdmin;
        context.Features.Set(session);
        return await limits.CountUserAsync(session.Account.Uid);
    }

    // What the framework would not refuse by itself: an unknown charset ends in an exception there, a compressed body in bad JSON.
    private static bool IsReadable(HttpRequest request)
    {
        if (request.Headers.ContentEncoding.Count > 0) return false;
        return !MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || type.Charset.Length == 0
            || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase);
    }

    private async ValueTask<SessionUser?> FindAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization;
        if (header.Count != 1 || header[0] is not { } value || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        if (tokens.Verify(value.AsSpan(Scheme.Length).Trim()) is not SessionVerification.Valid { Claims: var claims }) return null;
        var user = await users.FindAsync(claims.Uid, context.RequestAborted);
        return user is not null && IsOf(claims, user) ? new SessionUser(user, claims, null) : null;
    }

    // Whoever deletes the account and signs in again has another account: sessions of the old one stay ended. The old backend's tokens
    // do not name the account's id, so for those the time of issue decides.
    private static bool IsOf(SessionClaims claims, User user) => claims.Subject is { } id
        ? id == user.Id
        : claims.IssuedAt + ClockSkew >= user.CreatedOn;
}
