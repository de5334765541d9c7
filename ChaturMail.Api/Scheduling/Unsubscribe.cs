using ChaturMail.Core.Scheduling;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Scheduling;

/// <summary>
/// What the link in a recurring email leads to. Looking at it changes nothing, for programs look at every link in a mail; a POST unsubscribes, with whatever body, and
/// without a session (RFC 8058). Nobody is told who looked.
/// </summary>
public static class Unsubscribe
{
    /// <summary>Shows the page.</summary>
    public static async Task Show(string token, HttpContext context, IDocumentStore store, CancellationToken cancellation)
    {
        var known = await DeliveryToken.ReadAsync(new Documents<Delivery>(store, Delivery.Kind), token, cancellation) is not null;
        await WriteAsync(
            context, known,
            "<p>Do you want no more emails from this sender?</p><form method=\"post\"><button type=\"submit\">Unsubscribe</button></form>", cancellation);
    }

    /// <summary>Unsubscribes. May be repeated.</summary>
    public static async Task Handle(string token, HttpContext context, IDocumentStore store, Unsubscriptions unsubscriptions, CancellationToken cancellation)
    {
        var found = await DeliveryToken.ReadAsync(new Documents<Delivery>(store, Delivery.Kind), token, cancellation);
        if (found is var (delivery, index)) await unsubscriptions.AddAsync(delivery.Uid, delivery.Parts[index].Address, cancellation);
        await WriteAsync(context, found is not null, "<p>You will get no more emails from this sender.</p>", cancellation);
    }

    private static Task WriteAsync(HttpContext context, bool known, string body, CancellationToken cancellation)
    {
        context.Response.StatusCode = known ? StatusCodes.Status200OK : StatusCodes.Status404NotFound;
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
        return context.Response.WriteAsync(
            $"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>Unsubscribe</title></head>
            <body><main><h1>Unsubscribe</h1>{(known ? body : "<p>This link is not valid, or not any more.</p>")}</main></body></html>
            """, cancellation);
    }
}
