using System.Security.Cryptography;
using System.Text;

namespace ChaturMail.Core.Identity.SecondFactor;

/// <summary>
/// Codes that stand in for a lost second factor, each good once: <c>ABCD-EFGH-IJKL-MNOP</c>, 80 random bits in base 32. What is kept is
/// derived from them by PBKDF2, salted with the uid (OWASP ASVS 5, 6.5.2: fewer than 112 bits want a password's hash), and under no key of
/// the server's, so that no change of keys makes them void.
/// </summary>
public static class RecoveryCodes
{
    /// <summary>Codes that a user gets at once.</summary>
    public const int Count = 10;

    /// <summary>Characters of a code without its hyphens.</summary>
    public const int Length = 16;

    private const int CodeBytes = 10;
    private const int GroupLength = 4;

    // 2^80 guesses are out of reach already; this makes each of them dear. No more: a code is looked for while its user waits.
    private const int Iterations = 10_000;

    /// <summary>New codes, as they are shown.</summary>
    public static IReadOnlyList<string> New() => [.. Enumerable.Range(0, Count).Select(_ =>
        string.Join('-', Base32.Encode(RandomNumberGenerator.GetBytes(CodeBytes)).Chunk(GroupLength).Select(group => new string(group))))];

    /// <summary>What is kept of a code; null when the text cannot be one. Hyphens, blanks and case do not matter.</summary>
    public static string? DigestOf(string uid, string code)
    {
        var plain = new string([.. code.Where(c => c is not ('-' or ' '))]).ToUpperInvariant();
        if (plain.Length != Length || !plain.All(char.IsAsciiLetterOrDigit)) return null;
        var digest = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.ASCII.GetBytes(plain), Encoding.UTF8.GetBytes("chaturmail recovery code of " + uid), Iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        return Convert.ToHexStringLower(digest);
    }
}
