using ChaturMail.Tests.Support.Browser;
using Microsoft.Playwright;

namespace ChaturMail.Tests.Browser;

/// <summary>The app by the keyboard, on a narrow screen with long words, and in the colours that a user forces.</summary>
public sealed class ReachTests(WebBrowser browser, SharedWebStack web) : BrowserTests(browser, web)
{
    // Words that are broken over two lines, in what the app itself says.
    private const string BrokenWords = """
        () => {
          const broken = []
          for (const element of document.querySelectorAll('.nav a, .button, summary, label, h1, h2, h3, legend, th, .badge')) {
            const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
            while (texts.nextNode()) for (const word of texts.currentNode.data.matchAll(/[\p{L}\p{M}]+/gu)) {
              const range = document.createRange()
              range.setStart(texts.currentNode, word.index)
              range.setEnd(texts.currentNode, word.index + word[0].length)
              if (new Set([...range.getClientRects()].map(place => Math.round(place.top))).size > 1) broken.push(word[0])
            }
          }
          if (document.documentElement.scrollWidth > innerWidth) broken.push(`${document.documentElement.scrollWidth} px wide`)
          return broken
        }
        """;

    [Fact]
    public async Task TheKeyboardGetsPastTheNavigationAndKeepsItsPlace()
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack);
        await stack.SignInAsync(page, "reach-keyboard@example.com");
        await page.GotoAsync("/#/write/1");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "You have" })).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Subject")).ToBeVisibleAsync();
        await Expect(page).ToHaveTitleAsync("Request · ChaturMail");
        // A region that comes together with its text is not read out.
        await Expect(page.Locator("#toasts[role=status]")).ToHaveCountAsync(1);

        await page.GetByRole(AriaRole.Link, new() { Name = "Skip to content" }).PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeFocusedAsync();

        // The account is read again with every email: what has the focus then keeps it, and what is open stays open.
        foreach (var name in new[] { "History", "You have 10,000 coins" })
        {
            await page.GetByRole(AriaRole.Link, new() { Name = name }).FocusAsync();
            await ReadAccountAsync(page);
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = name })).ToBeFocusedAsync();
        }
        await page.GetByRole(AriaRole.Button, new() { Name = "Menu" }).PressAsync("Enter");
        await page.GetByRole(AriaRole.Link, new() { Name = "Profile" }).FocusAsync();
        await ReadAccountAsync(page);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Profile" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");

        await page.GetByLabel("Subject").FillAsync("Reached");
        await page.GetByRole(AriaRole.Button, new() { Name = "Empty the form" }).PressAsync("Enter");
        await page.Locator(".toast").GetByRole(AriaRole.Button, new() { Name = "Close" }).PressAsync("Enter");
        await Expect(page.GetByLabel("Subject")).ToBeFocusedAsync();
    }

    [Theory]
    [InlineData("de-DE")]
    [InlineData("hi-IN")]
    public async Task WordsStayWholeOn320Pixels(string locale)
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack, 320, 640, locale: locale);
        await stack.SignInAsync(page, $"reach-{locale}@example.com");

        foreach (var view in new[] { "write", "write/1", "history", "coins", "tutorials", "prompts", "feedback", "profile", "schedule", "notifications" })
        {
            await page.GotoAsync("/#/" + view);
            await Expect(page.Locator($".view.{view.Split('/')[0]} h1")).ToBeVisibleAsync();
            await Expect(page.Locator("main").GetByText(locale == "de-DE" ? "Wird geladen" : "लोड हो रहा है")).ToHaveCountAsync(0);
            Assert.True(await page.EvaluateAsync<string[]>(BrokenWords) is [], $"{view}: {string.Join(", ", await page.EvaluateAsync<string[]>(BrokenWords))}");
        }
    }

    [Fact]
    public async Task ForcedColoursShowWhichPageIsTheCurrentOne()
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack, 360, 740, more: options => options.ForcedColors = ForcedColors.Active);
        await stack.SignInAsync(page, "reach-forced@example.com");
        await page.GotoAsync("/#/history");
        var current = page.GetByRole(AriaRole.Link, new() { Name = "History", Exact = true });
        await Expect(current).ToHaveAttributeAsync("aria-current", "page");

        Assert.NotEqual(await ColourAsync(page.GetByRole(AriaRole.Link, new() { Name = "Messages", Exact = true })), await ColourAsync(current));

        static Task<string> ColourAsync(ILocator link) => link.EvaluateAsync<string>("link => getComputedStyle(link).borderTopColor");
    }

    private static async Task ReadAccountAsync(IPage page) => await page.EvaluateAsync(
        "async () => (await import(document.querySelector('link[rel=modulepreload][href$=\"/shell.js\"]').href)).readAccount()");
}
