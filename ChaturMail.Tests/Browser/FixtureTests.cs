using System.Text.Json.Nodes;
using ChaturMail.Tests.Support;
using ChaturMail.Tests.Support.Browser;
using Microsoft.Playwright;

namespace ChaturMail.Tests.Browser;

/// <summary>What the browser tests stand on: the page reaches the stack, and what must not happen on a page is noticed.</summary>
public sealed class FixtureTests(WebBrowser browser, SharedWebStack web) : BrowserTests(browser, web)
{
    private const string Policy = "default-src 'none'; script-src 'self'; require-trusted-types-for 'script'";

    [Fact]
    public async Task ABrowserReachesTheApi()
    {
        var page = await NewPageAsync(await StackAsync());

        var answer = await page.GotoAsync("/health");

        Assert.Equal(200, answer!.Status);
        await Expect(page.Locator("body")).ToContainTextAsync("ealthy");
    }

    [Fact]
    public async Task ASessionIsInThePagesStorageUntilThePageForgetsIt()
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack);
        var session = await stack.SignInAsync(page, "fixture@example.com");

        await page.GotoAsync("/health");
        Assert.Contains(session.Token, await StoredAsync(), StringComparison.Ordinal);
        await page.EvaluateAsync("() => localStorage.clear()");
        await page.ReloadAsync();

        Assert.Null(await StoredAsync());

        Task<string?> StoredAsync() => page.EvaluateAsync<string?>("() => localStorage.getItem('chaturmail.session')");
    }

    [Fact]
    public async Task AModelWritesPieceByPieceWhenTheTestLetsIt()
    {
        var stack = await StackAsync();
        var session = await stack.SessionAsync("paced@example.com");
        var paced = stack.Model.Pace("Held back", "Dear Maria,\n\n", "this comes ", "slowly.\n\nAsha");
        await using var reader = await LiveReader.OpenAsync(stack.Client, session.Token, About("Held back"));

        await paced.AskedAsync();
        Assert.Equal("", reader.Text);
        paced.Allow();
        await reader.ReadToAsync("Dear Maria,\n\n".Length);
        paced.AllowAll();
        var email = await reader.ReadEmailAsync();

        Assert.Equal(paced.Text, email["generatedEmail"]!.GetValue<string>());
    }

    [Fact]
    public async Task AModelThatFailsIsGivenUpAndEveryDraftIsAnother()
    {
        var stack = await StackAsync();
        var session = await stack.SessionAsync("failed@example.com");
        stack.Model.Fail("No luck");

        var failed = await stack.Client.PostAsync("/email/generateEmail", About("No luck"), session.Token);
        var texts = new List<string>();
        for (var i = 0; i < 2; i++) texts.Add((await stack.Client.PostAsync("/email/generateEmail", About("Luck"), session.Token)).Text("generatedEmail"));

        Assert.Equal(0, failed.Status);
        Assert.Equal([WebModel.Draft("Luck", 1), WebModel.Draft("Luck", 2)], texts);
        await stack.MakeOperatorAsync("failed@example.com");
        Assert.Equal(200, (await stack.Client.PostAsync("/admin/getUsage", new { }, session.Token)).HttpStatus);
    }

    [Fact]
    public async Task AxeLooksAtPagesUnderAStrictPolicy()
    {
        var page = await NewPageAsync(await StackAsync());
        await ServeAsync(page, "<html lang=en><title>A page</title><main><h1>A page</h1><img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='></main>", "img-src data:; " + Policy);

        await page.GotoAsync("/served");
        var violations = await Axe.ViolationsAsync(page);

        Assert.StartsWith("image-alt", Assert.Single(violations), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatMustNotHappenOnAPageIsNoticed()
    {
        var stack = await StackAsync();
        await using var heard = new Heard(Browser, stack.Address);
        var page = await heard.PageAsync();
        await ServeAsync(page, "<title>x</title><link rel=icon href='data:,'><script>1</script><body>", Policy);
        await page.GotoAsync("/served");
        await page.EvaluateAsync("() => { console.error('alas'); setTimeout(() => { throw new Error('thrown'); }); }");
        await ServeAsync(page, "<title>x</title><link rel=icon href='data:,'><script src='http://127.0.0.1:9/x.js'></script>", "");
        await page.GotoAsync("/served");

        var problems = await heard.CloseAsync();

        foreach (var expected in new[] { "script-src-elem forbids inline", "console: alas", "script: Error: thrown", "another host: http://127.0.0.1:9/x.js" })
            Assert.Contains(problems, problem => problem.Contains(expected, StringComparison.Ordinal));
    }

    private static JsonObject About(string subject)
    {
        var body = ApiClient.Leave.DeepClone().AsObject();
        body["subject"] = subject;
        return body;
    }

    private static async Task ServeAsync(IPage page, string html, string policy)
    {
        await page.UnrouteAllAsync();
        await page.RouteAsync("**/served", route => route.FulfillAsync(new()
        {
            ContentType = "text/html",
            Body = html,
            Headers = new Dictionary<string, string> { ["Content-Security-Policy"] = policy },
        }));
    }

    // A page whose problems are the test's to read, not reasons for it to fail.
    private sealed class Heard(WebBrowser browser, Uri origin) : IAsyncDisposable
    {
        private IBrowserContext? _context;
        private PageProblems? _problems;

        public async Task<IPage> PageAsync()
        {
            _context = await browser.NewContextAsync(origin, 360, 780, ColorScheme.Light, "en-US", null);
            _problems = await PageProblems.OfAsync(_context, origin);
            return await _context.NewPageAsync();
        }

        public async Task<IReadOnlyList<string>> CloseAsync()
        {
            await _context!.CloseAsync();
            return _problems!.Unexpected([]);
        }

        public async ValueTask DisposeAsync() => await (_context?.CloseAsync() ?? Task.CompletedTask);
    }
}
