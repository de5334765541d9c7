using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Auth;

/// <summary>
/// Gives a token that is good for longer, for the same session. The token of the request stays good until it expires: an answer that was
/// lost on its way signs nobody out.
/// </summary>
public sealed class RefreshToken(IUserStore users, UserCache cache, SessionTokens tokens, SessionsOptions options, TimeProvider time)
{
    /// <summary>A token that is good for this long is left as it is.</summary>
    public static readonly TimeSpan GoodEnough = TimeSpan.FromDays(7);

    // An instance that has the user in its cache knows of the session's longer life within this time.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(NoFields? request, HttpRequest http, SessionUser user, RefreshToken refresh) => await refresh.RefreshAsync(user, http) is { } token
        ? Reply.Ok("Your session goes on.", new SignInFlow.Response(token))
        : Reply.Error(ApiError.NotAuthenticated);

    // Null when the session was ended meanwhile.
    private async Task<string?> RefreshAsync(SessionUser user, HttpRequest http)
    {
        var present = SessionMiddleware.TokenOf(http).ToString();
        if (user.Session is not { } session) return await ReplaceAsync(user, DeviceName.Of(null, http), present);
        var (account, now) = (user.Account, time.GetUtcNow());
        var until = Until(now, session.CreatedOn);
        if (user.Claims.Expires - now >= GoodEnough || until <= user.Claims.Expires) return present;

        if (!await users.UseSessionAsync(account.Uid, session.Id, now, until, CancellationToken.None)) return null;
        if (session.Expires - now < Margin) await cache.ChangedAsync(account.Uid);
        else cache.Forget(account.Uid);
        return tokens.Issue(account.Uid, account.Email, account.Id, session.Id, until);
    }

    // A token from before there were sessions gets one, always the same, and is good from then on while that is.
    private async Task<string?> ReplaceAsync(SessionUser user, string device, string present)
    {
        var (uid, claims, now) = (user.Account.Uid, user.Claims, time.GetUtcNow());
        var id = claims.ReplacementSessionId!;
        // Its age counts from the token's: that is when the user signed in.
        var session = new Session(id, device, "", claims.IssuedAt, now, Until(now, claims.IssuedAt), HasSecondFactor: false);
        var isReplaced = await users.ReplaceTokenAsync(uid, claims.LegacyId!, claims.Expires, session, CancellationToken.None);

        // Looked at afterwards: "sign out everywhere" at the same moment ends the session, or is seen here.
        var account = await users.FindAsync(uid, CancellationToken.None);
        if (account is null || !SessionCheck.IsGood(claims, account, now, out _))
        {
            if (isReplaced) await users.EndSessionAsync(uid, id, CancellationToken.None);
            await cache.ChangedAsync(uid);
            return null;
        }

        if (account.Sessions.Count >= Session.MostOfAUser) await cache.ChangedAsync(uid);
        else cache.Forget(uid);
        return isReplaced && account.FindSession(id) is { } begun ? tokens.Issue(uid, account.Email, account.Id, id, begun.Expires) : present;
    }

    private DateTimeOffset Until(DateTimeOffset now, DateTimeOffset signedInOn)
    {
        var (usual, last) = (now + SessionTokens.Lifetime, signedInOn + options.MaxAge);
        return usual < last ? usual : last;
    }
}
