using ChaturMail.Core.Attachments;

namespace ChaturMail.Api.Web;

/// <summary>
/// Serves the web app: its page at <c>/</c>, the files that the page names below <c>/app/</c>. It is a client of the public API like any other,
/// so this knows nothing of users; everything else goes on to the API.
/// </summary>
internal sealed class WebApp
{
    // The page asks each time whether there is a new version; what carries a version is kept for good (RFC 8246).
    private const string Ask = "no-cache", KeepForGood = "public, max-age=31536000, immutable", DoNotKeep = "no-store";

    private readonly RequestDelegate _next;
    private readonly string _folder = Path.Combine(AppContext.BaseDirectory, "wwwroot"), _policy;
    private readonly bool _rereads;
    private volatile WebFiles _files;

    public WebApp(RequestDelegate next, IWebHostEnvironment environment, SignInMethods methods, AttachmentOptions attachments)
    {
        _next = next;
        _rereads = environment.IsDevelopment();
        _files = WebFiles.Read(_folder);
        // The other origins that the app talks to: Firebase's and the object store's, where they are set up.
        string?[] others = [methods.FirebaseAddress?.GetLeftPart(UriPartial.Authority), attachments.Origin];
        _policy = Policy(string.Join(' ', others.OfType<string>().Prepend("'self'")), attachments.Origin is { } files ? "'self' data: " + files : "'self' data:");
    }

    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)) return _next(context);
        return path switch
        {
            "/" => Entrance("index.html"),
            "/sw.js" or "/manifest.webmanifest" => Entrance(path[1..]),
            _ when path.StartsWith("/app/", StringComparison.Ordinal) => File(path.AsSpan(5)),
            _ => _next(context),
        };

        Task Entrance(string name)
        {
            // A developer's change is seen by reloading the page.
            if (_rereads) _files = WebFiles.Read(_folder, _files);
            context.Response.Headers.ContentSecurityPolicy = _policy;
            return _files.Find(name)?.WriteAsync(context, Ask) ?? _next(context);
        }

        Task File(ReadOnlySpan<char> rest)
        {
            var (slash, files) = (rest.IndexOf('/'), _files);
            if (slash < 0 || files.Find(rest[(slash + 1)..].ToString()) is not { } file) return _next(context);
            // While one version replaces another, a page of one may ask an instance of the other.
            return file.WriteAsync(context, rest[..slash].SequenceEqual(files.Version) ? KeepForGood : DoNotKeep);
        }
    }

    // Content Security Policy, level 3. Trusted Types leave one place, js/html.js, that may make elements of text.
    private static string Policy(string connect, string pictures) =>
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src " + pictures + "; connect-src " + connect + "; manifest-src 'self'; worker-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types chaturmail";
}
