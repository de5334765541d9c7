using Microsoft.Extensions.Primitives;

namespace ChaturMail.Api.Http;

/// <summary>
/// What every answer says to browsers: it is no page, no part of one, and nothing to keep. Pages and files that are meant to be shown set
/// their own <c>Content-Security-Policy</c>, <c>Cache-Control</c> and <c>Cross-Origin-Resource-Policy</c>, which are left alone. Set when the answer
/// starts, so that one that was cleared for an error has them too.
/// </summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    private static readonly StringValues
        NoSniff = "nosniff", NoContent = "default-src 'none'; frame-ancestors 'none'", NoReferrer = "no-referrer", NoStore = "no-store", SameOrigin = "same-origin",
        NoDevices = "camera=(), geolocation=(), microphone=(), payment=(), usb=()", HttpsForAYear = "max-age=31536000; includeSubDomains";

    // Swagger UI, in Development: its own scripts, and the styles and pictures that it writes into its page.
    private static readonly StringValues ApiPage = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(static state => Set((HttpContext)state), context);
        return next(context);
    }

    private static Task Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = NoSniff;
        headers["Referrer-Policy"] = NoReferrer;
        headers["Permissions-Policy"] = NoDevices;
        headers.TryAdd("Content-Security-Policy", context.Request.Path.StartsWithSegments("/docs") ? ApiPage : NoContent);
        headers.TryAdd("Cross-Origin-Resource-Policy", SameOrigin);
        headers.TryAdd("Cache-Control", NoStore);
        // As the client sees it: behind a trusted proxy by the proxy's word.
        if (context.Request.IsHttps) headers.StrictTransportSecurity = HttpsForAYear;
        return Task.CompletedTask;
    }
}
