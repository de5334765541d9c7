using System.Buffers.Binary;
using ChaturMail.Core.Attachments.Images;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit.Attachments;

/// <summary>What is taken for a picture, and what is left of it.</summary>
public sealed class ImageFileTests
{
    // As it is shown: photo.jpg lies on its side (orientation 6), lossy.webp too (8), picture.png upside down (3).
    public static TheoryData<string, string, int, int, int> Samples => new()
    {
        { "photo.jpg", "image/jpeg", 32, 48, 6 },
        { "progressive.jpg", "image/jpeg", 48, 32, 1 },
        { "picture.png", "image/png", 40, 24, 3 },
        { "animated.png", "image/png", 8, 6, 1 },
        { "animation.gif", "image/gif", 24, 16, 1 },
        { "lossy.webp", "image/webp", 24, 40, 8 },
        { "lossless.webp", "image/webp", 40, 24, 1 },
        { "animation.webp", "image/webp", 24, 16, 1 },
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public void OfAPictureThatStaysWhichShowsIt(string name, string type, int width, int height, int orientation)
    {
        var file = Pictures.Read(name);
        Assert.True(file.AsSpan().IndexOf(Pictures.Hidden) > 0, "the sample hides something");

        var clean = Clean(file);

        Assert.Equal((type, width, height), (clean.ContentType, clean.Width, clean.Height));
        Assert.Equal(-1, clean.Bytes.AsSpan().IndexOf(Pictures.Hidden));
        // Nor where it was taken: the degrees, in either order of bytes, nor the names of what else was there.
        foreach (var gone in new[] { "GPS", "xmp", "Photoshop", "tEXt", "zTXt", "iTXt", "tIME", "XMP ", "MPF", "prVt", "PRIV" })
            Assert.Equal(-1, clean.Bytes.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(gone)));
        Assert.Equal(-1, clean.Bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[52, 0, 0, 0, 1, 0, 0, 0, 31]));
        // How it is turned is said once more, and nothing else.
        var exif = clean.Bytes.AsSpan().IndexOf("MM\0*"u8);
        Assert.Equal(orientation, exif < 0 ? 1 : ExifOrientation.Find(clean.Bytes.AsSpan(exif)));
        // What is clean is left as it is.
        Assert.Equal(clean.Bytes, Clean(clean.Bytes).Bytes);
    }

    [Theory]
    [InlineData("animated.png", "fcTL", 2)]
    [InlineData("animation.gif", "NETSCAPE2.0", 1)]
    [InlineData("animation.webp", "ANMF", 2)]
    public void AnAnimationKeepsItsFrames(string name, string what, int times) =>
        Assert.Equal(times, System.Text.Encoding.Latin1.GetString(Clean(Pictures.Read(name)).Bytes).Split(what).Length - 1);

    [Theory]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>")]
    [InlineData("<!doctype html><script>alert(1)</script>")]
    [InlineData("%PDF-1.7")]
    [InlineData("BM\u0001\u0002")]
    [InlineData("GIF89a")]
    [InlineData("GIF89a/*<script>alert(1)</script>*/=1;")]
    [InlineData("RIFF\u0004\0\0\0WEBP")]
    [InlineData("")]
    public void EverythingElseIsRefused(string text) =>
        Assert.Equal(ImageOutcome.Unsupported, ImageFile.Inspect(System.Text.Encoding.Latin1.GetBytes(text), ImageLimits.Default));

    [Theory]
    [MemberData(nameof(Samples))]
    public void AFileThatIsCutOffIsRefused(string name, string type, int width, int height, int orientation)
    {
        var clean = Clean(Pictures.Read(name)).Bytes;
        Assert.True(type.Length > 0 && width > 0 && height > 0 && orientation > 0);
        for (var length = 0; length < clean.Length; length++)
            Assert.True(ImageFile.Inspect(clean.AsSpan(0, length), ImageLimits.Default) is ImageOutcome.Refused, $"{length} of {clean.Length} bytes are taken");
    }

    [Fact]
    public void TooManyPixelsAreRefusedWhateverTheFileHolds()
    {
        var png = Clean(Pictures.Read("picture.png")).Bytes;
        foreach (var (width, height) in new[] { (12_001u, 1u), (1u, 12_001u), (8000u, 5001u), (uint.MaxValue, uint.MaxValue) })
        {
            BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(16), width);
            BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(20), height);
            Assert.Equal(ImageOutcome.TooLarge, ImageFile.Inspect(png, ImageLimits.Default));
        }

        var (small, few) = (new ImageLimits(23, 1000, 500), new ImageLimits(12_000, 40_000_000, 1));
        foreach (var name in new[] { "photo.jpg", "animation.gif", "lossy.webp", "lossless.webp", "animation.webp" })
            Assert.Equal((name, ImageOutcome.TooLarge), (name, ImageFile.Inspect(Pictures.Read(name), small)));
        foreach (var name in new[] { "animated.png", "animation.gif", "animation.webp" })
            Assert.Equal((name, ImageOutcome.TooLarge), (name, ImageFile.Inspect(Pictures.Read(name), few)));
    }

    // Changed in any way, a file is refused or clean, and never more than that.
    [Fact]
    public void NoBytesAreTooMuchForIt()
    {
        var random = new Random(20_261_122);
        foreach (var name in Samples.Select(row => row.Data.Item1))
        {
            var file = Pictures.Read(name);
            for (var round = 0; round < 4000; round++)
            {
                var changed = Change(file, random);
                if (ImageFile.Inspect(changed, ImageLimits.Default) is not ImageOutcome.Clean clean) continue;
                Assert.True(ImageFile.Inspect(clean.Bytes, ImageLimits.Default) is ImageOutcome.Clean again && again.Bytes.AsSpan().SequenceEqual(clean.Bytes), $"{name}, round {round}");
                Assert.InRange(clean.Width, 1, 12_000);
                Assert.InRange(clean.Height, 1, 12_000);
            }
        }
    }

    private static byte[] Change(byte[] file, Random random)
    {
        var changed = file.ToList();
        for (var times = random.Next(1, 5); times > 0; times--)
        {
            var at = random.Next(changed.Count);
            switch (random.Next(5))
            {
                case 0: changed[at] = (byte)random.Next(256); break;
                case 1: changed[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: changed[at] = random.Next(2) == 0 ? (byte)0xFF : (byte)0; break;
                case 3: changed.RemoveRange(at, Math.Min(random.Next(1, 20), changed.Count - at)); break;
                default: changed.InsertRange(at, changed.GetRange(at, Math.Min(random.Next(1, 40), changed.Count - at))); break;
            }

            if (changed.Count == 0) changed.Add(0);
        }

        return [.. changed];
    }

    private static ImageOutcome.Clean Clean(byte[] file) => Assert.IsType<ImageOutcome.Clean>(ImageFile.Inspect(file, ImageLimits.Default));
}
