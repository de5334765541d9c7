using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChaturMail.Tests.Support;
using ChaturMail.Tests.Support.Browser;
using Microsoft.Playwright;

namespace ChaturMail.Tests.Browser;

/// <summary>What a device keeps where tabs, users and a browser's storage come and go: nothing is lost, done twice or shown to another.</summary>
public sealed class KeepingTests(WebBrowser browser, SharedWebStack web) : BrowserTests(browser, web)
{
    [Fact]
    public async Task AnotherUserFindsNothingOfTheFirstInTabsThatStayedOpen()
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack);
        await stack.SignInAsync(page, "keeping-first@example.com");
        await page.GotoAsync("/#/write/1");
        await page.GetByLabel("Subject").FillAsync("Secret of the first");
        var second = await stack.SessionAsync("keeping-second@example.com");
        var other = await page.Context.NewPageAsync();
        await other.GotoAsync("/#/write");
        await other.GetByLabel("Search templates").FillAsync("apology");

        // A tab that slept hears of the sign-out and of the next user's sign-in at once.
        await other.EvaluateAsync("text => localStorage.setItem('chaturmail.session', text)", Session(second));

        await Expect(page.GetByLabel("Search templates")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Subject")).ToHaveCountAsync(0);
        Assert.DoesNotContain("Secret", await page.EvaluateAsync<string>("uid => JSON.stringify(Object.entries(localStorage).filter(([key]) => key.includes(uid)))", second.Uid));

        await other.BringToFrontAsync();
        await other.GetByRole(AriaRole.Button, new() { Name = "Menu" }).ClickAsync();
        await other.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(other.GetByLabel("Email address")).ToBeVisibleAsync();
        await EnterAsync(other, "keeping-third@example.com");
        await Expect(other.GetByLabel("Search templates")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task ARenewedTokenIsForTheUserWhoAskedForIt()
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack);
        await stack.SignInAsync(page, "keeping-renewed@example.com");
        var second = await stack.SessionAsync("keeping-renewed-next@example.com");
        await page.GotoAsync("/#/coins");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "coins" }).First).ToBeVisibleAsync();

        var token = await page.EvaluateAsync<string>("""
            async text => {
              const { prolong } = await import(document.querySelector('script[type=module]').src.replace('main.js', 'shell.js'))
              Date.now = () => 1e14
              const renewing = prolong()
              localStorage.setItem('chaturmail.session', text)
              await renewing
              return JSON.parse(localStorage.getItem('chaturmail.session')).token
            }
            """, Session(second));

        Assert.Equal(second.Token, token);
    }

    [Fact]
    public async Task WhatIsTypedWhileAnEditIsSentIsNotLost()
    {
        ExpectProblem("status of 400|ERR_FAILED");
        var (stack, page, session, id) = await EmailAsync("keeping-typing@example.com", "Typed while it is saved");
        var arrived = new SemaphoreSlim(0);
        var answer = new TaskCompletionSource<Func<IRoute, Task>>();
        await page.RouteAsync("**/email/updateEmail", async route => { arrived.Release(); await (await answer.Task)(route); });
        var text = page.GetByLabel("Text");
        await page.GotoAsync("/#/email/" + id);
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();

        await text.FillAsync("One.");
        await page.Keyboard.PressAsync("Control+S");
        Assert.True(await arrived.WaitAsync(TimeSpan.FromSeconds(15)));
        await page.Keyboard.TypeAsync(" Two.");
        answer.SetResult(route => route.ContinueAsync());
        await Expect(page.GetByText("Saved", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(text).ToHaveValueAsync("One. Two.");
        await text.PressAsync("Control+S");
        await Expect(page.Locator("article .email-text")).ToHaveTextAsync("One. Two.");
        Assert.Equal("One. Two.", (await stack.Client.HistoryAsync(session.Token))[0]["generatedEmail"]!.GetValue<string>());

        // What waited is refused in the end, while the user goes on.
        answer = new();
        answer.SetResult(route => route.AbortAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await text.FillAsync("Three.");
        await text.PressAsync("Control+S");
        await Expect(page.GetByText("It is sent as soon as the server can be reached.")).ToBeVisibleAsync();
        answer = new();
        while (arrived.CurrentCount > 0) await arrived.WaitAsync();
        await page.EvaluateAsync("() => dispatchEvent(new Event('online'))");
        Assert.True(await arrived.WaitAsync(TimeSpan.FromSeconds(15)));
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await text.FillAsync("Four.");
        var refused = page.WaitForResponseAsync("**/email/updateEmail");
        answer.SetResult(route => route.FulfillAsync(new() { Status = 400, ContentType = "application/json", Body = """{"status":0,"message":"no","code":"invalid_field","payload":null}""" }));
        await refused;
        await page.ReloadAsync();
        await Expect(text).ToHaveValueAsync("Four.");
    }

    [Fact]
    public async Task ARewriteWhoseEndIsNotKnownIsTakenUpAndNotPaidForTwice()
    {
        const string Subject = "Answer that never came";
        ExpectProblem("ERR_CONNECTION_RESET|ERR_FAILED");
        var (stack, page, session, id) = await EmailAsync("keeping-rewrite@example.com", Subject);
        stack.Model.Write(Subject, "Shorter, once.", "Shorter, twice.");
        await page.AddInitScriptAsync("{ const now = Date.now; globalThis.leap = 0; Date.now = () => now() + globalThis.leap }");
        var calls = 0;
        await page.RouteAsync("**/email/streamEmail", async route =>
        {
            if (++calls == 1) await route.FetchAsync();
            // Ten minutes without a connection have gone by.
            else await page.EvaluateAsync("() => { globalThis.leap = 11 * 60_000 }");
            await route.AbortAsync("connectionreset");
        });
        await page.GotoAsync("/#/email/" + id);
        await page.GetByRole(AriaRole.Button, new() { Name = "Shorter" }).ClickAsync();
        var rewrite = page.GetByRole(AriaRole.Region, new() { Name = "Shorter" });
        var again = rewrite.GetByRole(AriaRole.Button, new() { Name = "Try again" });
        await Expect(again).ToBeVisibleAsync();
        await page.UnrouteAllAsync();

        await again.ClickAsync();

        await Expect(rewrite.GetByRole(AriaRole.Status)).ToHaveTextAsync("The new version is written.");
        Assert.Equal(1, stack.Model.Calls(Subject));
        Assert.Equal(2, (await stack.Client.HistoryAsync(session.Token)).Count);
    }

    [Fact]
    public async Task WhereTheBrowserKeepsNothingTheAppWorksAsLongAsItIsOpen()
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack);
        await page.AddInitScriptAsync("""
            const refuse = () => { throw new DOMException('The user keeps nothing.', 'SecurityError') }
            for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { get: refuse })
            Object.defineProperty(window, 'indexedDB', { value: { open: refuse, databases: async () => refuse() } })
            """);
        await page.GotoAsync("/#/write/1");
        await EnterAsync(page, "keeping-nothing@example.com");
        stack.Model.Fail("Written without storage");
        await WriteTests.FillAsync(page, "Written without storage");

        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Your coins are back.");
        await Expect(page.GetByLabel("Subject")).ToHaveValueAsync("Written without storage");
        stack.Model.Write("Written without storage", "Dear Maria,\n\nhere it is.");
        await page.GetByLabel("Subject").PressAsync("Control+Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your email is ready" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Menu" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("#/signin"));
    }

    [Fact]
    public async Task NothingIsAskedInASessionThatThePageIsEnding()
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack);
        await stack.SignInAsync(page, "keeping-leaves@example.com");
        await page.GotoAsync("/#/write");
        await Expect(page.GetByLabel("Search templates")).ToBeVisibleAsync();
        var (asked, held) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await page.RouteAsync("**/auth/logout", async route => { asked.TrySetResult(); await held.Task; await route.ContinueAsync(); });
        await page.GetByRole(AriaRole.Button, new() { Name = "Menu" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await asked.Task;
        var late = new List<string>();
        page.Request += (_, request) => { if (request.Headers.ContainsKey("authorization")) late.Add(request.Url); };
        await page.EvaluateAsync("() => { location.hash = '#/history' }");
        await Expect(page.GetByLabel("Email address")).ToBeVisibleAsync();
        held.SetResult();
        await page.WaitForFunctionAsync("() => localStorage.getItem('chaturmail.owner') === null");
        Assert.Empty(late);
    }

    [Fact]
    public async Task AnEditForWhichTheDeviceHasNoRoomStillWaitsForTheServer()
    {
        ExpectProblem("ERR_INTERNET_DISCONNECTED");
        var (stack, page, session, id) = await EmailAsync("keeping-full@example.com", "No room for it");
        await page.AddInitScriptAsync("""
            const set = Storage.prototype.setItem
            Storage.prototype.setItem = function (key, value) { if (key.includes('.draft')) throw new DOMException('Full.', 'QuotaExceededError'); set.call(this, key, value) }
            """);
        await page.GotoAsync("/#/email/" + id);
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await page.GetByLabel("Text").FillAsync("Nowhere else than here.");
        await page.Context.SetOfflineAsync(true);

        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Expect(page.Locator("article .email-text")).ToHaveTextAsync("Nowhere else than here.");
        await page.Context.SetOfflineAsync(false);
        await Eventually.TrueAsync(async () => (await stack.Client.HistoryAsync(session.Token))[0]["generatedEmail"]!.GetValue<string>() == "Nowhere else than here.");
    }

    [Fact]
    public async Task WhatWaitsIsDoneWhateverPageTheAppOpensWith()
    {
        var (stack, page, session, id) = await EmailAsync("keeping-waiting@example.com", "Edited on a train");
        var gone = (await stack.Client.PostAsync("/email/generateEmail", ApiClient.Leave.DeepClone(), session.Token)).Item["id"]!.GetValue<string>();
        await page.AddInitScriptAsync($$"""
            if (!localStorage.getItem('put')) {
              localStorage.setItem('put', '1')
              localStorage.setItem('chaturmail.{{session.Uid}}.draft.edit.{{id}}', '{"ifEditedOn":0,"generatedEmail":"From the train.","save":true}')
              // The clock was set back since.
              localStorage.setItem('chaturmail.{{session.Uid}}.deleting', JSON.stringify([{ id: '{{gone}}', at: Date.now() + 1e10 }]))
            }
            """);

        await page.GotoAsync("/#/tutorials");

        await Eventually.TrueAsync(async () => await stack.Client.HistoryAsync(session.Token) is [var only] && only["generatedEmail"]!.GetValue<string>() == "From the train.");
    }

    private static string Session(WebSession session) => JsonSerializer.Serialize(new { token = session.Token, uid = session.Uid, email = session.Email });

    private static async Task EnterAsync(IPage page, string email)
    {
        await page.GetByLabel("Email address").FillAsync(email);
        await page.Keyboard.PressAsync("Enter");
    }

    private async Task<(WebStack Stack, IPage Page, WebSession Session, string Id)> EmailAsync(string user, string subject)
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack);
        var session = await stack.SignInAsync(page, user);
        JsonObject body = ApiClient.Leave.DeepClone().AsObject();
        body["subject"] = subject;
        return (stack, page, session, (await stack.Client.PostAsync("/email/generateEmail", body, session.Token)).Item["id"]!.GetValue<string>());
    }
}
