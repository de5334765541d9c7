using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ChaturMail.Core.Identity;

/// <summary>What came of checking a session token.</summary>
public abstract record SessionVerification
{
    private SessionVerification() { }

    /// <summary>The token is good. Whether the user still is remains to be asked of the store.</summary>
    public sealed record Valid(SessionClaims Claims) : SessionVerification;

    /// <summary>The token is not good.</summary>
    /// <param name="Reason">One of <see cref="SessionTokenProblem"/>, fit for logs and metrics.</param>
    public sealed record Invalid(string Reason) : SessionVerification;
}

/// <summary>What a session token says of its bearer.</summary>
/// <param name="Uid">Firebase uid, 1 to 128 characters.</param>
/// <param name="Email">Address at sign-in, or an empty string.</param>
/// <param name="IssuedAt">When the token was signed, to the second.</param>
/// <param name="Expires">From when on the token is refused, to the second; 30 days after <paramref name="IssuedAt"/>.</param>
/// <param name="Subject">Id of the user's document. Tokens that the Node backend signed have none.</param>
/// <param name="TokenId">Names this one token. Tokens that the Node backend signed have none.</param>
public sealed record SessionClaims(
    string Uid, string Email, DateTimeOffset IssuedAt, DateTimeOffset Expires, string? Subject, string? TokenId)
{
    /// <summary>The session that the token belongs to. Tokens from before there were sessions have none, the Node backend's among them.</summary>
    public string? SessionId { get; init; }

    /// <summary>Names a token without a session: its <c>jti</c>, or a digest of it.</summary>
    public string? LegacyId { get; init; }

    /// <summary>
    /// The id of the session that takes the place of a token without one when it is refreshed, null for a token with one. Always the same:
    /// whoever refreshes again, because the answer was lost, gets that session and no second one. 22 characters, as every id of a session.
    /// </summary>
    public string? ReplacementSessionId => LegacyId is null
        ? null : Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes("session " + LegacyId)).AsSpan(0, 16));
}

/// <summary>Why a session token is refused: stable codes, none of which tells anything about the bearer.</summary>
public static class SessionTokenProblem
{
    /// <summary>Not a compact JWS with HS256 and the claims of a session, each of its type.</summary>
    public const string Malformed = "malformed";

    /// <summary>Its header names a key that is not among ours (any more).</summary>
    public const string UnknownKey = "unknown_key";

    /// <summary>Signed with another key or changed afterwards.</summary>
    public const string BadSignature = "bad_signature";

    /// <summary>Its <c>exp</c> has come.</summary>
    public const string Expired = "expired";

    /// <summary>Its <c>iat</c> or <c>nbf</c> is further ahead than clocks can differ.</summary>
    public const string NotYetValid = "not_yet_valid";

    /// <summary>Made to last longer than any session does.</summary>
    public const string TooLongLived = "too_long_lived";
}
