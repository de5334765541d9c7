using System.Buffers;
using System.Buffers.Text;

namespace ChaturMail.Core.Identity;

/// <summary>
/// Base64url as JOSE writes it (RFC 7515 section 2, RFC 4648 sections 3.5 and 5): no padding, no white space, and the bits that the
/// last character has to spare are zero, so that there is exactly one text for each value.
/// </summary>
internal static class StrictBase64Url
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);

    /// <summary>The number of bytes that a text of this many characters stands for.</summary>
    public static int DecodedLength(int characters) => (int)((long)characters * 3 / 4);

    /// <summary>Decodes <paramref name="text"/> into the start of <paramref name="bytes"/>; false when it is not canonical.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        if (text.Length % 4 == 1 || text.ContainsAnyExcept(Letters)) return false;
        // The base library's decoder forgives spare bits in some versions: two spellings of one signature are one too many.
        var spare = (text.Length % 4) switch { 2 => 0b1111, 3 => 0b11, _ => 0 };
        if (spare != 0 && (Alphabet.IndexOf(text[^1], StringComparison.Ordinal) & spare) != 0) return false;
        return Base64Url.TryDecodeFromChars(text, bytes, out var written) && written == DecodedLength(text.Length);
    }

    /// <summary>Decodes <paramref name="text"/>, or answers null when it is not canonical.</summary>
    public static byte[]? Decode(ReadOnlySpan<char> text)
    {
        var bytes = new byte[DecodedLength(text.Length)];
        return TryDecode(text, bytes) ? bytes : null;
    }
}
