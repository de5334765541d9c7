using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChaturMail.Tests.Support.Browser;
using Microsoft.Playwright;

namespace ChaturMail.Tests.Browser;

/// <summary>The form of a template: nothing typed is lost, and what is wrong is told at its field.</summary>
public sealed class WriteFormTests(WebBrowser browser, SharedWebStack web) : BrowserTests(browser, web)
{
    [Fact]
    public async Task WhatIsTypedOutlivesAReloadAndTheEndOfTheSession()
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack);
        var session = await stack.SignInAsync(page, "form-kept@example.com");
        ExpectProblem("status of 401");
        await page.GotoAsync("/#/write/1");
        await WriteTests.FillAsync(page, "Leave, kept");
        await page.GetByLabel("Keywords", new() { Exact = true }).PressSequentiallyAsync("half a keyw");
        await page.GetByText("Options").ClickAsync();
        await page.GetByLabel("Tone").SelectOptionAsync("formal");
        await page.GetByLabel("Mail that you answer").FillAsync("Hello,\nwhen are you away?");

        await page.ReloadAsync();
        await ExpectAllAsync();
        Assert.Equal(200, (await stack.Client.PostAsync("/auth/logout", new { all = false }, session.Token)).HttpStatus);
        await page.GetByLabel("Subject").PressAsync("Control+Enter");
        await Expect(page).ToHaveURLAsync(new Regex("#/signin"));
        var token = await stack.Client.SignInAsync("form-kept@example.com");
        var signedIn = new JsonObject { ["token"] = token, ["uid"] = session.Uid, ["email"] = session.Email }.ToJsonString();
        await page.EvaluateAsync("text => localStorage.setItem('chaturmail.session', text)", signedIn);
        await page.GotoAsync("/#/write");
        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync("Leave, kept");
        await page.GotoAsync("/#/write/1");

        // It was sent when the session had ended: under the new one it is sent again, with the same key.
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your email is ready" })).ToBeVisibleAsync();
        Assert.Equal(1, stack.Model.Calls("Leave, kept"));

        async Task ExpectAllAsync()
        {
            await Expect(page.GetByLabel("Subject")).ToHaveValueAsync("Leave, kept");
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Remove handover to Priya" })).ToBeVisibleAsync();
            await Expect(page.GetByLabel("Keywords", new() { Exact = true })).ToHaveValueAsync("half a keyw");
            await Expect(page.GetByLabel("Tone")).ToHaveValueAsync("formal");
            await Expect(page.GetByLabel("Mail that you answer")).ToHaveValueAsync("Hello,\nwhen are you away?");
        }
    }

    [Fact]
    public async Task AnEmptiedFormComesBackByUndo()
    {
        var page = await FormAsync("form-empty@example.com");
        await WriteTests.FillAsync(page, "Leave, emptied");

        await page.GetByRole(AriaRole.Button, new() { Name = "Empty the form" }).ClickAsync();
        await Expect(page.GetByLabel("Subject")).ToBeFocusedAsync();
        await Expect(page.GetByLabel("Subject")).ToHaveValueAsync("");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();

        await Expect(page.GetByLabel("Subject")).ToHaveValueAsync("Leave, emptied");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Remove annual leave" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "All templates" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Ask for something politely" })).ToContainTextAsync("Draft");
    }

    [Fact]
    public async Task WhatIsWrongIsToldAtItsFieldBeforeItIsSent()
    {
        var page = await FormAsync("form-wrong@example.com");
        await page.GetByLabel("Subject").FillAsync(new string('x', 201));
        await page.GetByLabel("Recipient", new() { Exact = true }).FillAsync("maria, or somebody");

        await page.Keyboard.PressAsync("Control+Enter");

        await Expect(page.GetByLabel("Subject")).ToBeFocusedAsync();
        await Expect(page.GetByLabel("Subject")).ToHaveAccessibleDescriptionAsync("What the email is about, in a few words. At most 200 characters; these are 201.");
        await Expect(page.GetByLabel("Keywords", new() { Exact = true })).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(page.GetByText("Enter one email address, such as maria@example.com.")).ToBeVisibleAsync();
        await Axe.ExpectNoViolationAsync(page);
        await page.GetByLabel("Subject").FillAsync("Short");
        await Expect(page.GetByText("At most 200 characters")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task WhatTheServerRefusesIsToldAtItsField()
    {
        var page = await FormAsync("form-refused@example.com");
        ExpectProblem("status of 400");
        await WriteTests.FillAsync(page, "Leave in no language");
        await page.GetByText("Options").ClickAsync();
        // Two letters that are no language's: the browser cannot know.
        await page.Locator("[list]").FillAsync("xx");

        await page.Keyboard.PressAsync("Control+Enter");

        var language = page.Locator("[list]");
        await Expect(language).ToBeFocusedAsync();
        await Expect(language).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(page.GetByLabel("Subject")).ToHaveValueAsync("Leave in no language");
    }

    [Fact]
    public async Task TooFewCoinsAreToldBeforeAnythingIsSent()
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack);
        var poor = await stack.SignInAsync(page, "form-poor@example.com");
        await stack.MakeOperatorAsync("form-operator@example.com");
        var operatorToken = await stack.Client.SignInAsync("form-operator@example.com");
        Assert.Equal(200, (await stack.Client.PostAsync("/admin/changeCoins", new { uid = poor.Uid, coins = -9900, reason = "test" }, operatorToken)).HttpStatus);
        await page.GotoAsync("/#/write/1");
        await WriteTests.FillAsync(page, "Leave, too dear");

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This costs 250 coins, and you have 100.");
        await page.Keyboard.PressAsync("Control+Enter");

        await Expect(page.GetByRole(AriaRole.Alert)).ToBeFocusedAsync();
        await Expect(page.GetByRole(AriaRole.Alert).GetByRole(AriaRole.Link, new() { Name = "How to earn coins" })).ToHaveAttributeAsync("href", "#/coins");
        Assert.Equal(0, stack.Model.Calls("Leave, too dear"));
    }

    [Fact]
    public async Task WithoutAConnectionTheButtonSaysSoAndSendsLater()
    {
        ExpectProblem("ERR_INTERNET_DISCONNECTED");
        var stack = await StackAsync();
        var page = await NewPageAsync(stack);
        await stack.SignInAsync(page, "form-offline@example.com");
        await page.GotoAsync("/#/write/1");
        await WriteTests.FillAsync(page, "Leave, offline");
        await page.Context.SetOfflineAsync(true);

        var send = page.GetByRole(AriaRole.Button, new() { Name = "Offline: send when you are back" });
        await send.ClickAsync();
        await Expect(page.GetByText("press again when you are back")).ToBeVisibleAsync();
        await page.GetByLabel("Subject").FillAsync("Leave, back again");
        await page.Context.SetOfflineAsync(false);
        await page.GetByRole(AriaRole.Button, new() { Name = "Write email · 250 coins" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your email is ready" })).ToBeVisibleAsync();
        Assert.Equal(0, stack.Model.Calls("Leave, offline"));
    }

    [Fact]
    public async Task AnOwnPromptStandsInTheGalleryAndAsksForItsPlaceholders()
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack);
        var session = await stack.SignInAsync(page, "form-own@example.com");
        var letter = new { title = "Dunning letter", guidance = "Ask {client} to pay.", placeholders = new[] { "client" } };
        var own = await stack.Client.PostAsync("/prompt/savePrompt", letter, session.Token);
        await page.GotoAsync("/#/write");
        await page.GetByRole(AriaRole.Link, new() { Name = "Dunning letter" }).ClickAsync();
        await WriteTests.FillAsync(page, "Invoice 2077, own prompt");

        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(page.GetByLabel("client")).ToBeFocusedAsync();
        await page.GetByLabel("client").FillAsync("Northwind");
        await page.GetByText("Options").ClickAsync();
        await page.GetByLabel("Your name").FillAsync("Asha R.");
        await page.Keyboard.PressAsync("Control+Enter");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your email is ready" })).ToBeVisibleAsync();
        var email = Assert.Single(await stack.Client.HistoryAsync(session.Token));
        Assert.Equal("Northwind", email["options"]!["placeholders"]!["client"]!.GetValue<string>());
        Assert.Equal(200, (await stack.Client.PostAsync("/prompt/deletePrompt", new { id = own.Text("id") }, session.Token)).HttpStatus);
        await page.GotoAsync("/#/write/2");
        await Expect(page.GetByLabel("Your name")).ToHaveValueAsync("Asha R.");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Dunning letter" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task GalleryAndFormAreAccessibleAndFitEverySize()
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack);
        await stack.SignInAsync(page, "form-sight@example.com");

        await Screenshots.TakeAsync(page, "/#/write", "write-gallery", async shown =>
        {
            await Expect(shown.GetByRole(AriaRole.Link, new() { Name = "Apology" })).ToBeVisibleAsync();
            await Axe.ExpectNoViolationAsync(shown);
        });
        await page.GotoAsync("/#/write/1");
        await WriteTests.FillAsync(page, "Leave request for 12-16 October");
        await Screenshots.TakeAsync(page, "/#/write/1", "write-form", async shown =>
        {
            await Expect(shown.GetByRole(AriaRole.Button, new() { Name = "Remove handover to Priya" })).ToBeVisibleAsync();
            await Axe.ExpectNoViolationAsync(shown);
        });
    }

    private async Task<IPage> FormAsync(string email)
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack);
        await stack.SignInAsync(page, email);
        await page.GotoAsync("/#/write/1");
        await Expect(page.GetByLabel("Subject")).ToBeVisibleAsync();
        return page;
    }
}
