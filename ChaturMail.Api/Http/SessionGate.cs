using ChaturMail.Core.Accounts;
using ChaturMail.Core.Identity;

namespace ChaturMail.Api.Http;

/// <summary>The two checks of a session: its token, then the user, who may have been deleted or disabled since, and whether the session has ended.</summary>
public sealed class SessionGate(SessionTokens tokens, UserCache users, SessionUse use, RequestLimits limits, TimeProvider time)
{
    /// <summary>The user whose token this is, disabled ones too; null when it is not good.</summary>
    public ValueTask<SessionUser?> FindAsync(ReadOnlySpan<char> token, CancellationToken cancellation) =>
        tokens.Verify(token) is SessionVerification.Valid { Claims: var claims } ? FindAsync(claims, cancellation) : ValueTask.FromResult<SessionUser?>(null);

    /// <summary>The user of claims that were taken from a good token before, as long as they are good.</summary>
    public async ValueTask<SessionUser?> FindAsync(SessionClaims claims, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (now >= claims.Expires) return null;
        var user = await users.FindAsync(claims.Uid, claims.SessionId, cancellation);
        return user is not null && SessionCheck.IsGood(claims, user, now, out var session) ? new SessionUser(user, claims, session) : null;
    }

    /// <summary>Counts a request of the user, and notes that the session was used; the error to answer with when there are too many, else null.</summary>
    public async ValueTask<ApiError?> CountAsync(SessionUser user)
    {
        if (await limits.CountUserAsync(user.Account.Uid) is { } tooMany) return tooMany;
        if (user.Session is { } used) await use.NoteAsync(user.Account.Uid, used);
        return null;
    }
}
