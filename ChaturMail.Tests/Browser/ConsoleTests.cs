using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChaturMail.Tests.Support;
using ChaturMail.Tests.Support.Browser;
using Microsoft.Playwright;

namespace ChaturMail.Tests.Browser;

/// <summary>The operators' console, against the real queue and store.</summary>
public sealed class ConsoleTests(WebBrowser browser, SharedWebStack web) : BrowserTests(browser, web)
{
    private static readonly string[] Parts = ["overview", "workspaces", "dead", "usage", "users", "feedback", "templates", "templates/1", "tutorials", "banner", "audit"];

    private static readonly string[] Pictured = ["users", "templates"];

    [Fact]
    public async Task ADeadLetterIsTriedAgainOnceTheModelIsHealedAndAnotherDropped()
    {
        var stack = await OwnStackAsync();
        var user = await stack.SessionAsync("writer@example.com");
        foreach (var subject in new[] { "First lost", "Second lost", "Third lost" })
        {
            stack.Model.Fail(subject);
            Assert.Equal("model_unavailable", (await stack.Client.PostAsync("/email/generateEmail", About(subject), user.Token)).Code);
        }

        var page = await OperatorAsync(stack, "operator@example.com");
        await page.GotoAsync("/#/console/dead");
        var letters = page.Locator("li.letter");
        await Expect(letters).ToHaveCountAsync(3);
        await Expect(letters.First).ToContainTextAsync("500");
        await Expect(letters.First.GetByRole(AriaRole.Link, new() { Name = user.Uid })).ToBeVisibleAsync();

        stack.Model.Write("First lost", "Dear Maria,\n\nfound again.\n\nAsha");
        await letters.Last.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(page.GetByText("Is tried again; its coins are reserved.")).ToBeVisibleAsync();
        await Expect(letters).ToHaveCountAsync(2);
        await Eventually.TrueAsync(async () => (await stack.Client.HistoryAsync(user.Token)).Any(email => email["generatedEmail"]!.GetValue<string>().Contains("found again", StringComparison.Ordinal)));

        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Choose all shown" }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Drop 2" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Drop", Exact = true }).ClickAsync();
        await Expect(page.GetByText("There are no dead letters.")).ToBeVisibleAsync();
        await Expect(page.Locator(".console-results li")).ToHaveCountAsync(2);
        await page.GotoAsync("/#/console/overview");
        await Expect(Tile(page, "Dead")).ToContainTextAsync("0");
        await Expect(page.GetByRole(AriaRole.Row, new() { NameRegex = new("model_unavailable") })).ToContainTextAsync("2");
    }

    [Fact]
    public async Task WhatWaitsIsSeenAsItChangesAndWhatItCostToTheMillionth()
    {
        var stack = await OwnStackAsync(("OpenAI__InputPrice", "2"), ("OpenAI__OutputPrice", "10"));
        var user = await stack.SessionAsync("writer@example.com");
        var page = await OperatorAsync(stack, "operator@example.com");
        await stack.KillWorkerAsync();
        Task<ApiAnswer>[] writing = [.. new[] { "One", "Two" }.Select(subject => stack.Client.PostAsync("/email/generateEmail", About(subject), user.Token))];

        await page.GotoAsync("/#/console");
        await Expect(Tile(page, "Waiting")).ToContainTextAsync("2");
        stack.StartWorker();
        // A process starts, and the page asks every three seconds.
        await Expect(Tile(page, "Waiting")).ToContainTextAsync("0", new() { Timeout = 60_000 });
        await Task.WhenAll(writing);
        await Expect(page.GetByRole(AriaRole.Img, new() { NameRegex = new("^Queue since") })).ToHaveAttributeAsync("aria-label", new Regex("Waiting: 0 at the end, 2 at most"));
        var minutes = page.GetByRole(AriaRole.Figure, new() { Name = "Emails a minute, last hour" });
        await minutes.GetByText("The figures as a table").ClickAsync();
        await Expect(minutes.GetByRole(AriaRole.Row)).ToHaveCountAsync(61);

        // Each of the two calls had 11 tokens in and 7 out: 2 × (11 × 2 + 7 × 10) millionths of a dollar.
        await page.GotoAsync("/#/console/usage?days=14");
        await Expect(Tile(page, "Cost")).ToContainTextAsync("$0.000184");
        await Expect(page.GetByRole(AriaRole.Img, new() { NameRegex = new("^Cost a day by provider") })).ToHaveAttributeAsync("aria-label", new Regex(@"openai: \$0\.000184 at the end"));
        await Expect(page.GetByRole(AriaRole.Row, new() { NameRegex = new("scripted") })).ToContainTextAsync("$0.000184");
        var read = page.GetByRole(AriaRole.Slider, new() { Name = "Read the values: Cost a day by provider" });
        await read.PressAsync("ArrowLeft");
        await Expect(read).ToHaveAttributeAsync("aria-valuetext", new Regex(@"openai \$0\.00$"));
        foreach (var part in new[] { "overview", "usage" }) await Screenshots.TakeAsync(page, "/#/console/" + part, "console-" + part, SettledAsync);
    }

    [Fact]
    public async Task CoinsThatWereGivenWithoutAnAnswerCountOnceHoweverOftenTheyAreSent()
    {
        var stack = await StackAsync();
        var user = await stack.SessionAsync("coins-of-console@example.com");
        var page = await OperatorAsync(stack, "gives-coins@example.com");
        ExpectProblem("ERR_FAILED");
        // The server has counted it; its answer is lost.
        await page.RouteAsync("**/admin/changeCoins", async route => { await route.FetchAsync(); await route.AbortAsync(); }, new() { Times = 1 });

        await page.GotoAsync("/#/console/users");
        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Find users" }).FillAsync("coins-of-console");
        await page.GetByRole(AriaRole.Link, new() { Name = "coins-of-console@example.com" }).ClickAsync();
        await page.GetByLabel("How many").FillAsync("500");
        await page.GetByLabel("Reason").FillAsync("for the outage");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change coins" }).ClickAsync();
        await Expect(page.GetByText("The server cannot be reached.")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(page.GetByText("The server did not answer this change.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Change coins" }).ClickAsync();

        await Expect(page.GetByText("The user has 10,500 coins.")).ToBeVisibleAsync();
        Assert.Equal(10_500, (await stack.Client.PostAsync("/user/getUserData", new { }, user.Token)).Number("availableTokens"));
    }

    [Fact]
    public async Task AUserIsDisabledWithAReasonAndEnabledAndTheirTrailSaysSo()
    {
        var stack = await StackAsync();
        var user = await stack.SessionAsync("disabled-by-console@example.com");
        var page = await OperatorAsync(stack, "disables@example.com");

        await page.GotoAsync("/#/console/users/" + user.Uid);
        await page.GetByRole(AriaRole.Button, new() { Name = "Disable account" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Disable account" }).ClickAsync();
        await Expect(dialog.GetByText("Give a reason.")).ToBeVisibleAsync();
        await dialog.GetByLabel("Reason").FillAsync("spam of the worst kind");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Disable account" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Disabled an account" })).ToContainTextAsync("spam of the worst kind");
        Assert.Equal("account_disabled", (await stack.Client.PostAsync("/user/getUserData", new { }, user.Token)).Code);

        await page.GetByRole(AriaRole.Button, new() { Name = "Enable account" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Disable account" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make an operator" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Make an operator" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Made an operator" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "End operator’s rights" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task FeedbackIsReadAnsweredByMailAndDeleted()
    {
        var stack = await StackAsync();
        var user = await stack.SessionAsync("writes+feedback@example.com");
        await stack.Client.PostAsync("/misc/submitFeedback", new { subject = "Tone & style of emails", message = "<b>A friendlier</b> default would help me." }, user.Token);
        var page = await OperatorAsync(stack, "reads-feedback@example.com");

        await page.GotoAsync("/#/console/feedback");
        var message = page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Tone & style of emails" });
        await Expect(message).ToContainTextAsync("<b>A friendlier</b> default");
        await Expect(message.GetByRole(AriaRole.Link, new() { Name = "Reply by mail" }))
            .ToHaveAttributeAsync("href", "mailto:writes%2Bfeedback@example.com?subject=Re%3A%20Tone%20%26%20style%20of%20emails");
        await message.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(page.GetByText("The message was deleted.")).ToBeVisibleAsync();
        await Expect(message).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task TextsAndBannerArePublishedAndADraftOutlivesTheServersRefusalAndAReload()
    {
        var stack = await OwnStackAsync();
        var page = await OperatorAsync(stack, "publishes@example.com");
        ExpectProblem("status of 400");

        await page.GotoAsync("/#/console/templates");
        await page.GetByRole(AriaRole.Link, new() { Name = "Copy Request into a new one" }).ClickAsync();
        var text = page.GetByLabel("Text", new() { Exact = true });
        await Expect(text).ToHaveValueAsync(new Regex("slug: request-copy"));
        await text.FillAsync("---\nid: \"900\"\n---\n");
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish" }).ClickAsync();
        await Expect(page.GetByText(new Regex("The field 'template' cannot be used"))).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(text).ToHaveValueAsync("---\nid: \"900\"\n---\n");
        await text.FillAsync(Operators.Template());
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Toast" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Back to the list" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Withdraw Toast" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Offer Toast again" })).ToBeVisibleAsync();

        await page.GotoAsync("/#/console/tutorials/new");
        await page.GetByLabel("Id").FillAsync("toasts");
        await text.FillAsync(Operators.Tutorial);
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "As users see it" })).ToBeVisibleAsync();
        await Expect(page.Locator("strong").Filter(new() { HasText = "glass" })).ToBeVisibleAsync();

        await page.GotoAsync("/#/console/banner");
        await Expect(page.GetByText("No banner is shown.")).ToBeVisibleAsync();
        var file = page.GetByLabel("Choose a PNG file, or drop one here");
        await file.SetInputFilesAsync(new FilePayload { Name = "no.png", MimeType = "image/png", Buffer = new byte[200] });
        await Expect(page.GetByText("This is no PNG file.")).ToBeVisibleAsync();
        await file.SetInputFilesAsync(new FilePayload { Name = "one.png", MimeType = "image/png", Buffer = Convert.FromBase64String(Operators.Png) });
        await page.GetByRole(AriaRole.Button, new() { Name = "Show this banner" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Img, new() { Name = "Shown now" })).ToHaveAttributeAsync("src", "data:image/png;base64," + Operators.Png);
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove banner" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Remove banner" }).ClickAsync();
        await Expect(page.GetByText("No banner is shown.")).ToBeVisibleAsync();
        await page.GotoAsync("/#/console/audit?target=900");
        await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Withdrew a template" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task APlotCopesWithNoFiguresOneNoughtsGapsAndHugeOnes()
    {
        var page = await OperatorAsync(await StackAsync(), "plots@example.com");
        await page.GotoAsync("/#/console/banner");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Banner" })).ToBeVisibleAsync();

        var seen = await page.EvaluateAsync<string[]>("""
            async () => {
              const { plot } = await import(document.querySelector('script[type=module]').src.replace('main.js', 'console/plot.js'))
              const figures = [[], [5], [0, 0], [1, null, 3], [Number.MAX_SAFE_INTEGER, 3]]
              const plots = ['line', 'bars'].flatMap(kind => figures.map(values => plot({ title: 'A', kind, format: String, whole: true, axisName: 'B' },
                { labels: values.map((_, place) => `at ${place}`), series: [{ name: 'C', values }] }, new AbortController().signal)))
              document.getElementById('main').append(...plots)
              await new Promise(requestAnimationFrame)
              await new Promise(requestAnimationFrame)
              return plots.map(one => `${one.querySelector('.plot-reading').textContent} | ${[...one.querySelectorAll('svg[role=img] text[text-anchor=end]')].map(text => text.textContent).filter(text => !text.startsWith('at')).join(' ')} | ${/NaN|Infinity/.test(one.outerHTML)}`)
            }
            """);

        string[] expected =
        [
            "No figures yet. | 0 1 | false", "at 0 · C 5 | 0 2 4 6 | false", "at 1 · C 0 | 0 1 | false", "at 2 · C 3 | 0 1 2 3 | false",
            "at 1 · C 3 | 0 5000000000000000 10000000000000000 | false",
        ];
        Assert.Equal([.. expected, .. expected], seen);
        await Axe.ExpectNoViolationAsync(page);
    }

    [Fact]
    public async Task APlainUserSeesNothingAndIsToldWhy()
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack);
        await stack.SignInAsync(page, "no-operator@example.com");
        ExpectProblem("status of 403");

        await page.GotoAsync("/#/console/users");

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("for operators only");
        await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Parts of the console" })).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = "Console" })).ToHaveCountAsync(0);
        await Axe.ExpectNoViolationAsync(page);
    }

    [Fact]
    public async Task AnOperatorWithoutASecondFactorIsTakenToSignInWithOne()
    {
        var stack = await OwnStackAsync(("Admin__SecondFactor", "true"));
        var page = await NewPageAsync(stack);
        await stack.SignInAsync(page, "one-factor@example.com");
        await stack.MakeOperatorAsync("one-factor@example.com");
        ExpectProblem("status of 403");

        await page.GotoAsync("/#/console");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("second factor");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in again" }).ClickAsync();

        await Expect(page).ToHaveURLAsync(new Regex("#/signin\\?then=%23%2Fconsole"));
        Assert.DoesNotContain("chaturmail.session", await page.EvaluateAsync<string[]>("() => Object.keys(localStorage)"));
    }

    [Fact]
    public async Task EveryPartIsAccessibleInBothThemesAndFitsANarrowWindow()
    {
        var stack = await StackAsync();
        var page = await OperatorAsync(stack, "looks-around@example.com");
        foreach (var part in Pictured) await Screenshots.TakeAsync(page, "/#/console/" + part, "console-" + part, SettledAsync);
        await page.SetViewportSizeAsync(360, 780);
        foreach (var part in Parts)
        {
            await page.GotoAsync("/#/console/" + part);
            await SettledAsync(page);
            Assert.True(await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, $"{part} is too wide");
            foreach (var theme in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                await page.EmulateMediaAsync(new() { ColorScheme = theme });
                await Axe.ExpectNoViolationAsync(page);
            }
        }
    }

    private static async Task SettledAsync(IPage page)
    {
        await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Parts of the console" })).ToBeVisibleAsync();
        await Expect(page.GetByText("Loading …")).ToHaveCountAsync(0);
    }

    private static JsonObject About(string subject)
    {
        var body = ApiClient.Leave.DeepClone().AsObject();
        body["subject"] = subject;
        return body;
    }

    private static ILocator Tile(IPage page, string name) =>
        page.Locator(".tile").Filter(new() { Has = page.GetByText(name, new() { Exact = true }) }).Locator("dd");

    private async Task<IPage> OperatorAsync(WebStack stack, string email)
    {
        await stack.MakeOperatorAsync(email);
        var page = await NewPageAsync(stack);
        await stack.SignInAsync(page, email);
        return page;
    }
}
