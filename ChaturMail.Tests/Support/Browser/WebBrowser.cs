using ChaturMail.Tests.Support.Browser;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(WebBrowser))]

namespace ChaturMail.Tests.Support.Browser;

/// <summary>One chromium without a window for all tests, started by the first that wants a page. Every page has a storage of its own.</summary>
public sealed class WebBrowser : IAsyncDisposable
{
    /// <summary>Names the browser's program where it is not to be the one on the PATH.</summary>
    public const string Variable = "CHATURMAIL_TEST_BROWSER";

    private const float PatienceMilliseconds = 15_000;

    private static readonly string[] Programs = ["chromium", "chromium-browser", "google-chrome"];

    // A window's address bar shows nothing here, but its pages and a process held ready take twice the processor time of the page itself.
    private static readonly string[] NotWanted = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "SpareRendererForSitePerProcess"];

    // What Playwright turns off: of several such flags the browser takes the last alone.
    private static readonly string[] TurnedOff =
    [
        "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "DialMediaRouteProvider", "GlobalMediaControls", "HttpsUpgrades", "LensOverlay",
        "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning", "BlockOriginHeaderModificationOnRedirect", "AvoidCorsURLLoaderRestartOnRedirect",
        "Translate", "AutoDeElevate", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled",
    ];

    // It asks nobody for anything that the page does not want.
    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--font-render-hinting=none", "--disable-features=" + string.Join(',', [.. TurnedOff, .. NotWanted]),
    ];

    private readonly SemaphoreSlim _gate = new(1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>
    /// A fresh context on this origin: storage, cache and service workers of its own, no animations, times in UTC, the clipboard allowed.
    /// Skips the test where there is no browser.
    /// </summary>
    internal async Task<IBrowserContext> NewContextAsync(Uri origin, int width, int height, ColorScheme theme, string locale, Action<BrowserNewContextOptions>? more)
    {
        var options = new BrowserNewContextOptions
        {
            BaseURL = origin.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = theme,
            Locale = locale,
            ReducedMotion = ReducedMotion.Reduce,
            TimezoneId = "Etc/UTC",
            Permissions = ["clipboard-read", "clipboard-write"],
        };
        more?.Invoke(options);
        var context = await (await BrowserAsync()).NewContextAsync(options);
        context.SetDefaultTimeout(PatienceMilliseconds);
        context.SetDefaultNavigationTimeout(PatienceMilliseconds);
        return context;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        _gate.Dispose();
    }

    private static string? Program() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named
        : (from program in Programs
           from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
           select Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private async Task<IBrowser> BrowserAsync()
    {
        var program = Program();
        Assert.SkipWhen(program is null, $"none of {string.Join(", ", Programs)} is on the PATH, and {Variable} names no browser");
        await _gate.WaitAsync();
        try
        {
            if (_browser is not null) return _browser;
            Assertions.SetDefaultExpectTimeout(PatienceMilliseconds);
            _playwright ??= await Playwright.CreateAsync();
            return _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Headless = true, Args = Flags });
        }
        finally
        {
            _gate.Release();
        }
    }
}
