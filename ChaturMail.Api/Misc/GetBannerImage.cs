using ChaturMail.Api.Http;
using ChaturMail.Core.Content;
using ChaturMail.ServiceDefaults;

namespace ChaturMail.Api.Misc;

/// <summary>Shows the operators' banner: what they published, else the file <c>banner.png</c> in the data folder.</summary>
public static class GetBannerImage
{
    /// <param name="ImageData">A PNG in base64, or the text <c>NULL</c> when there is none.</param>
    public sealed record Response(string ImageData);

    /// <summary>Handles the request.</summary>
    public static IResult Handle(NoFields? request, Banner banner, ContentFeed published) => Reply.Ok(
        "Banner.", new Response((published.Current.Find(ContentKind.Banner, ContentEntry.BannerId) is { } entry ? entry.Data : banner.Read()) is { Length: > 0 } image ? image : "NULL"));

    /// <summary>The banner's file, read again when it changes.</summary>
    public sealed class Banner(IConfiguration configuration, ILogger<Banner> log)
    {
        private const int MostBytes = 2 * 1024 * 1024;

        private static readonly byte[] PngSignature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

        private readonly string _path = Path.Combine(configuration.DataFolder(), "banner.png");
        private volatile Entry? _entry;

        /// <summary>The PNG in base64, or null when there is none that can be shown.</summary>
        public string? Read()
        {
            var file = new FileInfo(_path);
            if (!file.Exists) return null;
            if (_entry is { } known && known.WrittenAt == file.LastWriteTimeUtc && known.Length == file.Length) return known.Base64;
            _entry = new Entry(file.LastWriteTimeUtc, file.Length, Load(file));
            return _entry.Base64;
        }

        // PNG signature: RFC 2083, section 3.1.
        private string? Load(FileInfo file)
        {
            if (file.Length <= MostBytes && File.ReadAllBytes(_path) is var bytes && bytes.AsSpan().StartsWith(PngSignature))
                return Convert.ToBase64String(bytes);
            log.LogWarning("{Path} is not shown: it is no PNG, or larger than {Most} bytes", _path, MostBytes);
            return null;
        }

        private sealed record Entry(DateTime WrittenAt, long Length, string? Base64);
    }
}
