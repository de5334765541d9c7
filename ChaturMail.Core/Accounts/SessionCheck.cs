using ChaturMail.Core.Identity;

namespace ChaturMail.Core.Accounts;

/// <summary>The second check of a token, after its signature: does the account still stand by it?</summary>
public static class SessionCheck
{
    /// <summary>True while the token is good for this account, disabled or not.</summary>
    /// <param name="claims">What the token says; its signature and its time are checked.</param>
    /// <param name="session">The session that it names; null for a token from before there were sessions.</param>
    public static bool IsGood(SessionClaims claims, User user, DateTimeOffset now, out Session? session)
    {
        session = claims.SessionId is { } id ? user.FindSession(id) : null;
        if (!IsOf(claims, user)) return false;
        return claims.SessionId is null ? !IsEnded(claims, user) : session is not null && now < session.Expires;
    }

    // Whoever deletes the account and signs in again has another account: sessions of the old one stay ended. The old backend's tokens
    // do not name the account's id, so for those the time of issue decides.
    private static bool IsOf(SessionClaims claims, User user) => claims.Subject is { } id
        ? id == user.Id
        : claims.IssuedAt + SessionTokens.ClockSkew >= user.CreatedOn;

    // A token's iat is cut to the second, by a clock that may be a minute ahead: a token from before "sign out everywhere" can look a
    // minute younger than that. Refusing one that the old backend made within the minute after costs its user a sign-in; letting one from
    // before through would leave a thief signed in.
    private static bool IsEnded(SessionClaims claims, User user) =>
        claims.IssuedAt <= user.TokensValidFrom + SessionTokens.ClockSkew || user.EndedTokens.Contains(claims.LegacyId!);
}
