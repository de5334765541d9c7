using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace ChaturMail.Api.Web;

/// <summary>
/// The files of the web app, read once and held in memory. They make one version: every address but those of the page itself carries
/// it, so that a browser keeps the files for good and never mixes those of two versions.
/// </summary>
internal sealed class WebFiles
{
    private static readonly FileExtensionContentTypeProvider Types = new();

    // What the page is found by, at addresses that never change: these say what the version is.
    private static readonly string[] Entrances = ["index.html", "sw.js", "manifest.webmanifest"];

    private readonly FrozenDictionary<string, WebFile> _files;

    private WebFiles(FrozenDictionary<string, WebFile> files, string version)
    {
        _files = files;
        Version = version;
    }

    /// <summary>Changes with any of the files: 16 hexadecimal digits.</summary>
    public string Version { get; }

    /// <summary>Reads all files of a folder.</summary>
    /// <param name="before">What was read of it before: a file that is still the same stays, and what was compressed of it.</param>
    /// <exception cref="IOException">The folder or a file cannot be read.</exception>
    public static WebFiles Read(string folder, WebFiles? before = null)
    {
        var contents = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => (Name: Path.GetRelativePath(folder, path).Replace('\\', '/'), Bytes: File.ReadAllBytes(path)))
            .Select(file => file.Name.EndsWith(".js", StringComparison.Ordinal) ? (file.Name, Bytes: WithoutComments(file.Bytes)) : file)
            .OrderBy(file => file.Name, StringComparer.Ordinal).ToList();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, bytes) in contents)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(SHA256.HashData(bytes));
        }

        var version = Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
        if (version == before?.Version) return before;
        var kept = string.Join(',', contents.Where(file => !Entrances.Contains(file.Name)).Select(file => $"\"/app/{version}/{file.Name}\""));
        return new WebFiles(
            contents.ToFrozenDictionary(file => file.Name, file => FileOf(file.Name, Entrances.Contains(file.Name) ? Complete(file.Bytes) : file.Bytes)), version);

        WebFile FileOf(string name, byte[] bytes) => before?.Find(name) is { } old && old.Holds(bytes) ? old : new WebFile(TypeOf(name), bytes);

        byte[] Complete(byte[] bytes) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes)
            .Replace("{version}", version, StringComparison.Ordinal).Replace("\"{files}\"", kept, StringComparison.Ordinal));
    }

    /// <summary>
    /// A script without the lines that are comments alone, a quarter of what would go over the wire. The lines stay, empty, so that a fault's line number is that of the
    /// source. A test holds the scripts to having no such line within a text.
    /// </summary>
    internal static byte[] WithoutComments(byte[] script)
    {
        var lines = Encoding.UTF8.GetString(script).Split('\n');
        var isWithin = false;
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].AsSpan().Trim();
            var ends = line.IndexOf("*/");
            // A comment before code on one line, which says the type of a value, stays with it.
            if (!isWithin && line.StartsWith("/*") && (ends < 0 || ends == line.Length - 2)) isWithin = true;
            if (isWithin || line.StartsWith("//")) lines[i] = "";
            if (ends >= 0) isWithin = false;
        }

        return Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }

    /// <summary>The file of a name such as <c>js/main.js</c>, or null.</summary>
    public WebFile? Find(string name) => _files.GetValueOrDefault(name);

    private static string TypeOf(string name)
    {
        if (!Types.TryGetContentType(name, out var type)) type = "application/octet-stream";
        return type.StartsWith("text/", StringComparison.Ordinal) || type.EndsWith("json", StringComparison.Ordinal) ? type + "; charset=utf-8" : type;
    }
}

/// <summary>One file, compressed when it is first asked for so.</summary>
internal sealed class WebFile
{
    private readonly byte[] _bytes;
    private readonly Lazy<byte[]> _brotli, _gzip;

    /// <param name="type">Its <c>Content-Type</c>.</param>
    /// <param name="bytes">What is in it.</param>
    public WebFile(string type, byte[] bytes)
    {
        Type = type;
        _bytes = bytes;
        Tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\"", isWeak: true);
        _brotli = new(() => Compress(into => new BrotliStream(into, CompressionLevel.SmallestSize)));
        _gzip = new(() => Compress(into => new GZipStream(into, CompressionLevel.SmallestSize)));
    }

    public string Type { get; }

    /// <summary>Weak where the answer may be compressed in one of several ways (RFC 9110, section 8.8.1); the text is the same.</summary>
    public EntityTagHeaderValue Tag { get; }

    public bool Holds(ReadOnlySpan<byte> bytes) => bytes.SequenceEqual(_bytes);

    // Pictures are compressed by nature; all others are text, and nothing in them is secret (no BREACH).
    private bool IsText => !Type.StartsWith("image/png", StringComparison.Ordinal);

    /// <summary>Answers with the file, in the best coding that the client takes (RFC 9110, section 12.5.3), or with 304.</summary>
    public async Task WriteAsync(HttpContext context, string caching)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.CacheControl = caching;
        response.Headers.ETag = Tag.ToString();
        if (IsText) response.Headers.Vary = "Accept-Encoding";
        if (request.GetTypedHeaders().IfNoneMatch.Any(tag => tag.Compare(Tag, useStrongComparison: false)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var bytes = _bytes;
        if (IsText)
        {
            var codings = request.GetTypedHeaders().AcceptEncoding;
            if (Takes("br")) (bytes, response.Headers.ContentEncoding) = (_brotli.Value, "br");
            else if (Takes("gzip")) (bytes, response.Headers.ContentEncoding) = (_gzip.Value, "gzip");
            bool Takes(string coding) => codings.Any(one => one.Value.Equals(coding, StringComparison.OrdinalIgnoreCase) && one.Quality is null or > 0);
        }

        response.ContentType = Type;
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(request.Method)) await response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private byte[] Compress(Func<Stream, Stream> coding)
    {
        using var into = new MemoryStream();
        using (var stream = coding(into)) stream.Write(_bytes);
        return into.ToArray();
    }
}
