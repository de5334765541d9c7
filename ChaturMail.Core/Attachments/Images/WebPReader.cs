using System.Buffers;
using System.Buffers.Binary;

namespace ChaturMail.Core.Attachments.Images;

/// <summary>
/// WebP, lossy, lossless, extended and animated (RFC 9649; the lossy bitstream is RFC 6386, section 9.1).
/// </summary>
internal ref struct WebPReader(ReadOnlySpan<byte> file, ImageLimits limits)
{
    // RFC 9649, section 2.7.1: flags of the extended header.
    private const int HasAnimation = 0x02, HasExif = 0x08, HasAlpha = 0x10, HasProfile = 0x20;
    private const int ChunkHeader = 8;

    private readonly ReadOnlySpan<byte> _file = file;
    private readonly ArrayBufferWriter<byte> _kept = new(file.Length);
    private int _width, _height, _frames, _flags, _orientation = ExifOrientation.Upright;
    private long _framePixels;
    private bool _isExtended, _hasImage, _hasAnimation;

    public ImageOutcome Read()
    {
        var size = BinaryPrimitives.ReadUInt32LittleEndian(_file[4..]);
        if (size < 4 || size > (uint)_file.Length - 8) return ImageOutcome.Unsupported;
        var rest = _file[12..(8 + (int)size)];
        var isFirst = true;
        while (rest.Length > 0)
        {
            if (!TryTakeChunk(ref rest, out var name, out var data)) return ImageOutcome.Unsupported;
            if (name.SequenceEqual("VP8X"u8))
            {
                if (!isFirst) return ImageOutcome.Unsupported;
                if (TakeHeader(data) is { } refusal) return refusal;
            }
            else if (Take(name, data) is { } refusal)
            {
                return refusal;
            }

            isFirst = false;
            // A simple file ends with its picture, whatever comes then.
            if (!_isExtended) break;
        }

        return _hasImage ? Finish() : ImageOutcome.Unsupported;
    }

    private ImageOutcome.Refused? TakeHeader(scoped ReadOnlySpan<byte> data)
    {
        if (data.Length < 10) return ImageOutcome.Unsupported;
        (_isExtended, _flags) = (true, data[0]);
        (_width, _height) = (Number(data, 4) + 1, Number(data, 7) + 1);
        return limits.Allows(_width, _height) ? null : ImageOutcome.TooLarge;
    }

    private ImageOutcome.Refused? Take(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> data)
    {
        var isAnimated = (_flags & HasAnimation) != 0;
        if (name.SequenceEqual("VP8 "u8) || name.SequenceEqual("VP8L"u8)) return isAnimated ? ImageOutcome.Unsupported : TakeImage(name, data);
        if (!_isExtended) return ImageOutcome.Unsupported;
        if (name.SequenceEqual("ANMF"u8)) return isAnimated && _hasAnimation ? TakeFrame(data) : ImageOutcome.Unsupported;
        if (name.SequenceEqual("ANIM"u8))
        {
            if (!isAnimated || _hasAnimation || data.Length != 6) return ImageOutcome.Unsupported;
            _hasAnimation = true;
            Write(_kept, name, data);
        }
        else if (name.SequenceEqual("ALPH"u8))
        {
            if (isAnimated || _hasImage) return ImageOutcome.Unsupported;
            Write(_kept, name, data);
        }
        else if (name.SequenceEqual("ICCP"u8) && _kept.WrittenCount == 0 && (_flags & HasProfile) != 0)
        {
            Write(_kept, name, data);
        }
        else if (name.SequenceEqual("EXIF"u8) && _orientation == ExifOrientation.Upright)
        {
            // Some write it as in a JPEG file.
            _orientation = ExifOrientation.Find(data.StartsWith("Exif\0\0"u8) ? data[6..] : data);
        }

        return null;
    }

    private ImageOutcome.Refused? TakeImage(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> data)
    {
        if (_hasImage || !TryReadSize(name, data, out var width, out var height)) return ImageOutcome.Unsupported;
        if (_isExtended && (width, height) != (_width, _height)) return ImageOutcome.Unsupported;
        if (!limits.Allows(width, height)) return ImageOutcome.TooLarge;
        (_hasImage, _width, _height) = (true, width, height);
        Write(_kept, name, data);
        return null;
    }

    // Section 2.7.1.1: place, size and time of a frame, then chunks of its own.
    private ImageOutcome.Refused? TakeFrame(scoped ReadOnlySpan<byte> data)
    {
        const int header = 16;
        if (data.Length < header) return ImageOutcome.Unsupported;
        int x = 2 * Number(data, 0), y = 2 * Number(data, 3), width = Number(data, 6) + 1, height = Number(data, 9) + 1;
        if (x + width > _width || y + height > _height) return ImageOutcome.Unsupported;
        _framePixels += (long)width * height;
        if (!limits.AllowsFrames(++_frames, _framePixels)) return ImageOutcome.TooLarge;
        var frame = new ArrayBufferWriter<byte>(data.Length);
        frame.Write(data[..header]);
        var rest = data[header..];
        var hasImage = false;
        while (rest.Length > 0 && !hasImage)
        {
            if (!TryTakeChunk(ref rest, out var name, out var part)) return ImageOutcome.Unsupported;
            if (name.SequenceEqual("VP8 "u8) || name.SequenceEqual("VP8L"u8))
            {
                if (!TryReadSize(name, part, out var w, out var h) || (w, h) != (width, height)) return ImageOutcome.Unsupported;
                hasImage = true;
            }
            else if (!name.SequenceEqual("ALPH"u8))
            {
                continue;
            }

            Write(frame, name, part);
        }

        if (!hasImage) return ImageOutcome.Unsupported;
        Write(_kept, "ANMF"u8, frame.WrittenSpan);
        _hasImage = true;
        return null;
    }

    private readonly ImageOutcome.Clean Finish()
    {
        var whole = new ArrayBufferWriter<byte>(_kept.WrittenCount + 96);
        if (_isExtended)
        {
            var exif = _orientation == ExifOrientation.Upright ? [] : ExifOrientation.Write(_orientation);
            var flags = _flags & (HasAnimation | HasAlpha);
            if (_kept.WrittenSpan.StartsWith("ICCP"u8)) flags |= HasProfile;
            if (exif.Length > 0) flags |= HasExif;
            Span<byte> header = stackalloc byte[10];
            header.Clear();
            header[0] = (byte)flags;
            WriteNumber(header[4..], _width - 1);
            WriteNumber(header[7..], _height - 1);
            Write(whole, "VP8X"u8, header);
            whole.Write(_kept.WrittenSpan);
            if (exif.Length > 0) Write(whole, "EXIF"u8, exif);
        }
        else
        {
            whole.Write(_kept.WrittenSpan);
        }

        var file = new byte[12 + whole.WrittenCount];
        "RIFF"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), 4 + whole.WrittenCount);
        "WEBP"u8.CopyTo(file.AsSpan(8));
        whole.WrittenSpan.CopyTo(file.AsSpan(12));
        return ImageFile.Clean(file, "image/webp", _width, _height, _orientation);
    }

    // Section 2.3: four letters, a length, the data, and a byte more where its length is odd; some leave that out at the very end.
    private static bool TryTakeChunk(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> data)
    {
        name = data = default;
        if (rest.Length < ChunkHeader) return false;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
        if (length > (uint)(rest.Length - ChunkHeader)) return false;
        name = rest[..4];
        data = rest.Slice(ChunkHeader, (int)length);
        rest = rest[Math.Min(ChunkHeader + (int)length + ((int)length & 1), rest.Length)..];
        return true;
    }

    private static bool TryReadSize(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, out int width, out int height)
    {
        width = height = 0;
        if (name.SequenceEqual("VP8 "u8))
        {
            // A key frame, its first partition within the data, a start code, then 14 bits each.
            if (data.Length < 10 || (data[0] & 1) != 0 || data[3] != 0x9D || data[4] != 0x01 || data[5] != 0x2A) return false;
            if ((Number(data, 0) >> 5) > data.Length - 10) return false;
            width = BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF;
            height = BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF;
            return width > 0 && height > 0;
        }

        // RFC 9649, section 3.4: a mark, 14 bits each less one, one for alpha, three for the version.
        if (data.Length < 6 || data[0] != 0x2F) return false;
        var bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
        (width, height) = ((int)(bits & 0x3FFF) + 1, (int)((bits >> 14) & 0x3FFF) + 1);
        return bits >> 29 == 0;
    }

    private static int Number(ReadOnlySpan<byte> data, int at) => data[at] | (data[at + 1] << 8) | (data[at + 2] << 16);

    private static void WriteNumber(Span<byte> at, int value) => (at[0], at[1], at[2]) = ((byte)value, (byte)(value >> 8), (byte)(value >> 16));

    private static void Write(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, data.Length);
        output.Write(name);
        output.Write(length);
        output.Write(data);
        if (data.Length % 2 != 0) output.Write<byte>([0]);
    }
}
