using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ChaturMail.Core.Identity;

namespace ChaturMail.Core.Ads;

/// <summary>What a callback says, of which Google's signature is good.</summary>
/// <param name="AdUnit">The ad unit's number. Not necessarily one of ours.</param>
/// <param name="UserId">What the app named as the user: their uid; empty when it named none.</param>
/// <param name="TransactionId">Names the reward.</param>
/// <param name="Amount">The ad unit's own number, or 0.</param>
/// <param name="At">When the advertisement had been watched.</param>
public sealed record AdReward(string AdUnit, string UserId, string TransactionId, long Amount, DateTimeOffset At);

/// <summary>What came of checking a callback.</summary>
public abstract record RewardVerification
{
    private RewardVerification() { }

    /// <summary>Google said so, and not long ago.</summary>
    public sealed record Verified(AdReward Reward) : RewardVerification;

    /// <summary>It is not Google's, or too old, or does not say what it must.</summary>
    /// <param name="Reason">For the log; nothing of what was sent.</param>
    public sealed record Refused(string Reason) : RewardVerification;

    /// <summary>Google's keys cannot be had now.</summary>
    public sealed record Unavailable : RewardVerification;
}

/// <summary>
/// Checks the callbacks by which AdMob's servers tell of a watched advertisement (server-side verification,
/// https://developers.google.com/admob/android/ssv): ECDSA with SHA-256 over the query up to <c>&amp;signature=</c>, in DER and base64url,
/// with <c>signature</c> and <c>key_id</c> last.
/// </summary>
/// <remarks>
/// What is signed is the query with its percent escapes undone, once: a callback of Google's with <c>reward_item=Battle%20Pass</c> verifies in
/// that form and in no other. So the fields are read from that very form too, and one that stands twice is refused: a value that
/// holds <c>&amp;</c> cannot pass for a field.
/// </remarks>
public sealed partial class RewardVerifier(AdMobKeys keys, TimeProvider time)
{
    /// <summary>The longest query that is read, in characters.</summary>
    public const int LongestQuery = 4096;

    /// <summary>A callback that is older is refused. Google repeats one for seconds.</summary>
    public static readonly TimeSpan Oldest = TimeSpan.FromHours(24);

    private const string SignatureField = "&signature=";
    private const int LongestSignature = 128;
    private const int LongestUserId = 128;

    // Thirteen digits are milliseconds until the year 2286; callbacks with sixteen, microseconds, have been seen as well.
    private const long LeastMicroseconds = 100_000_000_000_000;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Checks a callback.</summary>
    /// <param name="query">The query exactly as it was received, without the question mark.</param>
    public async Task<RewardVerification> VerifyAsync(string query, CancellationToken cancellation)
    {
        var end = query.Length > LongestQuery ? -1 : query.LastIndexOf(SignatureField, StringComparison.Ordinal);
        if (end < 0 || Tail().Match(query, end) is not { Success: true } tail) return Refused("it does not end in a signature and a key id");
        var signature = StrictBase64Url.Decode(tail.Groups["signature"].ValueSpan.TrimEnd('='));
        if (signature is null or { Length: > LongestSignature } || Unescape(query.AsSpan(0, end)) is not { } signed) return Refused("it is not well formed");

        var (state, key) = await keys.FindAsync(tail.Groups["key"].Value, cancellation);
        if (state == KeyState.Unavailable) return new RewardVerification.Unavailable();
        if (state == KeyState.Unknown) return Refused("its key is not published");
        using (var publicKey = ECDsa.Create(key))
        {
            if (!publicKey.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)) return Refused("its signature is wrong");
        }

        if (Read(signed) is not { } reward) return Refused("a field is missing, stands twice, or is not well formed");
        return time.GetUtcNow() - reward.At > Oldest ? Refused("it is too old") : new RewardVerification.Verified(reward);
    }

    private static RewardVerification.Refused Refused(string reason) => new(reason);

    // Null when an escape is broken, or a character is not one of a query (RFC 3986 section 3.4).
    private static byte[]? Unescape(ReadOnlySpan<char> text)
    {
        var bytes = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is <= ' ' or > '~') return null;
            if (text[i] != '%')
            {
                bytes[length++] = (byte)text[i];
                continue;
            }

            if (i + 2 >= text.Length || !byte.TryParse(text.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[length])) return null;
            length++;
            i += 2;
        }

        return bytes[..length];
    }

    private static AdReward? Read(byte[] signed)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            foreach (var field in StrictUtf8.GetString(signed).Split('&'))
            {
                var parts = field.Split('=', 2);
                if (parts[0] is "ad_unit" or "user_id" or "transaction_id" or "reward_amount" or "timestamp" && !fields.TryAdd(parts[0], parts.ElementAtOrDefault(1) ?? ""))
                    return null;
            }
        }
        catch (DecoderFallbackException)
        {
            return null;
        }

        var userId = fields.GetValueOrDefault("user_id", "");
        if (!fields.TryGetValue("ad_unit", out var adUnit) || !fields.TryGetValue("transaction_id", out var transaction) || !TransactionId().IsMatch(transaction)) return null;
        if (userId.Length > LongestUserId || !TryReadNumber(fields, "timestamp", out var timestamp)) return null;
        // Not sent by Google's own tester.
        if (!TryReadNumber(fields, "reward_amount", out var amount)) amount = 0;
        return new AdReward(
            adUnit, userId, transaction, amount, DateTimeOffset.FromUnixTimeMilliseconds(timestamp >= LeastMicroseconds ? timestamp / 1000 : timestamp));
    }

    private static bool TryReadNumber(Dictionary<string, string> fields, string name, out long number)
    {
        number = 0;
        return fields.TryGetValue(name, out var text) && text.Length <= 17 && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    [GeneratedRegex(@"\G&signature=(?<signature>[A-Za-z0-9_-]{1,172}={0,2})&key_id=(?<key>[0-9]{1,20})\z")]
    private static partial Regex Tail();

    [GeneratedRegex(@"\A[0-9A-Za-z_-]{1,100}\z")]
    private static partial Regex TransactionId();
}
