using ChaturMail.Tests.Support.Browser;
using Microsoft.Playwright;

namespace ChaturMail.Tests.Browser;

/// <summary>Writing an email in the web app, from the gallery of templates to the email.</summary>
public sealed class WriteTests(WebBrowser browser, SharedWebStack web) : BrowserTests(browser, web)
{
    [Fact]
    public async Task TheGalleryFindsATemplateInTheUsersLanguageByWhatIsTypedAnywhere()
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack, locale: "de-DE");
        await stack.SignInAsync(page, "write-gallery@example.com");
        await page.GotoAsync("/#/write");
        var cards = page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Listitem);
        await Expect(cards).ToHaveCountAsync(26);
        await Expect(cards.Filter(new() { HasText = "Bitten Sie höflich und klar um etwas" })).ToContainTextAsync("250 Münzen");
        Assert.True(await page.EvaluateAsync<bool>("async () => { const image = document.querySelector('.templates img'); await image.decode(); return image.naturalWidth > 0 }"));

        await page.Keyboard.TypeAsync("quark");
        await Expect(page.GetByText("Keine Vorlage passt dazu")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync("bewerb");
        await Expect(cards).ToHaveCountAsync(2);
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "2 Vorlagen" })).ToBeAttachedAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Bewerbung um ein Praktikum");
        await page.GoBackAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Bewerbung um ein Praktikum" })).ToBeFocusedAsync();
        await Expect(page.GetByLabel("Vorlagen suchen")).ToHaveValueAsync("bewerb");
        await page.Keyboard.PressAsync("/");
        await Expect(page.GetByLabel("Vorlagen suchen")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task KeysOfOneLetterCanBeTurnedOff()
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack);
        await stack.SignInAsync(page, "write-keys@example.com");
        await page.GotoAsync("/#/write");
        await page.GetByText("Keyboard", new() { Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Checkbox).UncheckAsync();
        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Apology" })).ToBeVisibleAsync();

        await page.Keyboard.TypeAsync("/apology");

        await Expect(page.GetByLabel("Search templates")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task KeywordsAreChipsThatTheKeyboardMakesAndTakes()
    {
        var (page, _) = await FormAsync("write-chips@example.com");
        var input = page.GetByLabel("Keywords", new() { Exact = true });
        await input.FocusAsync();

        await page.Keyboard.TypeAsync("annual leave, 1,250 EUR, ");
        await page.Keyboard.TypeAsync("by 5,");
        await page.Keyboard.PressAsync("Enter");
        await ExpectChipsAsync("annual leave", "1,250 EUR", "by 5");
        await page.Keyboard.PressAsync("Backspace");
        await Expect(input).ToHaveValueAsync("by 5");
        await page.Keyboard.TypeAsync(" May");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("ArrowLeft");
        await page.Keyboard.PressAsync("ArrowLeft");
        await Expect(Chip("1,250 EUR")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Delete");
        await Expect(Chip("by 5 May")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(input).ToBeFocusedAsync();
        await page.EvaluateAsync("() => navigator.clipboard.writeText('- one\\n- two\\r\\n3. three, four')");
        await page.Keyboard.PressAsync("Control+V");

        await ExpectChipsAsync("annual leave", "by 5 May", "one", "two", "three", "four");
        await Chip("two").ClickAsync();
        await ExpectChipsAsync("annual leave", "by 5 May", "one", "three", "four");

        ILocator Chip(string keyword) => page.GetByRole(AriaRole.Button, new() { Name = "Remove " + keyword, Exact = true });
        Task ExpectChipsAsync(params string[] keywords) =>
            Expect(page.GetByRole(AriaRole.List, new() { Name = "Chosen keywords" }).GetByRole(AriaRole.Button)).ToHaveTextAsync(keywords);
    }

    [Fact]
    public async Task AnEmailIsWrittenWithoutAMouse()
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack);
        var session = await stack.SignInAsync(page, "write-keyboard@example.com");
        await page.GotoAsync("/#/write");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Apology" })).ToBeVisibleAsync();

        await page.Keyboard.TypeAsync("politely");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Request" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("A chair without a mouse");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("red, with arms");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("maria@example.com");
        await page.Keyboard.PressAsync("Control+Enter");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your email is ready" })).ToBeFocusedAsync();
        var email = Assert.Single(await stack.Client.HistoryAsync(session.Token));
        Assert.Equal("red, with arms", email["keywords"]!.GetValue<string>());
    }

    [Fact]
    public async Task AnEmailIsReadWhileItIsWrittenAndStandsThereAtTheEnd()
    {
        var (page, stack) = await FormAsync("write-live@example.com");
        var paced = stack.Model.Pace("Leave, read along", "Dear Maria,\n\n", "I ask for leave ", "in May.\n\nThank you.");
        await FillAsync(page, "Leave, read along");
        await Expect(page.GetByText("Kept on this device")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Write email · 250 coins" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your email is being written" })).ToBeFocusedAsync();
        await paced.AskedAsync();
        await Expect(page.GetByRole(AriaRole.Listitem).And(page.Locator("[aria-current=step]"))).ToHaveTextAsync("Queued");
        paced.Allow(2);
        var preview = page.GetByRole(AriaRole.Article, new() { Name = "Preview" });
        await Expect(preview).ToContainTextAsync("I ask for leave");
        await Expect(preview).ToHaveAttributeAsync("aria-busy", "true");
        await Expect(page.GetByText("6 words")).ToBeVisibleAsync();
        await Axe.ExpectNoViolationAsync(page);
        paced.AllowAll();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your email is ready" })).ToBeFocusedAsync();
        await Expect(page.GetByRole(AriaRole.Article).First).ToContainTextAsync("in May.");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "You have 9,750 coins" })).ToBeVisibleAsync();
        Assert.False(await KeepsAsync(page, "draft.1"));
        Assert.False(await KeepsAsync(page, "running"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Write another like this" }).ClickAsync();
        await Expect(page.GetByLabel("Subject")).ToHaveValueAsync("Leave, read along");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Remove annual leave" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task WhoStopsReadingIsToldThatItGoesOnAndCanReadAgain()
    {
        var (page, stack) = await FormAsync("write-stop@example.com");
        var paced = stack.Model.Pace("Leave, stopped", "Dear Maria,\n\n", "this goes on ", "without you.");
        await FillAsync(page, "Leave, stopped");
        await page.Keyboard.PressAsync("Control+Enter");
        await paced.AskedAsync();
        paced.Allow();
        await Expect(page.GetByRole(AriaRole.Article, new() { Name = "Preview" })).ToContainTextAsync("Dear Maria,");

        await page.Keyboard.PressAsync("Escape");

        await Expect(page.GetByText("The email is paid for, goes on being written and will be in your history.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "To the history" })).ToBeVisibleAsync();
        Assert.False(await KeepsAsync(page, "running"));
        await Axe.ExpectNoViolationAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Read along" }).ClickAsync();
        paced.AllowAll();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your email is ready" })).ToBeVisibleAsync();
        Assert.Equal(1, stack.Model.Calls("Leave, stopped"));
    }

    [Fact]
    public async Task AReloadTakesTheWritingUpAgainAndPaysOnce()
    {
        var (page, stack) = await FormAsync("write-reload@example.com");
        var paced = stack.Model.Pace("Leave, reloaded", "Dear Maria,\n\n", "this outlives ", "a reload.");
        await FillAsync(page, "Leave, reloaded");
        await page.Keyboard.PressAsync("Control+Enter");
        await paced.AskedAsync();
        paced.Allow(2);
        await Expect(page.GetByText("this outlives")).ToBeVisibleAsync();

        await page.ReloadAsync();

        await Expect(page.GetByRole(AriaRole.Article, new() { Name = "Preview" })).ToContainTextAsync("Dear Maria,");
        await page.GotoAsync("/#/write");
        await Expect(page.GetByText("“Leave, reloaded” is being written.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Read along" }).ClickAsync();
        paced.AllowAll();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your email is ready" })).ToBeVisibleAsync();
        Assert.Equal(1, stack.Model.Calls("Leave, reloaded"));
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "You have 9,750 coins" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task AnEmailOutlivesTheServerThatWasReadFrom()
    {
        var stack = await OwnStackAsync();
        var page = await NewPageAsync(stack);
        await stack.SignInAsync(page, "write-lost@example.com");
        ExpectProblem("ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|status of 503");
        await page.GotoAsync("/#/write/1");
        var paced = stack.Model.Pace("Leave, connection lost", "Dear Maria,\n\n", "this outlives ", "a server.");
        await FillAsync(page, "Leave, connection lost");
        await page.Keyboard.PressAsync("Control+Enter");
        await paced.AskedAsync();
        paced.Allow(2);
        await Expect(page.GetByText("this outlives")).ToBeVisibleAsync();

        await stack.KillApiAsync();
        await Expect(page.GetByText("The connection is gone.")).ToBeVisibleAsync();
        paced.AllowAll();
        await stack.StartApiAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your email is ready" })).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(page.GetByRole(AriaRole.Article).First).ToContainTextAsync("this outlives a server.");
        Assert.Equal(1, stack.Model.Calls("Leave, connection lost"));
    }

    [Fact]
    public async Task AFailureGivesTheFormBackAndTellsOfTheCoins()
    {
        var (page, stack) = await FormAsync("write-failed@example.com");
        stack.Model.Fail("Leave, failed");
        await FillAsync(page, "Leave, failed");

        await page.Keyboard.PressAsync("Control+Enter");

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Your coins are back.");
        await Expect(page.GetByLabel("Subject")).ToHaveValueAsync("Leave, failed");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "You have 10,000 coins" })).ToBeVisibleAsync();
        await Axe.ExpectNoViolationAsync(page);
    }

    [Fact]
    public async Task VariantsStandSideBySide()
    {
        var (page, stack) = await FormAsync("write-variants@example.com");
        await FillAsync(page, "Leave in three variants");
        await page.GetByText("Options").ClickAsync();
        await page.GetByLabel("Variants").SelectOptionAsync("3");
        await page.GetByRole(AriaRole.Button, new() { Name = "Write 3 emails · 750 coins" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "3 emails are ready" })).ToBeFocusedAsync();
        for (var call = 1; call <= 3; call++) await Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync($"this is draft {call} about");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "You have 9,250 coins" })).ToBeVisibleAsync();
        Assert.Equal(3, stack.Model.Calls("Leave in three variants"));
    }

    private async Task<(IPage Page, WebStack Stack)> FormAsync(string email)
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack);
        await stack.SignInAsync(page, email);
        await page.GotoAsync("/#/write/1");
        await Expect(page.GetByLabel("Subject")).ToBeVisibleAsync();
        return (page, stack);
    }

    internal static async Task FillAsync(IPage page, string subject)
    {
        await page.GetByLabel("Subject").FillAsync(subject);
        await page.GetByLabel("Keywords", new() { Exact = true }).FillAsync("annual leave, handover to Priya,");
        await page.GetByLabel("Recipient", new() { Exact = true }).FillAsync("maria@example.com");
    }

    private static Task<bool> KeepsAsync(IPage page, string name) =>
        page.EvaluateAsync<bool>("name => Object.keys(localStorage).some(key => key.endsWith('.' + name))", name);
}
