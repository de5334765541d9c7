using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ChaturMail.Core.Identity;

/// <summary>
/// Signs and checks the session token that the app sends with each request: a JWT (RFC 7519) with HS256 and the claims <c>email</c>,
/// <c>uid</c>, <c>iat</c> and <c>exp</c>, as the Node backend made it with the npm package jsonwebtoken, plus <c>sub</c> and
/// <c>jti</c> in new ones. Tokens of either backend are good at both. Safe for concurrent use.
/// </summary>
public sealed class SessionTokens
{
    /// <summary>How long a session lasts.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <summary>
    /// How far the clock of the instance that signed may be ahead. It does not prolong a token: <c>exp</c> is exact, as it was in the
    /// Node backend.
    /// </summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(60);

    /// <summary>The longest uid that Firebase gives.</summary>
    internal const int MaxUidLength = 128;

    /// <summary>The longest address there is (RFC 5321 section 4.5.3.1: 64 octets, the at sign, 255 octets).</summary>
    internal const int MaxEmailLength = 320;

    private static readonly string Header = Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8);
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly SessionVerification Malformed = new SessionVerification.Invalid(SessionTokenProblem.Malformed);
    private static readonly SessionVerification BadSignature = new SessionVerification.Invalid(SessionTokenProblem.BadSignature);
    private static readonly SessionVerification Expired = new SessionVerification.Invalid(SessionTokenProblem.Expired);
    private static readonly SessionVerification NotYetValid = new SessionVerification.Invalid(SessionTokenProblem.NotYetValid);
    private static readonly SessionVerification TooLongLived = new SessionVerification.Invalid(SessionTokenProblem.TooLongLived);

    private readonly byte[] _key;
    private readonly TimeProvider _time;

    /// <summary>Signs and checks under <paramref name="key"/>.</summary>
    /// <param name="key">
    /// The text of <c>JWT_KEY</c>. Its UTF-8 bytes are the key, as jsonwebtoken takes it. Whether it is strong enough is asked of
    /// <see cref="SessionKey.Check"/>.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="key"/> is empty: anybody could sign.</exception>
    public SessionTokens(string key, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(time);
        _key = Encoding.UTF8.GetBytes(key);
        _time = time;
    }

    /// <summary>A new token that is good from now for <see cref="Lifetime"/>.</summary>
    /// <param name="uid">Firebase uid, 1 to 128 characters.</param>
    /// <param name="email">Address, at most 320 characters; may be empty.</param>
    /// <param name="userDocumentId">Id of the user's document.</param>
    /// <param name="sessionId">The session that it belongs to, or null for none.</param>
    public string Issue(string uid, string email, string userDocumentId, string? sessionId = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(uid);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(uid.Length, MaxUidLength, nameof(uid));
        ArgumentNullException.ThrowIfNull(email);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(email.Length, MaxEmailLength, nameof(email));
        ArgumentException.ThrowIfNullOrEmpty(userDocumentId);

        var issuedAt = _time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(claims, Compact))
        {
            json.WriteStartObject();
            json.WriteString("email"u8, email);
            json.WriteString("uid"u8, uid);
            json.WriteNumber("iat"u8, issuedAt);
            json.WriteNumber("exp"u8, issuedAt + (long)Lifetime.TotalSeconds);
            json.WriteString("sub"u8, userDocumentId);
            if (sessionId is not null) json.WriteString("sid"u8, sessionId);
            json.WriteString("jti"u8, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)));
            json.WriteEndObject();
        }

        var signingInput = $"{Header}.{Base64Url.EncodeToString(claims.WrittenSpan)}";
        var signature = HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes(signingInput));
        return $"{signingInput}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>Checks <paramref name="token"/>. Nothing in it can make this throw.</summary>
    public SessionVerification Verify(ReadOnlySpan<char> token)
    {
        var jws = JwsCompact.Parse(token);
        if (jws is not { Algorithm: "HS256" }) return Malformed;
        // A JWT of another kind under the same key must not pass for a session (RFC 8725 section 3.11).
        if (jws.Type is not null && !jws.Type.Equals("JWT", StringComparison.OrdinalIgnoreCase)) return Malformed;
        if (!jws.IsSignedWithHs256(_key)) return BadSignature;
        using var claims = jws.ReadClaims();
        return claims is null ? Malformed : Check(claims.RootElement);
    }

    private SessionVerification Check(JsonElement claims)
    {
        if (!StrictJson.TryReadText(claims, "uid"u8, out var uid) || uid is not { Length: > 0 and <= MaxUidLength }) return Malformed;
        if (!StrictJson.TryReadText(claims, "email"u8, out var email)) return Malformed;
        if (!StrictJson.TryReadTime(claims, "iat"u8, out var iat) || iat is not { } issuedAt) return Malformed;
        if (!StrictJson.TryReadTime(claims, "exp"u8, out var exp) || exp is not { } expires) return Malformed;
        if (!StrictJson.TryReadTime(claims, "nbf"u8, out var notBefore)) return Malformed;
        if (!StrictJson.TryReadText(claims, "sub"u8, out var subject)) return Malformed;
        if (!StrictJson.TryReadText(claims, "jti"u8, out var tokenId)) return Malformed;

        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        var skew = (long)ClockSkew.TotalSeconds;
        if (now >= expires) return Expired;
        if (issuedAt > now + skew || notBefore > now + skew) return NotYetValid;
        if (expires - issuedAt > (long)Lifetime.TotalSeconds + skew) return TooLongLived;
        return new SessionVerification.Valid(new SessionClaims(uid, email ?? "", DateTimeOffset.FromUnixTimeSeconds(issuedAt),
            DateTimeOffset.FromUnixTimeSeconds(expires), subject, tokenId));
    }
}
