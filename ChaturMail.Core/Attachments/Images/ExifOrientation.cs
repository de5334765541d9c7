using System.Buffers.Binary;

namespace ChaturMail.Core.Attachments.Images;

/// <summary>
/// How a photo is to be turned: the one thing of its Exif data that showing it needs (Exif 2.32, section 4.6.4, tag 0x0112; TIFF 6.0, section 2).
/// </summary>
internal static class ExifOrientation
{
    /// <summary>As it lies.</summary>
    public const int Upright = 1;

    private const ushort Tag = 0x0112, ShortType = 3;
    private const int EntryBytes = 12;

    /// <summary>The orientation, 1 to 8; 1 when the data does not say, or cannot be read.</summary>
    /// <param name="tiff">From the mark of the byte order on.</param>
    public static int Find(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8) return Upright;
        var isLittle = tiff.StartsWith("II*\0"u8);
        if (!isLittle && !tiff.StartsWith("MM\0*"u8)) return Upright;
        var directory = isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (directory > (uint)tiff.Length - 2) return Upright;
        var entries = tiff[(int)directory..];
        var count = Short(entries);
        entries = entries[2..];
        for (var i = 0; i < count && entries.Length >= EntryBytes; i++, entries = entries[EntryBytes..])
        {
            if (Short(entries) != Tag) continue;
            return Short(entries[2..]) == ShortType && Short(entries[8..]) is >= 1 and <= 8 and var value ? value : Upright;
        }

        return Upright;

        int Short(ReadOnlySpan<byte> at) => isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);
    }

    /// <summary>True when across and down change places.</summary>
    public static bool Turns(int orientation) => orientation >= 5;

    /// <summary>Data that says the orientation and nothing else.</summary>
    public static byte[] Write(int orientation) =>
    [
        (byte)'M', (byte)'M', 0, (byte)'*', 0, 0, 0, 8, // big-endian; the directory is at 8
        0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, // one entry, one short
        0, 0, 0, 0, // no other directory
    ];
}
