using System.Buffers;
using System.Buffers.Binary;

namespace ChaturMail.Core.Attachments.Images;

/// <summary>PNG and animated PNG (Portable Network Graphics, third edition, https://www.w3.org/TR/png-3/, sections 5 and 11).</summary>
internal ref struct PngReader(ReadOnlySpan<byte> file, ImageLimits limits)
{
    private const int Framing = 12;
    private const int MostProfileBytes = 1024 * 1024;

    private readonly ReadOnlySpan<byte> _file = file;
    private readonly ArrayBufferWriter<byte> _kept = new(file.Length);
    private int _width, _height, _frames, _orientation = ExifOrientation.Upright;
    private long _framePixels;
    private bool _hasHeader, _hasData, _dataEnded, _isAnimated;

    public static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    public ImageOutcome Read()
    {
        _kept.Write(Signature);
        var at = Signature.Length;
        while (true)
        {
            var left = _file.Length - at;
            if (left < Framing) return ImageOutcome.Unsupported;
            var length = BinaryPrimitives.ReadUInt32BigEndian(_file[at..]);
            if (length > (uint)(left - Framing)) return ImageOutcome.Unsupported;
            var chunk = _file.Slice(at, Framing + (int)length);
            at += chunk.Length;
            var type = chunk.Slice(4, 4);
            if (Take(type, chunk[8..^4], chunk) is { } refusal) return refusal;
            if (type.SequenceEqual("IEND"u8))
                return _hasData ? ImageFile.Clean(_kept.WrittenSpan.ToArray(), "image/png", _width, _height, _orientation) : ImageOutcome.Unsupported;
        }
    }

    private ImageOutcome.Refused? Take(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, ReadOnlySpan<byte> chunk)
    {
        if (_hasHeader == type.SequenceEqual("IHDR"u8)) return ImageOutcome.Unsupported;
        if (type.SequenceEqual("IDAT"u8))
        {
            if (_dataEnded) return ImageOutcome.Unsupported;
            _hasData = true;
            return Keep(chunk);
        }

        _dataEnded = _hasData;
        if (type.SequenceEqual("IHDR"u8)) return TakeHeader(data) ?? Keep(chunk);
        if (type.SequenceEqual("acTL"u8)) return TakeAnimation(data, chunk);
        if (type.SequenceEqual("fcTL"u8)) return TakeFrame(data, chunk);
        if (type.SequenceEqual("fdAT"u8)) return !_isAnimated ? null : data.Length < 4 ? ImageOutcome.Unsupported : Keep(chunk);
        if (type.SequenceEqual("eXIf"u8)) return TakeExif(data);
        if (type.SequenceEqual("PLTE"u8)) return data.Length is > 0 and <= 768 && data.Length % 3 == 0 ? Keep(chunk) : ImageOutcome.Unsupported;
        if (type.SequenceEqual("iCCP"u8)) return data.Length <= MostProfileBytes ? Keep(chunk) : null;
        if (IsAboutColours(type) || type.SequenceEqual("IEND"u8)) return Keep(chunk);
        // Section 5.4: a capital first letter says that nobody can show the picture without understanding the chunk.
        return type[0] is >= (byte)'A' and <= (byte)'Z' ? ImageOutcome.Unsupported : null;
    }

    private ImageOutcome.Refused? TakeHeader(ReadOnlySpan<byte> data)
    {
        if (data.Length != 13) return ImageOutcome.Unsupported;
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(data), BinaryPrimitives.ReadUInt32BigEndian(data[4..]));
        if (width == 0 || height == 0) return ImageOutcome.Unsupported;
        // Section 11.2.1: which depths go with which type of colour; one method each of compression and filters, two of interlacing.
        var isKnown = (data[9], data[8]) switch
        {
            (0, 1 or 2 or 4 or 8 or 16) or (3, 1 or 2 or 4 or 8) or (2 or 4 or 6, 8 or 16) => true,
            _ => false,
        };
        if (!isKnown || data[10] != 0 || data[11] != 0 || data[12] > 1) return ImageOutcome.Unsupported;
        if (!limits.Allows(width, height)) return ImageOutcome.TooLarge;
        (_hasHeader, _width, _height) = (true, (int)width, (int)height);
        return null;
    }

    private ImageOutcome.Refused? TakeAnimation(ReadOnlySpan<byte> data, ReadOnlySpan<byte> chunk)
    {
        if (_isAnimated || _hasData || data.Length != 8) return ImageOutcome.Unsupported;
        _isAnimated = true;
        return BinaryPrimitives.ReadUInt32BigEndian(data) > (uint)limits.MostFrames ? ImageOutcome.TooLarge : Keep(chunk);
    }

    private ImageOutcome.Refused? TakeFrame(ReadOnlySpan<byte> data, ReadOnlySpan<byte> chunk)
    {
        if (!_isAnimated) return null;
        if (data.Length != 26) return ImageOutcome.Unsupported;
        long width = BinaryPrimitives.ReadUInt32BigEndian(data[4..]), height = BinaryPrimitives.ReadUInt32BigEndian(data[8..]);
        long x = BinaryPrimitives.ReadUInt32BigEndian(data[12..]), y = BinaryPrimitives.ReadUInt32BigEndian(data[16..]);
        if (width == 0 || height == 0 || x + width > _width || y + height > _height) return ImageOutcome.Unsupported;
        _framePixels += width * height;
        return limits.AllowsFrames(++_frames, _framePixels) ? Keep(chunk) : ImageOutcome.TooLarge;
    }

    private ImageOutcome.Refused? TakeExif(ReadOnlySpan<byte> data)
    {
        if (_orientation != ExifOrientation.Upright || (_orientation = ExifOrientation.Find(data)) == ExifOrientation.Upright) return null;
        var exif = ExifOrientation.Write(_orientation);
        var chunk = new byte[Framing + exif.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, exif.Length);
        "eXIf"u8.CopyTo(chunk.AsSpan(4));
        exif.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + exif.Length), Checksum(chunk.AsSpan(4, 4 + exif.Length)));
        return Keep(chunk);
    }

    private readonly ImageOutcome.Refused? Keep(ReadOnlySpan<byte> chunk)
    {
        _kept.Write(chunk);
        return null;
    }

    private static bool IsAboutColours(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("tRNS"u8) || type.SequenceEqual("gAMA"u8) || type.SequenceEqual("cHRM"u8) || type.SequenceEqual("sRGB"u8) || type.SequenceEqual("sBIT"u8)
        || type.SequenceEqual("bKGD"u8) || type.SequenceEqual("pHYs"u8) || type.SequenceEqual("cICP"u8) || type.SequenceEqual("mDCV"u8) || type.SequenceEqual("cLLI"u8);

    // Section 5.5; bit by bit, for it is 30 bytes.
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }

        return ~crc;
    }
}
