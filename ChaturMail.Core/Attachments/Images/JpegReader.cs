using System.Buffers;
using System.Buffers.Binary;

namespace ChaturMail.Core.Attachments.Images;

/// <summary>
/// JPEG (ITU-T T.81, annex B): baseline, extended and progressive with Huffman coding, which is what browsers show. JFIF (ITU-T T.871) stays without
/// its preview, Adobe's transform and the colours' profile (ICC.1, annex B.4) as they are.
/// </summary>
internal ref struct JpegReader(ReadOnlySpan<byte> file, ImageLimits limits)
{
    private const int EndOfImage = 0xD9, StartOfScan = 0xDA, Tables = 0xDB, HuffmanTables = 0xC4, RestartInterval = 0xDD;
    private const int App0 = 0xE0, App1 = 0xE1, App2 = 0xE2, App14 = 0xEE;

    // A progressive picture has about ten; each costs whoever shows it a run through the whole.
    private const int MostScans = 100;

    private readonly ReadOnlySpan<byte> _file = file;
    private readonly ArrayBufferWriter<byte> _kept = new(file.Length);
    private int _at = 2, _width, _height, _components, _scans, _orientation = ExifOrientation.Upright;
    private byte[] _jfif = [];

    public static ReadOnlySpan<byte> Start => [0xFF, 0xD8, 0xFF];

    public ImageOutcome Read()
    {
        while (true)
        {
            if (!TryReadMarker(out var marker)) return ImageOutcome.Unsupported;
            if (marker == EndOfImage) return _scans > 0 ? Finish() : ImageOutcome.Unsupported;
            if (_file.Length - _at < 2) return ImageOutcome.Unsupported;
            var length = BinaryPrimitives.ReadUInt16BigEndian(_file[_at..]);
            if (length < 2 || length > _file.Length - _at) return ImageOutcome.Unsupported;
            var segment = _file.Slice(_at + 2, length - 2);
            _at += length;
            if (Take(marker, segment) is { } refusal) return refusal;
            if (marker == StartOfScan && !TryKeepScan()) return ImageOutcome.Unsupported;
        }
    }

    // B.1.1.2: a marker may be preceded by any number of fill bytes.
    private bool TryReadMarker(out int marker)
    {
        marker = 0;
        if (_at >= _file.Length || _file[_at] != 0xFF) return false;
        while (_at < _file.Length && _file[_at] == 0xFF) _at++;
        if (_at >= _file.Length) return false;
        marker = _file[_at++];
        return true;
    }

    private ImageOutcome.Refused? Take(int marker, ReadOnlySpan<byte> segment)
    {
        switch (marker)
        {
            case 0xC0 or 0xC1 or 0xC2: return TakeFrame(marker, segment);
            case Tables or HuffmanTables or RestartInterval: return Keep(marker, segment);
            case StartOfScan: return TakeScan(segment);
            case App0:
                if (segment.StartsWith("JFIF\0"u8) && segment.Length >= 14 && _jfif.Length == 0)
                {
                    _jfif = segment[..14].ToArray();
                    // No preview, which shows what was there before the picture was cut.
                    (_jfif[12], _jfif[13]) = (0, 0);
                }

                return null;
            case App1:
                if (segment.StartsWith("Exif\0\0"u8) && _orientation == ExifOrientation.Upright) _orientation = ExifOrientation.Find(segment[6..]);
                return null;
            case App2: return segment.StartsWith("ICC_PROFILE\0"u8) ? Keep(marker, segment) : null;
            case App14: return segment.StartsWith("Adobe"u8) && segment.Length >= 12 ? Keep(marker, segment[..12]) : null;
            // The other APPn, and comments.
            case (>= 0xE3 and <= 0xEF) or 0xFE: return null;
            // Lossless, hierarchical and arithmetic coding, a height that comes later, and what has no place here.
            default: return ImageOutcome.Unsupported;
        }
    }

    private ImageOutcome.Refused? TakeFrame(int marker, ReadOnlySpan<byte> segment)
    {
        if (_components > 0 || segment.Length < 6 || segment[0] != 8 || segment[5] is not (1 or 3 or 4) || segment.Length != 6 + (3 * segment[5]))
            return ImageOutcome.Unsupported;
        (_height, _width) = (BinaryPrimitives.ReadUInt16BigEndian(segment[1..]), BinaryPrimitives.ReadUInt16BigEndian(segment[3..]));
        _components = segment[5];
        if (_height == 0 || _width == 0) return ImageOutcome.Unsupported;
        return limits.Allows(_width, _height) ? Keep(marker, segment) : ImageOutcome.TooLarge;
    }

    private ImageOutcome.Refused? TakeScan(ReadOnlySpan<byte> segment)
    {
        if (_components == 0 || segment.Length < 1 || segment[0] < 1 || segment[0] > _components || segment.Length != 4 + (2 * segment[0]))
            return ImageOutcome.Unsupported;
        return ++_scans <= MostScans ? Keep(StartOfScan, segment) : ImageOutcome.TooLarge;
    }

    // Coded data goes to the next marker that is neither a stuffed zero nor a restart (B.1.1.5).
    private bool TryKeepScan()
    {
        var start = _at;
        while (true)
        {
            var next = _file[_at..].IndexOf((byte)0xFF);
            if (next < 0 || _at + next + 1 >= _file.Length) return false;
            _at += next;
            var code = _file[_at + 1];
            if (code is 0 or (>= 0xD0 and <= 0xD7)) _at += 2;
            else if (code == 0xFF) _at++;
            else break;
        }

        _kept.Write(_file[start.._at]);
        return true;
    }

    private readonly ImageOutcome.Refused? Keep(int marker, ReadOnlySpan<byte> segment)
    {
        WriteSegment(_kept, marker, segment);
        return null;
    }

    private readonly ImageOutcome.Clean Finish()
    {
        var whole = new ArrayBufferWriter<byte>(_kept.WrittenCount + 128);
        whole.Write(Start[..2]);
        if (_jfif.Length > 0) WriteSegment(whole, App0, _jfif);
        if (_orientation != ExifOrientation.Upright) WriteSegment(whole, App1, [.. "Exif\0\0"u8, .. ExifOrientation.Write(_orientation)]);
        whole.Write(_kept.WrittenSpan);
        whole.Write<byte>([0xFF, EndOfImage]);
        return ImageFile.Clean(whole.WrittenSpan.ToArray(), "image/jpeg", _width, _height, _orientation);
    }

    private static void WriteSegment(ArrayBufferWriter<byte> output, int marker, ReadOnlySpan<byte> segment)
    {
        output.Write<byte>([0xFF, (byte)marker, (byte)((segment.Length + 2) >> 8), (byte)(segment.Length + 2)]);
        output.Write(segment);
    }
}
