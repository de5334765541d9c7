using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace ChaturMail.Tests.Support.Browser;

/// <summary>
/// What must not happen on a page: an error on the console or in a script, a violation of the Content-Security-Policy, and a request to
/// anybody but the Api. Heard from the first request on until the context is closed.
/// </summary>
internal sealed class PageProblems
{
    // The browser's own word of a violation names no file, and none is given at all for some that are only reported.
    private const string TellViolations = """
        addEventListener('securitypolicyviolation', e => console.error(
          `Content-Security-Policy: ${e.effectiveDirective} forbids ${e.blockedURI} ${e.sample} (${e.sourceFile}:${e.lineNumber})`));
        """;

    private readonly string _origin;
    private readonly ConcurrentQueue<string> _heard = new();

    private PageProblems(Uri origin) => _origin = origin.GetLeftPart(UriPartial.Authority);

    public static async Task<PageProblems> OfAsync(IBrowserContext context, Uri origin)
    {
        var problems = new PageProblems(origin);
        context.Console += (_, message) =>
        {
            if (message.Type == "error") problems._heard.Enqueue($"console: {message.Text} ({message.Location})");
        };
        context.WebError += (_, error) => problems._heard.Enqueue("script: " + error.Error);
        context.Request += (_, request) =>
        {
            if (!problems.IsOwn(request.Url)) problems._heard.Enqueue("request to another host: " + request.Url);
        };
        await context.AddInitScriptAsync(TellViolations);
        return problems;
    }

    /// <summary>What was heard and is none of the expected, a line each.</summary>
    public IReadOnlyList<string> Unexpected(IReadOnlyCollection<Regex> expected) =>
        [.. _heard.Where(problem => !expected.Any(pattern => pattern.IsMatch(problem)))];

    private bool IsOwn(string url) =>
        url == _origin || url.StartsWith(_origin + "/", StringComparison.Ordinal)
        || url.StartsWith("data:", StringComparison.Ordinal) || url.StartsWith("blob:", StringComparison.Ordinal);
}
