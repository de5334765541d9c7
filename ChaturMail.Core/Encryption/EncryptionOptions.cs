using System.Security.Cryptography;
using System.Text;

namespace ChaturMail.Core.Encryption;

/// <summary>Encrypted bodies. Section <c>Encryption</c>.</summary>
public sealed class EncryptionOptions
{
    /// <summary>The most previous keys: each is one more that a thief may have.</summary>
    public const int MostPreviousKeys = 3;

    private const int LeastBits = 2048;
    private const int MostBits = 4096;

    /// <summary>The private key, RSA of 2048 to 4096 bits: base64 of a PEM. Empty: the server takes no encrypted bodies.</summary>
    public string PrivateKey { get; set; } = "";

    /// <summary>At most three keys that clients may still have, in the same form, separated by commas.</summary>
    public string PreviousKeys { get; set; } = "";

    /// <summary>True to refuse bodies that are not encrypted.</summary>
    public bool Required { get; set; }

    /// <summary>How far a request's time may be from the server's, either way: 10 seconds to 1 hour.</summary>
    public TimeSpan ReplayWindow { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>What is wrong with these settings: a sentence each, with the configuration key and nothing of a key in it.</summary>
    public IEnumerable<string> Validate()
    {
        const string form = "must be base64 of the PEM of an RSA private key of 2048 to 4096 bits, not encrypted";
        if (PrivateKey.Length > 0 && !IsKey(PrivateKey)) yield return $"Encryption:PrivateKey {form}.";
        if (Previous.Length > MostPreviousKeys) yield return "Encryption:PreviousKeys must be 3 keys at most.";
        if (!Previous.All(IsKey)) yield return $"Encryption:PreviousKeys {form}, each of them.";
        if (PrivateKey.Length == 0 && Previous.Length > 0) yield return "Encryption:PreviousKeys needs Encryption:PrivateKey.";
        if (ReplayWindow < TimeSpan.FromSeconds(10) || ReplayWindow > TimeSpan.FromHours(1))
            yield return "Encryption:ReplayWindow must be 00:00:10 to 01:00:00.";
    }

    /// <summary>All keys, the current one first.</summary>
    internal IEnumerable<RSAParameters> ReadKeys() => PrivateKey.Length == 0 ? [] : Previous.Prepend(PrivateKey).Select(text => Read(text)!.Value);

    /// <summary>A key's parameters, with the private ones, or null when it is none that will do.</summary>
    internal static RSAParameters? ReadPem(string pem)
    {
        using var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            return rsa.KeySize is >= LeastBits and <= MostBits ? rsa.ExportParameters(includePrivateParameters: true) : null;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            // No PEM, a password, another kind of key, or a public one.
            return null;
        }
    }

    private string[] Previous => PreviousKeys.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static bool IsKey(string text) => Read(text) is not null;

    private static RSAParameters? Read(string text)
    {
        try
        {
            return ReadPem(Encoding.UTF8.GetString(Convert.FromBase64String(text)));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
