using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace ChaturMail.Tests.Support.Browser;

/// <summary>Stands before an Api as a proxy does, passes on what the web app's files are asked for, and lets them become another version or fail.</summary>
internal sealed partial class WebFront : IAsyncDisposable
{
    /// <summary>Never answers, until the client goes away.</summary>
    public static readonly ScriptedAnswer Silent = call => Task.Delay(Timeout.Infinite, call.RequestAborted);

    /// <summary>Answers as a proxy does whose server is away.</summary>
    public static readonly ScriptedAnswer Broken = call => { call.Response.StatusCode = StatusCodes.Status502BadGateway; return Task.CompletedTask; };

    private readonly HttpClient _http;
    private readonly ConcurrentQueue<string> _asked = new();
    private ScriptedModelServer _server = null!;

    private WebFront(WebStack stack) => _http = new HttpClient { BaseAddress = stack.Address };

    public Uri Address { get; private set; } = null!;

    /// <summary>The version that the files say they are of; null for their own.</summary>
    public string? Version { get; set; }

    /// <summary>Answers for the page in the Api's stead; null for the Api.</summary>
    public ScriptedAnswer? Entrance { get; set; }

    /// <summary>The end of a path that is not found.</summary>
    public string? Missing { get; set; }

    /// <summary>The paths that were asked for.</summary>
    public IReadOnlyCollection<string> Asked => _asked;

    public static async Task<WebFront> StartAsync(WebStack stack)
    {
        var front = new WebFront(stack);
        front._server = await ScriptedModelServer.StartAsync(front.AnswerAsync);
        front.Address = new Uri(front._server.BaseAddress.GetLeftPart(UriPartial.Authority));
        return front;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
    }

    [GeneratedRegex("(?<=/app/|chaturmail-|')[0-9a-f]{16}(?=[/'])")]
    private static partial Regex Versions();

    private async Task AnswerAsync(HttpContext call)
    {
        var path = call.Request.Path.Value!;
        _asked.Enqueue(path);
        if (path == "/" && Entrance is { } entrance)
        {
            await entrance(call);
            return;
        }

        if (Missing is { } missing && path.EndsWith(missing, StringComparison.Ordinal))
        {
            call.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        using var request = new HttpRequestMessage(new HttpMethod(call.Request.Method), path);
        using var answer = await _http.SendAsync(request, call.RequestAborted);
        call.Response.StatusCode = (int)answer.StatusCode;
        call.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        call.Response.Headers.CacheControl = "no-store";
        if (path is "/" or "/sw.js" or "/manifest.webmanifest")
        {
            var text = await answer.Content.ReadAsStringAsync(call.RequestAborted);
            await call.Response.WriteAsync(Version is null ? text : Versions().Replace(text, Version), call.RequestAborted);
            return;
        }

        await call.Response.Body.WriteAsync(await answer.Content.ReadAsByteArrayAsync(call.RequestAborted), call.RequestAborted);
    }
}
