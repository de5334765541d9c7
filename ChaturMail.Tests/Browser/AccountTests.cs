using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChaturMail.Tests.Support;
using ChaturMail.Tests.Support.Browser;
using Microsoft.Playwright;

namespace ChaturMail.Tests.Browser;

/// <summary>The account in the browser: coins, guides, feedback, the profile, what the device keeps, and the end of it all.</summary>
public sealed class AccountTests(WebBrowser browser, SharedWebStack web) : BrowserTests(browser, web)
{
    private const string Export = "Download everything";

    [Fact]
    public async Task EveryMovementOfCoinsIsToldInWordsAndWithItsSign()
    {
        var (stack, page, session) = await OpenAsync("coins-1@example.com");
        stack.Model.Fail("Coins come back");
        await WriteAsync(stack, session, "Coins come back");
        var email = (await WriteAsync(stack, session, "Coins are spent")).Text("id");

        await page.GotoAsync("/#/coins");

        var movements = page.Locator(".movement");
        await Expect(movements).ToHaveCountAsync(5);
        await Expect(movements.Nth(0)).ToContainTextAsync("Email written: 250 coins that were set aside are spent");
        await Expect(movements.Nth(1)).ToContainTextAsync("Set aside for an email");
        await Expect(movements.Nth(1)).ToContainTextAsync("-250 coins");
        await Expect(movements.Nth(2)).ToContainTextAsync("Given back: the email could not be written");
        await Expect(movements.Nth(2)).ToContainTextAsync("+250 coins");
        await Expect(movements.Nth(4)).ToContainTextAsync("+10,000 coins");
        await Expect(page.GetByText("9,750").First).ToBeVisibleAsync();
        await Expect(page.GetByText("1 email written.")).ToBeVisibleAsync();
        // An email that was never written is nowhere to be shown.
        await Expect(movements.GetByRole(AriaRole.Link)).ToHaveCountAsync(2);
        await movements.Nth(1).GetByRole(AriaRole.Link).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"#/email/{email}$"));
    }

    [Fact]
    public async Task MovementsGoOnWhereThePageEnds()
    {
        var (stack, page, session) = await OpenAsync("coins-2@example.com");
        await stack.MakeOperatorAsync("coins-operator@example.com");
        var giver = await stack.SessionAsync("coins-operator@example.com");
        for (var i = 1; i <= 40; i++) await stack.Client.PostAsync("/admin/changeCoins", new { uid = session.Uid, coins = i % 2 == 0 ? -3 : 4, reason = $"gift {i}" }, giver.Token);

        await page.GotoAsync("/#/coins");

        await Expect(page.GetByText("From the operators: gift 39")).ToBeVisibleAsync();
        await Expect(page.GetByText("Taken by the operators: gift 40")).ToBeVisibleAsync();
        await page.Mouse.WheelAsync(0, 20_000);
        await Expect(page.Locator(".movement")).ToHaveCountAsync(41);
        await Expect(page.GetByText("For signing up")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task WhatGivesCoinsIsSaidAsTheServerHasIt()
    {
        var (stack, page, _) = await OpenAsync("coins-3@example.com");
        await page.GotoAsync("/#/coins");
        await Expect(page.GetByText("A new account starts with 10,000 coins.")).ToBeVisibleAsync();
        await page.GetByText("200 to 350 coins, by template").ClickAsync();
        var templates = (await stack.Client.PostAsync("/prompt/getAllPrompts", new { }, (await stack.SessionAsync("coins-3@example.com")).Token)).Items.Count;
        await Expect(page.Locator(".costs li")).ToHaveCountAsync(templates);

        // A server whose operators set more.
        await page.RouteAsync("**/misc/getSignInMethods", route => route.FulfillAsync(new()
        {
            ContentType = "application/json",
            Body = """{"status":1,"message":"","payload":[{"startingCoins":0,"dailyCoins":{"coins":500,"upTo":2000},"ads":{"coins":100,"mostADay":5}}]}""",
        }));
        await page.RouteAsync("**/user/getSpending", route => route.FulfillAsync(new()
        {
            ContentType = "application/json",
            Body = """{"status":1,"message":"","payload":[{"emails":3,"coins":750,"budgetUsedPercent":40,"resetsOn":1795305600}]}""",
        }));
        await page.ReloadAsync();

        await Expect(page.GetByText("Up to 500 free coins a day, while you have fewer than 2,000.")).ToBeVisibleAsync();
        await Expect(page.GetByText("There are no advertisements here in the browser.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Progressbar, new() { Name = "40 % of your budget for the day is used" })).ToBeVisibleAsync();
        await Expect(page.GetByText("A new account starts")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task AGuideIsReadWithoutAConnectionAndLeadsToTheNext()
    {
        var (_, page, _) = await OpenAsync("guides@example.com");
        ExpectProblem("ERR_INTERNET_DISCONNECTED");
        await page.GotoAsync("/#/tutorials");
        await Expect(page.Locator(".guide-link")).ToHaveCountAsync(6);

        await page.Context.SetOfflineAsync(true);
        await page.GetByRole(AriaRole.Link, new() { Name = "How coins work" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "How coins work", Level = 1 })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "When you pay", Level = 2 })).ToBeVisibleAsync();
        await Expect(page.GetByText("You are reading what this device keeps.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Next" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("#/tutorials/3$"));
        await page.GetByRole(AriaRole.Link, new() { Name = "Previous" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "How coins work", Level = 1 })).ToBeFocusedAsync();
    }

    [Fact]
    public async Task FeedbackIsKeptUntilItHasArrived()
    {
        var (stack, page, session) = await OpenAsync("feedback@example.com");
        await page.GotoAsync("/#/feedback");
        await page.GetByLabel("Subject").FillAsync("Short");
        await page.GetByLabel("Message").FillAsync("The emails are good.\nThank you.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await Expect(page.GetByText("Too short: 5 more characters, please.")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Subject")).ToBeFocusedAsync();

        await page.ReloadAsync();
        await Expect(page.GetByLabel("Message")).ToHaveValueAsync("The emails are good.\nThank you.");
        await page.GetByLabel("Subject").FillAsync(new string('x', 201));
        await Expect(page.GetByText("Too long: shorten it by 1 character.")).ToBeVisibleAsync();
        await page.GetByLabel("Subject").FillAsync("About the web app");
        await page.GetByLabel("Subject").PressAsync("Enter");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Thank you" })).ToBeFocusedAsync();
        var archive = await stack.Client.PostAsync("/user/exportData", new { }, session.Token);
        Assert.Equal("The emails are good.\nThank you.", Assert.Single(archive.Item["feedback"]!.AsArray())!["message"]!.GetValue<string>());
        await page.GetByRole(AriaRole.Button, new() { Name = "Write another message" }).ClickAsync();
        await Expect(page.GetByLabel("Message")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task TheArchiveComesAsAFileAndTooManyAreToldWithTheirWait()
    {
        var stack = await OwnStackAsync(("RateLimits__ExportsPerUser", "1"));
        var page = await NewPageAsync(stack);
        var session = await stack.SignInAsync(page, "archive@example.com");
        await WriteAsync(stack, session, "In the archive");
        ExpectProblem("status of 429");
        await page.GotoAsync("/#/profile");

        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = Export }).ClickAsync());

        Assert.Matches(@"^chaturmail-export-\d{4}-\d\d-\d\d\.json$", download.SuggestedFilename);
        await using var file = File.OpenRead((await download.PathAsync())!);
        var archive = (await JsonNode.ParseAsync(file))!["payload"]![0]!;
        Assert.Equal("In the archive", archive["emails"]![0]!["subject"]!.GetValue<string>());
        await Expect(page.GetByText($"{download.SuggestedFilename} is downloaded")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = Export }).ClickAsync();
        await Expect(page.GetByText(new Regex(@"In \d+ minutes you can again\."))).ToBeVisibleAsync();
    }

    [Fact]
    public async Task LanguageAndColoursAreChosenInTheProfile()
    {
        var (_, page, _) = await OpenAsync("looks@example.com");
        await page.GotoAsync("/#/profile");
        await Expect(page.Locator(".initials")).ToHaveTextAsync("L");

        await page.GetByRole(AriaRole.Main).GetByLabel("Colours").SelectOptionAsync("dark");
        Assert.Equal("dark", await page.EvaluateAsync<string>("() => getComputedStyle(document.documentElement).colorScheme"));
        await page.GetByRole(AriaRole.Main).GetByLabel("Language").SelectOptionAsync("de");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Profil", Level = 1 })).ToBeVisibleAsync();
        Assert.Equal("dark", await page.EvaluateAsync<string>("() => getComputedStyle(document.documentElement).colorScheme"));
    }

    [Fact]
    public async Task WhatTheDeviceKeepsIsShownAndErased()
    {
        var (_, page, _) = await OpenAsync("device@example.com");
        await page.GotoAsync("/#/feedback");
        await page.GetByLabel("Subject").FillAsync("Never sent");
        await page.GotoAsync("/#/profile");
        var drafts = page.Locator(".facts > div", new() { HasText = "Texts you began" });
        await Expect(drafts).ToContainTextAsync("1 (");

        await page.GetByRole(AriaRole.Button, new() { Name = "Erase from this device" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Erase from this device" }).ClickAsync();

        await Expect(drafts.Locator("dd")).ToHaveTextAsync("0");
        await page.GotoAsync("/#/feedback");
        await Expect(page.GetByLabel("Subject")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task ADeletedAccountIsGoneAndTheNextOneOfItsOwnerKnowsNothingOfIt()
    {
        var (stack, page, session) = await OpenAsync("leaving@example.com");
        await WriteAsync(stack, session, "To be forgotten");
        await page.GotoAsync("/#/feedback");
        await page.GetByLabel("Subject").FillAsync("Never sent");
        await page.GotoAsync("/#/profile");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete the account …" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await page.RunAndWaitForDownloadAsync(() => dialog.GetByRole(AriaRole.Button, new() { Name = Export }).ClickAsync());
        await dialog.GetByLabel("Type your address").FillAsync("somebody@example.com");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete for ever" }).ClickAsync();
        await Expect(dialog.GetByText("This is not the address of this account.")).ToBeVisibleAsync();
        Assert.Equal(200, (await stack.Client.PostAsync("/user/getUserData", new { }, session.Token)).HttpStatus);
        await Axe.ExpectNoViolationAsync(page);

        await dialog.GetByLabel("Type your address").FillAsync(" Leaving@Example.com");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete for ever" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Goodbye" })).ToBeVisibleAsync();
        Assert.Equal(401, (await stack.Client.PostAsync("/user/getUserData", new { }, session.Token)).HttpStatus);
        await Eventually.TrueAsync(() => page.EvaluateAsync<bool>(
            "async uid => !Object.keys(localStorage).some(key => key.includes(uid) || key === 'chaturmail.session') && (await indexedDB.databases()).length === 0", session.Uid));
        await Axe.ExpectNoViolationAsync(page);

        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync();
        await page.GetByLabel("Email address").FillAsync("leaving@example.com");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Main" })).ToBeVisibleAsync();
        await page.GotoAsync("/#/profile");
        await Expect(page.Locator(".figure", new() { HasText = "Emails written" })).ToContainTextAsync("0");
        await page.GotoAsync("/#/feedback");
        await Expect(page.GetByLabel("Subject")).ToHaveValueAsync("");
        var fresh = await stack.SessionAsync("leaving@example.com");
        Assert.Empty(await stack.Client.HistoryAsync(fresh.Token));
    }

    [Fact]
    public async Task ADeletionWhoseAnswerWasLostIsFinishedByTheNextTry()
    {
        var (stack, page, session) = await OpenAsync("lost-answer@example.com");
        ExpectProblem("ERR_FAILED|ERR_CONNECTION|status of 401");
        await page.RouteAsync("**/user/deleteUser", async route => { await route.FetchAsync(); await route.AbortAsync(); }, new() { Times = 1 });
        await page.GotoAsync("/#/profile");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete the account …" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Type your address").FillAsync(session.Email);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete for ever" }).ClickAsync();
        await Expect(page.GetByText("The server cannot be reached.")).ToBeVisibleAsync();

        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete for ever" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Goodbye" })).ToBeVisibleAsync();
        Assert.Equal(401, (await stack.Client.PostAsync("/user/getUserData", new { }, session.Token)).HttpStatus);
    }

    [Fact]
    public async Task TheOperatorsBannerStandsAboveTheFirstPageAlone()
    {
        var (_, page, _) = await OpenAsync("banner@example.com");
        await page.RouteAsync("**/misc/getBannerImage", route => route.FulfillAsync(new()
        {
            ContentType = "application/json",
            Body = $$"""{"status":1,"message":"","payload":[{"imageData":"{{Operators.Png}}"}]}""",
        }));

        await page.GotoAsync("/#/write");
        await Expect(page.Locator("#banner img")).ToHaveJSPropertyAsync("naturalWidth", 1);
        await page.GotoAsync("/#/coins");
        await Expect(page.Locator("#banner img")).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task EveryPageOfTheAccountIsAccessible(ColorScheme theme)
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack, width: 360, height: 780, theme: theme);
        var session = await stack.SignInAsync(page, $"accessible-{theme}@example.com");
        await WriteAsync(stack, session, "Accessible");
        await SavePromptAsync(stack, session, "Dunning letter", "Ask {client} to pay.", "client");
        foreach (var (route, ready) in new[]
        {
            ("coins", ".movement"), ("tutorials", ".guide-link"), ("tutorials/2", ".guide"), ("prompts", ".prompt"), ("prompts/new", "form"),
            ("feedback", "form"), ("profile", ".who-card"), ("goodbye", "h1"),
        })
        {
            await page.GotoAsync("/#/" + route);
            await Expect(page.Locator(ready).First).ToBeVisibleAsync();
            await Axe.ExpectNoViolationAsync(page);
        }
    }

    [Fact]
    public async Task PicturesOfTheAccountAreLeft()
    {
        var (stack, page, session) = await OpenAsync("asha.pictures@example.com");
        await WriteAsync(stack, session, "A picture of coins");
        await SavePromptAsync(stack, session, "Dunning letter", "Ask {client} to pay invoice {invoice number}.\nFirm, never rude, three short paragraphs.", "client", "invoice number");
        foreach (var (route, ready) in new[] { ("coins", ".movement"), ("tutorials", ".guide-link"), ("prompts", ".prompt"), ("feedback", "form"), ("profile", ".who-card") })
            await Screenshots.TakeAsync(page, "/#/" + route, route, now => Expect(now.Locator(ready).First).ToBeVisibleAsync(), fullPage: true);
    }

    private async Task<(WebStack Stack, IPage Page, WebSession Session)> OpenAsync(string email)
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack);
        return (stack, page, await stack.SignInAsync(page, email));
    }

    private static Task<ApiAnswer> WriteAsync(WebStack stack, WebSession session, string subject) => stack.Client.PostAsync(
        "/email/generateEmail", new { subject, keywords = "handover to Priya", promptId = "1", toEmail = "maria.lopez@northwind.example" }, session.Token);

    private static async Task SavePromptAsync(WebStack stack, WebSession session, string title, string guidance, params string[] placeholders) =>
        Assert.Equal(200, (await stack.Client.PostAsync("/prompt/savePrompt", new { title, guidance, placeholders }, session.Token)).HttpStatus);
}
