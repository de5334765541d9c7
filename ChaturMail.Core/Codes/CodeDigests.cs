using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ChaturMail.Core.Identity;

namespace ChaturMail.Core.Codes;

/// <summary>Makes codes, and what is kept of them.</summary>
internal sealed class CodeDigests(DerivedKeys keys)
{
    private readonly IReadOnlyList<byte[]> _keys = keys.For("one-time codes");

    /// <summary>Six digits.</summary>
    public static string NewCode() => RandomNumberGenerator.GetInt32(1_000_000).ToString("D6", CultureInfo.InvariantCulture);

    /// <summary>The name that a code is kept under: no address or id is read off it.</summary>
    public static string NameOf(string purpose, string subject) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(purpose + "\n" + subject)).AsSpan(0, 16));

    /// <summary>HMAC-SHA-256 of a code and its name: under the current key, then under previous ones, which are for checking alone.</summary>
    public IReadOnlyList<byte[]> Of(string name, string code)
    {
        var text = Encoding.UTF8.GetBytes(name + "\n" + code);
        return [.. _keys.Select(key => HMACSHA256.HashData(key, text))];
    }
}
