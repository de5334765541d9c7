namespace ChaturMail.Core.Identity.SecondFactor;

/// <summary>Base 32 (RFC 4648, section 6), without padding: what people type and authenticator apps read.</summary>
public static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The bytes as letters and digits, five bits each; the last one is filled up with zeros.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new char[((bytes.Length * 8) + 4) / 5];
        int held = 0, bits = 0, written = 0;
        foreach (var octet in bytes)
        {
            held = (held << 8) | octet;
            for (bits += 8; bits >= 5; bits -= 5) text[written++] = Alphabet[(held >> (bits - 5)) & 31];
            held &= (1 << bits) - 1;
        }

        if (bits > 0) text[written] = Alphabet[(held << (5 - bits)) & 31];
        return new string(text);
    }
}
