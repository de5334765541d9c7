using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ChaturMail.Core.Identity.SecondFactor;

/// <summary>
/// Codes that an authenticator app makes of a shared secret and the time (TOTP, RFC 6238, over HOTP, RFC 4226): six digits, SHA-1, a step
/// of 30 seconds, which is what apps understand whatever the address that they are given says.
/// </summary>
public static class Totp
{
    /// <summary>Length of a new secret: that of the hash, as RFC 4226 (section 4, R6) recommends.</summary>
    public const int SecretBytes = 20;

    /// <summary>Digits of a code.</summary>
    public const int Digits = 6;

    /// <summary>Seconds that a code stands for.</summary>
    public const int StepSeconds = 30;

    // Clocks of phones are a little off, and typing takes its time (RFC 6238, section 5.2).
    private const int StepsAround = 1;

    /// <summary>The step of a moment: whole periods since 1970.</summary>
    public static long StepAt(DateTimeOffset moment) => moment.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>
    /// The latest step around <paramref name="now"/> whose code this is; null when it is none's, or not of six digits. Takes the same time
    /// whatever digits are right. Whether the step was used before is for the store to say.
    /// </summary>
    public static long? Match(ReadOnlySpan<byte> secret, string code, DateTimeOffset now)
    {
        var given = Encoding.UTF8.GetBytes(code);
        long? match = null;
        for (var step = StepAt(now) - StepsAround; step <= StepAt(now) + StepsAround; step++)
            if (CryptographicOperations.FixedTimeEquals(given, Encoding.ASCII.GetBytes(CodeAt(secret, step)))) match = step;
        return match;
    }

    /// <summary>The code of a step: <c>HOTP(K, C)</c> of RFC 4226, section 5.3.</summary>
    /// <param name="digits">6 to 8.</param>
    /// <param name="algorithm">SHA-1 unless said otherwise; RFC 6238 knows SHA-256 and SHA-512 too.</param>
    public static string CodeAt(ReadOnlySpan<byte> secret, long step, int digits = Digits, HashAlgorithmName? algorithm = null)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[SHA512.HashSizeInBytes];
        var length = CryptographicOperations.HmacData(algorithm ?? HashAlgorithmName.SHA1, secret, counter, hash);
        var offset = hash[length - 1] & 0xf;
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[offset..]) & int.MaxValue;
        return (number % (int)Math.Pow(10, digits)).ToString("D" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// The address that hands a secret to an authenticator app (the Key Uri Format,
    /// https://github.com/google/google-authenticator/wiki/Key-Uri-Format), by link or as a QR code.
    /// </summary>
    /// <param name="issuer">The service, without a colon.</param>
    /// <param name="account">What tells the user's accounts with the service apart.</param>
    public static string Uri(string issuer, string account, ReadOnlySpan<byte> secret)
    {
        var (service, who) = (System.Uri.EscapeDataString(issuer), System.Uri.EscapeDataString(account));
        return $"otpauth://totp/{service}:{who}?secret={Base32.Encode(secret)}&issuer={service}&algorithm=SHA1&digits={Digits}&period={StepSeconds}";
    }
}
