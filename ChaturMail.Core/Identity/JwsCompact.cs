using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ChaturMail.Core.Identity;

/// <summary>
/// A JSON Web Signature in compact form (RFC 7515 section 7.1), taken apart but not yet believed. Whoever reads it names the one
/// algorithm that it accepts by the method it calls; what the header says only has to agree, and never picks a key or an algorithm
/// (RFC 8725 sections 2.1 and 3.1). <c>jku</c>, <c>jwk</c>, <c>x5u</c> and <c>x5c</c> are not looked at (RFC 8725 section 3.10).
/// Immutable.
/// </summary>
public sealed class JwsCompact
{
    /// <summary>The most characters that a token may have. ID tokens have about 1,000, session tokens about 300.</summary>
    public const int MaxLength = 8 * 1024;

    private readonly byte[] _bytes;
    private readonly int _payloadStart;
    private readonly int _signatureStart;

    private JwsCompact(byte[] bytes, int payloadStart, int signatureStart, string algorithm, string? type, string? keyId)
    {
        _bytes = bytes;
        _payloadStart = payloadStart;
        _signatureStart = signatureStart;
        Algorithm = algorithm;
        Type = type;
        KeyId = keyId;
    }

    /// <summary>What the header claims as <c>alg</c>; case matters (RFC 7515 section 4.1.1).</summary>
    public string Algorithm { get; }

    /// <summary>The header's <c>typ</c>, or null.</summary>
    public string? Type { get; }

    /// <summary>The header's <c>kid</c>, or null.</summary>
    public string? KeyId { get; }

    /// <summary>The payload's bytes; in a JWT, a JSON object in UTF-8. To be believed only after a signature was checked.</summary>
    public ReadOnlyMemory<byte> Payload => _bytes.AsMemory(_payloadStart, _signatureStart - _payloadStart);

    /// <summary>True for an unsecured JWS (RFC 7515 appendix A.5): <c>alg</c> is <c>none</c> and the signature is empty.</summary>
    public bool IsUnsigned => Algorithm == "none" && Signature.IsEmpty;

    private ReadOnlySpan<byte> SigningInput => _bytes.AsSpan(0, _payloadStart);

    private ReadOnlySpan<byte> Signature => _bytes.AsSpan(_signatureStart);

    /// <summary>
    /// Takes <paramref name="token"/> apart, or answers null when it is not three parts of canonical base64url of at most
    /// <see cref="MaxLength"/> characters, or its header is not a JSON object with distinct members and a string <c>alg</c>, or the
    /// header holds <c>crit</c>: no extension is understood here, and so each critical one must be refused (RFC 7515 section 4.1.11).
    /// </summary>
    public static JwsCompact? Parse(ReadOnlySpan<char> token)
    {
        if (token.Length > MaxLength) return null;
        var firstDot = token.IndexOf('.');
        var lastDot = token.LastIndexOf('.');
        if (firstDot <= 0 || firstDot == lastDot) return null;
        var header = token[..firstDot];
        var payload = token[(firstDot + 1)..lastDot]; // A third dot would be in here, and is no base64url.
        var signature = token[(lastDot + 1)..];

        // One array for what is kept: the signing input as ASCII, then the payload and the signature.
        var signatureStart = lastDot + StrictBase64Url.DecodedLength(payload.Length);
        var bytes = new byte[signatureStart + StrictBase64Url.DecodedLength(signature.Length)];
        var headerBytes = new byte[StrictBase64Url.DecodedLength(header.Length)];
        if (!StrictBase64Url.TryDecode(header, headerBytes)
            || !StrictBase64Url.TryDecode(payload, bytes.AsSpan(lastDot))
            || !StrictBase64Url.TryDecode(signature, bytes.AsSpan(signatureStart))) return null;
        Encoding.ASCII.GetBytes(token[..lastDot], bytes);

        using var document = StrictJson.ParseObject(headerBytes);
        if (document?.RootElement is not { } members || members.TryGetProperty("crit"u8, out _)) return null;
        if (!StrictJson.TryReadText(members, "alg"u8, out var algorithm) || algorithm is null) return null;
        if (!StrictJson.TryReadText(members, "typ"u8, out var type)) return null;
        if (!StrictJson.TryReadText(members, "kid"u8, out var keyId)) return null;
        return new JwsCompact(bytes, lastDot, signatureStart, algorithm, type, keyId);
    }

    /// <summary>
    /// True when this is signed with HMAC SHA-256 under <paramref name="key"/> (RFC 7518 section 3.2). Takes the same time wherever a
    /// wrong signature differs.
    /// </summary>
    public bool IsSignedWithHs256(ReadOnlySpan<byte> key)
    {
        if (Algorithm != "HS256") return false;
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, SigningInput, expected);
        return CryptographicOperations.FixedTimeEquals(expected, Signature);
    }

    /// <summary>
    /// True when this is signed with RSASSA-PKCS1-v1_5 and SHA-256 by the owner of <paramref name="key"/> (RFC 7518 section 3.3).
    /// </summary>
    public bool IsSignedWithRs256(RSA key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Algorithm == "RS256" && key.VerifyData(SigningInput, Signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    /// <summary>The payload as a JWT's claims (RFC 7519 section 4), or null when it is no JSON object or repeats a member.</summary>
    internal JsonDocument? ReadClaims() => StrictJson.ParseObject(Payload);
}
