using Microsoft.Playwright;

namespace ChaturMail.Tests.Support.Browser;

/// <summary>Pictures of the web app's pages, left as build output.</summary>
internal static class Screenshots
{
    private static readonly (int Width, int Height)[] Sizes = [(360, 780), (768, 1024), (1280, 800)];

    public static string Folder { get; } = Path.Combine(Repository.Root, "artifacts", "screenshots");

    /// <summary>
    /// Opens the route at 360, 768 and 1280 px, light and dark each, and leaves <c>artifacts/screenshots/{name}-{width}-{theme}.png</c>. Fails
    /// where the page is wider than its window.
    /// </summary>
    /// <param name="page">Signed in already, where the route needs it. Has the last size and theme afterwards.</param>
    /// <param name="ready">Waits for what is to be seen; called before every picture.</param>
    /// <param name="fullPage">The whole length of the page; otherwise what the window shows.</param>
    public static async Task TakeAsync(IPage page, string route, string name, Func<IPage, Task>? ready = null, bool fullPage = false)
    {
        await page.GotoAsync(route);
        foreach (var (width, height) in Sizes)
        {
            await page.SetViewportSizeAsync(width, height);
            foreach (var theme in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                await page.EmulateMediaAsync(new() { ColorScheme = theme });
                if (ready is not null) await ready(page);
                await page.ScreenshotAsync(new()
                {
                    Path = Path.Combine(Folder, $"{name}-{width}-{(theme == ColorScheme.Light ? "light" : "dark")}.png"),
                    FullPage = fullPage,
                    Animations = ScreenshotAnimations.Disabled,
                });
            }

            var overflow = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.True(overflow <= 0, $"{route} is {overflow} px wider than a window of {width} px");
        }
    }
}
