using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ChaturMail.Core.Identity.Local;

/// <summary>
/// The ID tokens of accounts whose passwords are kept here: a JWS (RFC 7515) with HS256, good for five minutes, long enough to be brought to
/// <c>getJWTToken</c>. Neither its key, derived from the session key, nor its <c>typ</c> is that of a session token, so
/// that none can pass for the other (RFC 8725, section 3.11). Safe for concurrent use.
/// </summary>
public sealed class LocalIdTokens
{
    /// <summary>How long a token is good.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private const string Type = "chaturmail-id+jwt";
    private const string Issuer = "chaturmail";

    private static readonly string Header = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"HS256","typ":"{{Type}}"}"""));

    private readonly IReadOnlyList<byte[]> _keys;
    private readonly TimeProvider _time;

    /// <summary>Signs under a key of its own, and believes tokens under those of before too.</summary>
    public LocalIdTokens(DerivedKeys keys, TimeProvider time) => (_keys, _time) = (keys.For("local id token"), time);

    /// <summary>True for what claims to be such a token.</summary>
    public static bool IsOne(string token) => JwsCompact.Parse(token)?.Type == Type;

    /// <summary>A token for somebody who has just shown their password.</summary>
    public (string Token, DateTimeOffset Expires) Issue(LocalAccount account)
    {
        var now = _time.GetUtcNow();
        var expires = DateTimeOffset.FromUnixTimeSeconds((now + Lifetime).ToUnixTimeSeconds());
        var claims = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(claims))
        {
            json.WriteStartObject();
            json.WriteString("iss"u8, Issuer);
            json.WriteString("sub"u8, account.Uid);
            json.WriteNumber("iat"u8, now.ToUnixTimeSeconds());
            json.WriteNumber("exp"u8, expires.ToUnixTimeSeconds());
            // Which password it was: a token does not outlive it.
            json.WriteString("pwd"u8, Fingerprint(account));
            json.WriteEndObject();
        }

        var signingInput = $"{Header}.{Base64Url.EncodeToString(claims.WrittenSpan)}";
        return ($"{signingInput}.{Base64Url.EncodeToString(HMACSHA256.HashData(_keys[0], Encoding.ASCII.GetBytes(signingInput)))}", expires);
    }

    /// <summary>Reads a token. Nothing in it can make this throw; null when it is not good.</summary>
    public (string Uid, string Fingerprint, long AuthTime, long Expires)? Read(string token)
    {
        if (JwsCompact.Parse(token) is not { Algorithm: "HS256", Type: Type } jws || !_keys.Any(key => jws.IsSignedWithHs256(key))) return null;
        using var document = jws.ReadClaims();
        if (document?.RootElement is not { } claims || !StrictJson.TryReadText(claims, "iss"u8, out var issuer) || issuer != Issuer
            || !StrictJson.TryReadText(claims, "sub"u8, out var uid) || uid is null || !LocalAccount.IsLocal(uid)
            || !StrictJson.TryReadText(claims, "pwd"u8, out var fingerprint) || fingerprint is null
            || !StrictJson.TryReadTime(claims, "iat"u8, out var iat) || iat is not { } issuedAt
            || !StrictJson.TryReadTime(claims, "exp"u8, out var exp) || exp is not { } expires) return null;
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        return now < expires && issuedAt <= now + (long)SessionTokens.ClockSkew.TotalSeconds ? (uid, fingerprint, issuedAt, expires) : null;
    }

    /// <summary>Names the account's password without telling anything of it.</summary>
    public static string Fingerprint(LocalAccount account) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(account.PasswordHash)).AsSpan(0, 12));
}
