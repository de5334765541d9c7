using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;

namespace ChaturMail.Core.Identity.Firebase;

/// <summary>Reads the RSA signature keys of a JWK set (RFC 7517 section 5, RFC 7518 section 6.3.1).</summary>
internal static class JsonWebKeySet
{
    /// <summary>RFC 7518 section 3.3: a key of 2048 bits or larger must be used with RS256.</summary>
    private const int LeastBits = 2048;

    /// <summary>The time that a check takes grows with the key; nobody signs ID tokens with more.</summary>
    private const int MostBits = 8192;

    /// <summary>
    /// The usable keys by id. One that is of another type or for another use, too small, or not well formed is left out, as RFC 7517
    /// section 5 has it; of two with one id, both are. Null when <paramref name="utf8"/> is no JWK set or no key of it can be used.
    /// </summary>
    public static FrozenDictionary<string, RSAParameters>? Read(ReadOnlyMemory<byte> utf8)
    {
        using var document = StrictJson.ParseObject(utf8);
        if (document is null || !document.RootElement.TryGetProperty("keys"u8, out var list)) return null;
        if (list.ValueKind != JsonValueKind.Array) return null;

        var keys = list.EnumerateArray().Select(ReadKey).OfType<(string Id, RSAParameters Key)>()
            .GroupBy(pair => pair.Id).Where(same => same.Count() == 1)
            .ToFrozenDictionary(same => same.Key, same => same.Single().Key);
        return keys.Count > 0 ? keys : null;
    }

    private static (string Id, RSAParameters Key)? ReadKey(JsonElement jwk)
    {
        if (jwk.ValueKind != JsonValueKind.Object) return null;
        if (!StrictJson.TryReadText(jwk, "kty"u8, out var type) || type != "RSA") return null;
        if (!StrictJson.TryReadText(jwk, "use"u8, out var use) || use is not (null or "sig")) return null;
        if (!StrictJson.TryReadText(jwk, "alg"u8, out var algorithm) || algorithm is not (null or "RS256")) return null;
        if (!StrictJson.TryReadText(jwk, "kid"u8, out var id) || id is not { Length: > 0 }) return null;
        if (!StrictJson.TryReadText(jwk, "n"u8, out var n) || !StrictJson.TryReadText(jwk, "e"u8, out var e)) return null;
        if (n is null || e is null || StrictBase64Url.Decode(n) is not { } modulus) return null;
        if (StrictBase64Url.Decode(e) is not { Length: > 0 and <= 4 } exponent) return null;

        modulus = modulus.AsSpan().TrimStart((byte)0).ToArray();
        exponent = exponent.AsSpan().TrimStart((byte)0).ToArray();
        if (modulus.Length == 0 || exponent.Length == 0) return null;
        var bits = modulus.Length * 8 - byte.LeadingZeroCount(modulus[0]);
        if (bits is < LeastBits or > MostBits || (modulus[^1] & 1) == 0) return null;
        if ((exponent[^1] & 1) == 0 || exponent is [1]) return null;
        return (id, new RSAParameters { Modulus = modulus, Exponent = exponent });
    }
}
