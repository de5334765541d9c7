using System.Buffers.Binary;
using ChaturMail.Api.Http;
using ChaturMail.Core.Content;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Admin;

/// <summary>Sets the banner of the app's first page, on every instance within seconds, or removes it.</summary>
public static class SetBannerImage
{
    private static readonly byte[] Start = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, (byte)'I', (byte)'H', (byte)'D', (byte)'R'];

    private static readonly byte[] End = [0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82];

    /// <summary>What to show.</summary>
    public sealed record Request
    {
        /// <summary>A PNG in base64; null or the text <c>NULL</c> for none. Left out it is an error, lest a slip removes the banner.</summary>
        public string? ImageData
        {
            get;
            init
            {
                field = value;
                IsGiven = true;
            }
        }

        internal bool IsGiven { get; private init; }
    }

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, IContentStore content, ContentFeed feed, OperatorActions actions, TimeProvider time, CancellationToken cancellation)
    {
        var check = new Check();
        var image = Read(check, request);
        if (check.Failure is { } failure) return failure;

        var isSet = image.Length > 0;
        await actions.NoteAsync(session, isSet ? "banner.set" : "banner.remove", "", isSet ? $"{image.Length} bytes" : "", cancellation);
        await content.PublishAsync(
            ContentKind.Banner, ContentEntry.BannerId, Convert.ToBase64String(image), time.GetUtcNow().ToUnixTimeSeconds(), cancellation);
        await feed.LookAsync(cancellation);
        return Reply.Ok(isSet ? "The banner is set." : "The banner is removed.");
    }

    private static byte[] Read(Check check, Request request)
    {
        if (request is { IsGiven: true, ImageData: null or "NULL" }) return [];
        var text = request.ImageData ?? "";
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length))
            check.Fail("The field 'imageData' must be a PNG in base64, or null for none.");
        else if (length > Limits.BannerBytes)
            check.Fail($"The field 'imageData' must be a PNG of at most {Limits.BannerBytes} bytes.");
        else if (!IsPng(bytes.AsSpan(0, length)))
            check.Fail($"The field 'imageData' must be a PNG of at most {Limits.BannerPixels} by {Limits.BannerPixels} pixels.");
        else return bytes[..length];
        return [];
    }

    // Signature, header and end of a PNG: https://www.w3.org/TR/png-3/#5PNG-file-signature, #11IHDR, #11IEND. What is between them is for the
    // app's decoder; the size is bounded, for that decoder takes memory by it.
    private static bool IsPng(ReadOnlySpan<byte> bytes) =>
        bytes.Length > 24 + End.Length && bytes.StartsWith(Start) && bytes.EndsWith(End)
        && BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]) is >= 1 and <= Limits.BannerPixels
        && BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]) is >= 1 and <= Limits.BannerPixels;
}
