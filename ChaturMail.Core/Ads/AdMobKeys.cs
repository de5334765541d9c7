using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ChaturMail.Core.Identity;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Core.Ads;

/// <summary>
/// The keys with which Google signs the callbacks of rewarded advertisements: a JSON object whose <c>keys</c> hold <c>keyId</c> and
/// <c>base64</c>, an ECDSA key on P-256 as SubjectPublicKeyInfo (https://developers.google.com/admob/android/ssv). Fetched and kept as
/// <see cref="PublishedKeys{TKey}"/> says; none serves for longer than 24 hours, as Google asks.
/// </summary>
public sealed class AdMobKeys(HttpClient http, TimeProvider time, ILogger<AdMobKeys> log, Uri address)
{
    private const string P256 = "1.2.840.10045.3.1.7";

    private readonly PublishedKeys<ECParameters> _keys = new(
        http, time, log, address, "AdMob's keys", Read, _ => PublishedKeys<ECParameters>.MostFreshness);

    internal ValueTask<(KeyState State, ECParameters Key)> FindAsync(string keyId, CancellationToken cancellation) => _keys.FindAsync(keyId, cancellation);

    // A key of another kind is left out; of two with one id, both are. Null when no key can be used.
    private static FrozenDictionary<string, ECParameters>? Read(ReadOnlyMemory<byte> utf8)
    {
        using var document = StrictJson.ParseObject(utf8);
        if (document is null || !document.RootElement.TryGetProperty("keys"u8, out var list) || list.ValueKind != JsonValueKind.Array) return null;
        var keys = list.EnumerateArray().Select(ReadKey).OfType<(string Id, ECParameters Key)>()
            .GroupBy(pair => pair.Id).Where(same => same.Count() == 1)
            .ToFrozenDictionary(same => same.Key, same => same.Single().Key);
        return keys.Count > 0 ? keys : null;
    }

    private static (string Id, ECParameters Key)? ReadKey(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object) return null;
        if (!item.TryGetProperty("keyId"u8, out var keyId) || keyId.ValueKind != JsonValueKind.Number || !keyId.TryGetUInt64(out var id)) return null;
        if (!item.TryGetProperty("base64"u8, out var base64) || base64.ValueKind != JsonValueKind.String || !base64.TryGetBytesFromBase64(out var der)) return null;
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(der, out var read);
            var parameters = key.ExportParameters(includePrivateParameters: false);
            return read == der.Length && parameters.Curve.IsNamed && parameters.Curve.Oid.Value == P256
                ? (id.ToString(CultureInfo.InvariantCulture), parameters) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
