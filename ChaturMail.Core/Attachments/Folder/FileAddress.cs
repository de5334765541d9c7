using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ChaturMail.Core.Attachments.Folder;

/// <summary>What an address of the Api's own files is good for: all of it is under its signature, and nothing else is believed.</summary>
/// <param name="Method">PUT or GET.</param>
/// <param name="Key">The object's key.</param>
/// <param name="ExpiresOn">Unix seconds.</param>
/// <param name="ContentType">Of what is written, or read.</param>
/// <param name="Bytes">Of what is written; 0 for reading.</param>
/// <param name="FileName">Of what is read; empty for writing.</param>
public sealed record FileAddress(string Method, string Key, long ExpiresOn, string ContentType, long Bytes, string FileName)
{
    /// <summary>What the paths of all of them begin with.</summary>
    public const string Prefix = "/files/";

    /// <summary>The address, with its signature.</summary>
    internal string Write(byte[] key) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Prefix}{Key}?expires={ExpiresOn}&type={Uri.EscapeDataString(ContentType)}&bytes={Bytes}&name={Uri.EscapeDataString(FileName)}&signature={Convert.ToHexStringLower(Sign(key))}");

    /// <summary>True when the signature is one of these keys'.</summary>
    internal bool IsSignedBy(IEnumerable<byte[]> keys, string signature)
    {
        // Told before the digits are read: an odd number of them, or others, would throw.
        if (signature.Length != 2 * HMACSHA256.HashSizeInBytes || !signature.All(char.IsAsciiHexDigitLower)) return false;
        var given = Convert.FromHexString(signature);
        return keys.Any(key => CryptographicOperations.FixedTimeEquals(given, Sign(key)));
    }

    // One field a line, encoded so that none holds a line's end.
    private byte[] Sign(byte[] key) => HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(string.Join(
        '\n', Method, Uri.EscapeDataString(Key), ExpiresOn.ToString(CultureInfo.InvariantCulture), Uri.EscapeDataString(ContentType),
        Bytes.ToString(CultureInfo.InvariantCulture), Uri.EscapeDataString(FileName))));
}
