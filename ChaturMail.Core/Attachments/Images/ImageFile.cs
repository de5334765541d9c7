namespace ChaturMail.Core.Attachments.Images;

/// <summary>What a picture may be at most.</summary>
/// <param name="MostSide">Pixels across or down.</param>
/// <param name="MostPixels">Pixels of one frame; those of all frames together may be ten times as many.</param>
/// <param name="MostFrames">Frames of an animation.</param>
public sealed record ImageLimits(int MostSide, long MostPixels, int MostFrames)
{
    /// <summary>Those of the product: 12,000 pixels a side, 40 million in all, 500 frames.</summary>
    public static readonly ImageLimits Default = new(12_000, 40_000_000, 500);

    /// <summary>True when a frame of this size may be.</summary>
    public bool Allows(long width, long height) => width <= MostSide && height <= MostSide && width * height <= MostPixels;

    /// <summary>True when so many frames with so many pixels in all may be.</summary>
    public bool AllowsFrames(int frames, long pixels) => frames <= MostFrames && pixels <= 10 * MostPixels;
}

/// <summary>What was found in a file.</summary>
public abstract record ImageOutcome
{
    internal static readonly Refused Unsupported = new(AttachmentRefusal.UnsupportedImage), TooLarge = new(AttachmentRefusal.ImageTooLarge);

    private ImageOutcome()
    {
    }

    /// <summary>A picture that is whole, without what does not belong to it.</summary>
    /// <param name="Bytes">The file, as it is to be kept.</param>
    /// <param name="ContentType">By its bytes.</param>
    /// <param name="Width">Pixels across, as it is shown: turned if it says so.</param>
    /// <param name="Height">Pixels down, likewise.</param>
    public sealed record Clean(byte[] Bytes, string ContentType, int Width, int Height) : ImageOutcome;

    /// <summary>It is not taken.</summary>
    /// <param name="Code">One of <see cref="AttachmentRefusal"/>.</param>
    public sealed record Refused(string Code) : ImageOutcome;
}

/// <summary>
/// Reads pictures (PNG, JPEG, WebP, GIF) without decoding them: checks their structure to its end, finds their size, and leaves out everything that is
/// not needed to show them: where and when they were taken, by which camera, comments, previews, and whatever stands behind their end. What is kept is
/// named, piece by piece; what is unknown goes. How a photo is to be turned stays, and so do its colours' profile and an animation's frames. Takes any
/// bytes, and throws for none.
/// </summary>
public static class ImageFile
{
    /// <summary>The types that are taken.</summary>
    public static readonly IReadOnlyList<string> Types = ["image/png", "image/jpeg", "image/webp", "image/gif"];

    /// <summary>Finds what a file is and makes what is to be kept of it.</summary>
    public static ImageOutcome Inspect(ReadOnlySpan<byte> file, ImageLimits limits)
    {
        if (file.StartsWith(PngReader.Signature)) return new PngReader(file, limits).Read();
        if (file.StartsWith(JpegReader.Start)) return new JpegReader(file, limits).Read();
        if (file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8)) return new GifReader(file, limits).Read();
        if (file.StartsWith("RIFF"u8) && file.Length >= 12 && file[8..].StartsWith("WEBP"u8)) return new WebPReader(file, limits).Read();
        return ImageOutcome.Unsupported;
    }

    /// <summary>The extension of a type's files, with its dot.</summary>
    public static string ExtensionOf(string contentType) => contentType switch
    {
        "image/png" => ".png",
        "image/jpeg" => ".jpg",
        "image/webp" => ".webp",
        _ => ".gif",
    };

    internal static ImageOutcome.Clean Clean(byte[] bytes, string contentType, int width, int height, int orientation) =>
        ExifOrientation.Turns(orientation) ? new(bytes, contentType, height, width) : new(bytes, contentType, width, height);
}
