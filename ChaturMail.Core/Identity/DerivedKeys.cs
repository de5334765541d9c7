using System.Security.Cryptography;
using System.Text;

namespace ChaturMail.Core.Identity;

/// <summary>
/// Keys for one purpose each, derived from the secrets that the operator gives (<c>JWT_KEY</c>, and those that it took the place of) by
/// HKDF with SHA-256 (RFC 5869). Who knows one of them knows nothing of the others. Safe for concurrent use.
/// </summary>
/// <param name="current">The text of <c>JWT_KEY</c>.</param>
/// <param name="previous">Secrets of before, with which things are still opened and checked, and none is made.</param>
public sealed class DerivedKeys(string current, IReadOnlyList<string> previous)
{
    private const int KeyBytes = 32;

    /// <summary>256 bits for a purpose: first of the current secret, then of each previous one.</summary>
    /// <param name="purpose">Names the use, e.g. <c>one-time codes</c>; the same for ever.</param>
    public IReadOnlyList<byte[]> For(string purpose) => [.. previous.Prepend(current).Select(secret => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), KeyBytes, info: Encoding.UTF8.GetBytes("chaturmail " + purpose)))];
}
