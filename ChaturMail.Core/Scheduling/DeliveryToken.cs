using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Scheduling;

/// <summary>
/// Names one recipient of one delivery to whoever has the mail: in links to unsubscribe and in addresses for bounces (VERP,
/// https://cr.yp.to/proto/verp.txt). Signed under the delivery's own secret, so that nobody finds another's; lower case and short enough for what stands before the at sign.
/// </summary>
public static class DeliveryToken
{
    private const int SignatureDigits = 14;

    /// <summary>A new secret.</summary>
    public static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    /// <summary>The token of a recipient.</summary>
    public static string Write(Delivery delivery, int index) => string.Create(
        CultureInfo.InvariantCulture, $"{delivery.Id}.{index}.{Sign(delivery, index)}");

    /// <summary>Finds the delivery and the recipient that a token names; null when nobody here has written it.</summary>
    public static async Task<(Delivery Delivery, int Index)?> ReadAsync(Documents<Delivery> deliveries, string token, CancellationToken cancellation)
    {
        var parts = token.ToLowerInvariant().Split('.');
        if (token.Length > 64 || parts.Length != 3 || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var index)) return null;
        if (await deliveries.FindAsync(parts[0], cancellation) is not { } delivery || index >= delivery.Parts.Count) return null;
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(parts[2]), Encoding.UTF8.GetBytes(Sign(delivery, index))) ? (delivery, index) : null;
    }

    private static string Sign(Delivery delivery, int index) => Convert.ToHexStringLower(HMACSHA256.HashData(
        Encoding.UTF8.GetBytes(delivery.Secret), Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{delivery.Id}.{index}"))))[..SignatureDigits];
}
