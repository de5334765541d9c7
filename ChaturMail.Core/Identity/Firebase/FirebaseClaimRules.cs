using System.Text.Json;

namespace ChaturMail.Core.Identity.Firebase;

/// <summary>
/// What the claims of a Firebase ID token must say, the same for signed tokens and for the emulator's: see "Verify ID tokens using a
/// third-party JWT library", https://firebase.google.com/docs/auth/admin/verify-id-tokens.
/// </summary>
internal sealed class FirebaseClaimRules
{
    /// <summary>How far clocks may be apart, in either direction; Google's own Admin SDKs allow the same.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private readonly string _projectId;
    private readonly string _issuer;
    private readonly TimeProvider _time;

    public FirebaseClaimRules(string projectId, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(projectId);
        ArgumentNullException.ThrowIfNull(time);
        _projectId = projectId;
        _issuer = "https://securetoken.google.com/" + projectId;
        _time = time;
    }

    /// <summary>Holds the claims against the rules. Says nothing of the signature.</summary>
    public VerificationResult Check(JwsCompact token)
    {
        using var document = token.ReadClaims();
        if (document is null) return Rejected("The claims are not a JSON object with distinct members.");
        var claims = document.RootElement;
        if (!StrictJson.TryReadText(claims, "aud"u8, out var audience) || audience != _projectId)
            return Rejected("The token is for another project (aud).");
        if (!StrictJson.TryReadText(claims, "iss"u8, out var issuer) || issuer != _issuer)
            return Rejected("The token is from another issuer (iss).");
        if (!StrictJson.TryReadText(claims, "sub"u8, out var uid) || uid is not { Length: > 0 and <= SessionTokens.MaxUidLength })
            return Rejected("The subject is not 1 to 128 characters (sub).");

        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        var skew = (long)ClockSkew.TotalSeconds;
        if (!StrictJson.TryReadTime(claims, "exp"u8, out var exp) || exp is not { } expires)
            return Rejected("The time of expiry is missing or no time (exp).");
        if (expires + skew <= now) return Rejected("The token has expired (exp).");
        if (!StrictJson.TryReadTime(claims, "iat"u8, out var issuedAt) || issuedAt is null)
            return Rejected("The time of issue is missing or no time (iat).");
        if (issuedAt > now + skew) return Rejected("The time of issue is yet to come (iat).");
        if (!StrictJson.TryReadTime(claims, "auth_time"u8, out var authenticated) || authenticated is not { } authTime)
            return Rejected("The time of authentication is missing or no time (auth_time).");
        if (authTime > now + skew) return Rejected("The time of authentication is yet to come (auth_time).");

        var email = TextOrEmpty(claims, "email"u8);
        if (email.Length > SessionTokens.MaxEmailLength) return Rejected("The address is longer than 320 characters (email).");
        return new VerificationResult.Verified(new VerifiedIdentity(
            uid, email, TextOrEmpty(claims, "name"u8), TextOrEmpty(claims, "picture"u8), authTime, expires)
        {
            EmailVerified = claims.TryGetProperty("email_verified"u8, out var verified) && verified.ValueKind == JsonValueKind.True,
        });
    }

    public static VerificationResult Rejected(string reason) => new VerificationResult.Rejected(reason);

    // A provider may leave these out; the app wants strings all the same.
    private static string TextOrEmpty(JsonElement claims, ReadOnlySpan<byte> name) =>
        StrictJson.TryReadText(claims, name, out var text) ? text ?? "" : "";
}
