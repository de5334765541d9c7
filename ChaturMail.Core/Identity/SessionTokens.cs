using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ChaturMail.Core.Identity;

/// <summary>
/// Signs and checks the session token that the app sends with each request: a JWT (RFC 7519) with HS256 and the claims <c>email</c>,
/// <c>uid</c>, <c>iat</c> and <c>exp</c>, as the Node backend made it with the npm package jsonwebtoken, plus <c>sub</c>,
/// <c>sid</c> and <c>jti</c> in new ones, whose header names the key (<c>kid</c>). Tokens of either backend are good at both. Safe for
/// concurrent use.
/// </summary>
public sealed class SessionTokens
{
    /// <summary>The most keys that only check.</summary>
    public const int MostPreviousKeys = 5;

    /// <summary>How long a token is good, and a session that is not refreshed.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <summary>
    /// How far the clock of the instance that signed may be ahead. It does not prolong a token: <c>exp</c> is exact, as it was in the
    /// Node backend.
    /// </summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(60);

    /// <summary>The longest id of a session that is read; ours have 22 characters.</summary>
    internal const int MaxSessionIdLength = 64;

    /// <summary>The longest uid that Firebase gives.</summary>
    internal const int MaxUidLength = 128;

    /// <summary>The longest address there is (RFC 5321 section 4.5.3.1: 64 octets, the at sign, 255 octets).</summary>
    internal const int MaxEmailLength = 320;

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly SessionVerification Malformed = new SessionVerification.Invalid(SessionTokenProblem.Malformed);
    private static readonly SessionVerification UnknownKey = new SessionVerification.Invalid(SessionTokenProblem.UnknownKey);
    private static readonly SessionVerification BadSignature = new SessionVerification.Invalid(SessionTokenProblem.BadSignature);
    private static readonly SessionVerification Expired = new SessionVerification.Invalid(SessionTokenProblem.Expired);
    private static readonly SessionVerification NotYetValid = new SessionVerification.Invalid(SessionTokenProblem.NotYetValid);
    private static readonly SessionVerification TooLongLived = new SessionVerification.Invalid(SessionTokenProblem.TooLongLived);

    // The first one signs. Six at most: looking through them is quicker than any dictionary.
    private readonly Key[] _keys;
    private readonly string _header;
    private readonly TimeProvider _time;

    /// <summary>Signs and checks under <paramref name="key"/> alone.</summary>
    /// <inheritdoc cref="SessionTokens(string, IEnumerable{string}, TimeProvider)"/>
    public SessionTokens(string key, TimeProvider time) : this(key, [], time)
    {
    }

    /// <summary>Signs and checks under <paramref name="key"/>, and checks under <paramref name="previousKeys"/>.</summary>
    /// <param name="key">
    /// The text of <c>JWT_KEY</c>. Its UTF-8 bytes are the key, as jsonwebtoken takes it. Whether it is strong enough is asked of
    /// <see cref="SessionKey.Check(string?)"/>.
    /// </param>
    /// <param name="previousKeys">
    /// Keys of before, or one that is about to be taken into use; at most <see cref="MostPreviousKeys"/>. Tokens under them are good,
    /// and none are made.
    /// </param>
    /// <exception cref="ArgumentException">A key is empty, so that anybody could sign, or there are too many.</exception>
    public SessionTokens(string key, IEnumerable<string> previousKeys, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(previousKeys);
        ArgumentNullException.ThrowIfNull(time);
        _keys = [.. previousKeys.Prepend(key).Distinct(StringComparer.Ordinal).Select(text => new Key(text))];
        if (_keys.Length > 1 + MostPreviousKeys) throw new ArgumentException($"There are more than {MostPreviousKeys} previous keys.", nameof(previousKeys));
        _header = Base64Url.EncodeToString(Encoding.ASCII.GetBytes($$"""{"alg":"HS256","typ":"JWT","kid":"{{_keys[0].Id}}"}"""));
        _time = time;
    }

    /// <summary>The name of the key that signs, as it stands in the header of new tokens (<c>kid</c>).</summary>
    public string KeyId => _keys[0].Id;

    /// <summary>A new token that is good from now for <see cref="Lifetime"/>, or until <paramref name="expires"/> when that is earlier.</summary>
    /// <param name="uid">Firebase uid, 1 to 128 characters.</param>
    /// <param name="email">Address, at most 320 characters; may be empty.</param>
    /// <param name="userDocumentId">Id of the user's document.</param>
    /// <param name="sessionId">The session that it belongs to, or null for none.</param>
    /// <param name="expires">When the session ends, or null.</param>
    public string Issue(string uid, string email, string userDocumentId, string? sessionId = null, DateTimeOffset? expires = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(uid);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(uid.Length, MaxUidLength, nameof(uid));
        ArgumentNullException.ThrowIfNull(email);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(email.Length, MaxEmailLength, nameof(email));
        ArgumentException.ThrowIfNullOrEmpty(userDocumentId);

        var issuedAt = _time.GetUtcNow().ToUnixTimeSeconds();
        var goodUntil = Math.Min(issuedAt + (long)Lifetime.TotalSeconds, expires?.ToUnixTimeSeconds() ?? long.MaxValue);
        var claims = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(claims, Compact))
        {
            json.WriteStartObject();
            json.WriteString("email"u8, email);
            json.WriteString("uid"u8, uid);
            json.WriteNumber("iat"u8, issuedAt);
            json.WriteNumber("exp"u8, goodUntil);
            json.WriteString("sub"u8, userDocumentId);
            if (sessionId is not null) json.WriteString("sid"u8, sessionId);
            json.WriteString("jti"u8, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)));
            json.WriteEndObject();
        }

        var signingInput = $"{_header}.{Base64Url.EncodeToString(claims.WrittenSpan)}";
        var signature = HMACSHA256.HashData(_keys[0].Bytes, Encoding.ASCII.GetBytes(signingInput));
        return $"{signingInput}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>Checks <paramref name="token"/>. Nothing in it can make this throw.</summary>
    public SessionVerification Verify(ReadOnlySpan<char> token)
    {
        var jws = JwsCompact.Parse(token);
        if (jws is not { Algorithm: "HS256" }) return Malformed;
        // A JWT of another kind under the same key must not pass for a session (RFC 8725 section 3.11).
        if (jws.Type is not null && !jws.Type.Equals("JWT", StringComparison.OrdinalIgnoreCase)) return Malformed;
        if (Check(jws) is { } problem) return problem;
        using var claims = jws.ReadClaims();
        return claims is null ? Malformed : Check(claims.RootElement, token);
    }

    // A named key is the only one that is tried. The Node backend's tokens name none: theirs may be any.
    private SessionVerification? Check(JwsCompact jws)
    {
        var isKnown = jws.KeyId is null;
        foreach (var key in _keys)
        {
            if (jws.KeyId is not null && jws.KeyId != key.Id) continue;
            isKnown = true;
            if (jws.IsSignedWithHs256(key.Bytes)) return null;
        }

        return isKnown ? BadSignature : UnknownKey;
    }

    private SessionVerification Check(JsonElement claims, ReadOnlySpan<char> token)
    {
        if (!StrictJson.TryReadText(claims, "uid"u8, out var uid) || uid is not { Length: > 0 and <= MaxUidLength }) return Malformed;
        if (!StrictJson.TryReadText(claims, "email"u8, out var email)) return Malformed;
        if (!StrictJson.TryReadTime(claims, "iat"u8, out var iat) || iat is not { } issuedAt) return Malformed;
        if (!StrictJson.TryReadTime(claims, "exp"u8, out var exp) || exp is not { } expires) return Malformed;
        if (!StrictJson.TryReadTime(claims, "nbf"u8, out var notBefore)) return Malformed;
        if (!StrictJson.TryReadText(claims, "sub"u8, out var subject)) return Malformed;
        if (!StrictJson.TryReadText(claims, "jti"u8, out var tokenId)) return Malformed;
        if (!StrictJson.TryReadText(claims, "sid"u8, out var sessionId) || sessionId is { Length: 0 or > MaxSessionIdLength }) return Malformed;

        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        var skew = (long)ClockSkew.TotalSeconds;
        if (now >= expires) return Expired;
        if (issuedAt > now + skew || notBefore > now + skew) return NotYetValid;
        if (expires - issuedAt > (long)Lifetime.TotalSeconds + skew) return TooLongLived;
        return new SessionVerification.Valid(new SessionClaims(uid, email ?? "", DateTimeOffset.FromUnixTimeSeconds(issuedAt),
            DateTimeOffset.FromUnixTimeSeconds(expires), subject, tokenId)
        {
            SessionId = sessionId,
            LegacyId = sessionId is null ? LegacyId(tokenId, token) : null,
        });
    }

    // There is one text of a token: its base64url is canonical, and so is its signature. A foreign jti may be of any length.
    private static string LegacyId(string? tokenId, ReadOnlySpan<char> token)
    {
        if (tokenId is { Length: > 0 and <= MaxSessionIdLength }) return tokenId;
        Span<byte> ascii = stackalloc byte[JwsCompact.MaxLength];
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(ascii[..Encoding.ASCII.GetBytes(token, ascii)], digest);
        return Base64Url.EncodeToString(digest);
    }

    private sealed class Key
    {
        // A thumbprint of the key itself would let anybody test guesses at it (RFC 7638 section 7), no quicker than its tokens do, but for as
        // long as a kid is kept in some log. No signing input holds a blank, so this is no signature of any token either.
        private const string Label = "ChaturMail key id";

        public Key(string text)
        {
            ArgumentException.ThrowIfNullOrEmpty(text);
            Bytes = Encoding.UTF8.GetBytes(text);
            Id = Base64Url.EncodeToString(HMACSHA256.HashData(Bytes, Encoding.ASCII.GetBytes(Label)).AsSpan(0, 8));
        }

        public byte[] Bytes { get; }

        /// <summary>11 characters: 64 bits of a keyed digest of a fixed text.</summary>
        public string Id { get; }
    }
}
