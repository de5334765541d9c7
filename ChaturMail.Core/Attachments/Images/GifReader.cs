using System.Buffers;
using System.Buffers.Binary;

namespace ChaturMail.Core.Attachments.Images;

/// <summary>GIF87a and GIF89a (https://www.w3.org/Graphics/GIF/spec-gif89a.txt), with the count of an animation's rounds that Netscape added.</summary>
internal ref struct GifReader(ReadOnlySpan<byte> file, ImageLimits limits)
{
    private const byte Extension = 0x21, Image = 0x2C, Trailer = 0x3B, GraphicControl = 0xF9, Application = 0xFF;

    private readonly ReadOnlySpan<byte> _file = file;
    private readonly ArrayBufferWriter<byte> _kept = new(file.Length);
    private int _at, _width, _height, _frames;
    private long _framePixels;

    public ImageOutcome Read()
    {
        // Sections 17 to 19.
        if (_file.Length < 13) return ImageOutcome.Unsupported;
        (_width, _height) = (BinaryPrimitives.ReadUInt16LittleEndian(_file[6..]), BinaryPrimitives.ReadUInt16LittleEndian(_file[8..]));
        _at = 13 + ColourTableBytes(_file[10]);
        if (_at > _file.Length) return ImageOutcome.Unsupported;
        _kept.Write(_file[.._at]);
        while (_at < _file.Length)
        {
            switch (_file[_at])
            {
                case Trailer:
                    _kept.Write<byte>([Trailer]);
                    if (_frames == 0 || _width == 0 || _height == 0) return ImageOutcome.Unsupported;
                    return ImageFile.Clean(_kept.WrittenSpan.ToArray(), "image/gif", _width, _height, ExifOrientation.Upright);
                case Image:
                    if (TakeImage() is { } refusal) return refusal;
                    break;
                case Extension when TryTakeExtension(): break;
                default: return ImageOutcome.Unsupported;
            }
        }

        return ImageOutcome.Unsupported;
    }

    // Sections 20 to 22.
    private ImageOutcome.Refused? TakeImage()
    {
        var start = _at;
        if (_file.Length - _at < 11) return ImageOutcome.Unsupported;
        int left = Number(1), top = Number(3), width = Number(5), height = Number(7);
        if (width == 0 || height == 0) return ImageOutcome.Unsupported;
        // Browsers make the picture as large as its first frame where that is larger.
        (_width, _height) = (Math.Max(_width, left + width), Math.Max(_height, top + height));
        _framePixels += (long)width * height;
        if (!limits.Allows(_width, _height) || !limits.AllowsFrames(++_frames, _framePixels)) return ImageOutcome.TooLarge;
        _at += 10 + ColourTableBytes(_file[_at + 9]);
        if (_at >= _file.Length || _file[_at] is < 1 or > 8) return ImageOutcome.Unsupported;
        _at++;
        if (!TrySkipBlocks()) return ImageOutcome.Unsupported;
        _kept.Write(_file[start.._at]);
        return null;
    }

    private bool TryTakeExtension()
    {
        var start = _at;
        if (_file.Length - _at < 3) return false;
        var label = _file[_at + 1];
        _at += 2;
        if (!TrySkipBlocks()) return false;
        var blocks = _file[(start + 2).._at];
        if (label == GraphicControl && blocks.Length == 6 && blocks[0] == 4) _kept.Write(_file[start.._at]);
        // The count of rounds: 11 bytes of name, a block of 3 whose first is 1. Of other applications nothing is kept, nor comments and plain text.
        if (label == Application && blocks.Length >= 16 && blocks[0] == 11 && blocks[12] == 3 && blocks[13] == 1
            && (blocks[1..].StartsWith("NETSCAPE2.0"u8) || blocks[1..].StartsWith("ANIMEXTS1.0"u8)))
        {
            _kept.Write<byte>([Extension, Application]);
            _kept.Write(blocks[..16]);
            _kept.Write<byte>([0]);
        }

        return true;
    }

    // Section 15: blocks of at most 255 bytes, each after its length, to one of none.
    private bool TrySkipBlocks()
    {
        while (_at < _file.Length)
        {
            var length = _file[_at];
            _at += 1 + length;
            if (length == 0) return true;
        }

        return false;
    }

    private readonly int Number(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(_file[(_at + offset)..]);

    private static int ColourTableBytes(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
}
