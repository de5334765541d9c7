using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace ChaturMail.Tests.Support.Browser;

/// <summary>
/// Tests of the web app in a real browser against real processes. At most three run at once. Every test has pages of its own and, on the
/// stack that all share, users of its own. A test fails when a page had a problem (<see cref="PageProblems"/>) that it did not expect; what
/// its pages showed at the end of a failed test is in <c>artifacts/screenshots/failed</c>.
/// </summary>
public abstract class BrowserTests(WebBrowser browser, SharedWebStack web) : IAsyncLifetime
{
    private static readonly SemaphoreSlim Places = new(3);

    private readonly List<(IBrowserContext Context, PageProblems Problems)> _opened = [];
    private readonly List<IAsyncDisposable> _own = [];
    private readonly List<Regex> _expected = [];

    public async ValueTask InitializeAsync() => await Places.WaitAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        try
        {
            if (TestContext.Current.TestState?.Result == TestResult.Failed) await KeepLastSightAsync();
            foreach (var (context, _) in _opened) await context.CloseAsync();
            foreach (var own in _own) await own.DisposeAsync();
            var problems = _opened.SelectMany(opened => opened.Problems.Unexpected(_expected)).ToList();
            Assert.True(problems.Count == 0, string.Join('\n', problems));
        }
        finally
        {
            Places.Release();
        }
    }

    /// <summary>The browser of all tests.</summary>
    private protected WebBrowser Browser => browser;

    /// <summary>The stack that the tests share, running. A test signs in as a user of its own, and stops nothing.</summary>
    private protected Task<WebStack> StackAsync() => web.StackAsync();

    /// <summary>A stack of the test's own, whose parts it may stop, kill and start again; with these environment variables of Api and Worker.</summary>
    private protected async Task<WebStack> OwnStackAsync(params (string Name, string Value)[] environment)
    {
        var stack = await WebStack.StartAsync(environment);
        _own.Add(stack);
        return stack;
    }

    /// <summary>
    /// A page of a fresh context, not yet opened: <c>GotoAsync("/#/history")</c> does. Waits are given up after 15 s. The app's service worker,
    /// which would fetch all files for every fresh context, stays out where a test does not let it in.
    /// </summary>
    /// <param name="locale">What the browser says its user reads: <c>en-US</c>, <c>hi-IN</c>, <c>de-DE</c>.</param>
    /// <param name="more">Changes other options of the context (touch, no script, …).</param>
    private protected async Task<IPage> NewPageAsync(
        WebStack stack, int width = 1280, int height = 800, ColorScheme theme = ColorScheme.Light, string locale = "en-US",
        Action<BrowserNewContextOptions>? more = null)
    {
        var context = await browser.NewContextAsync(stack.Address, width, height, theme, locale, options =>
        {
            options.ServiceWorkers = ServiceWorkerPolicy.Block;
            more?.Invoke(options);
        });
        _opened.Add((context, await PageProblems.OfAsync(context, stack.Address)));
        return await context.NewPageAsync();
    }

    /// <summary>
    /// Declares problems that belong to what the test does: <c>"status of 402"</c> where the Api refuses, <c>"ERR_INTERNET_DISCONNECTED"</c>
    /// where the page is offline.
    /// </summary>
    /// <param name="pattern">A regular expression of the problem's line.</param>
    private protected void ExpectProblem(string pattern) => _expected.Add(new Regex(pattern, RegexOptions.CultureInvariant));

    private protected static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    private protected static IPageAssertions Expect(IPage page) => Assertions.Expect(page);

    private async Task KeepLastSightAsync()
    {
        var name = TestContext.Current.TestMethod?.MethodName ?? "test";
        foreach (var (page, number) in _opened.SelectMany(opened => opened.Context.Pages).Select((page, number) => (page, number)))
        {
            try
            {
                await page.ScreenshotAsync(new() { Path = Path.Combine(Screenshots.Folder, "failed", $"{GetType().Name}.{name}-{number}.png") });
            }
            catch (PlaywrightException)
            {
                // A page that cannot be shown any more. The test has failed for a better reason.
            }
        }
    }
}
