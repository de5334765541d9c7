using System.Text.Json;
using ChaturMail.Tests.Support;
using ChaturMail.Tests.Support.Browser;
using Microsoft.Playwright;

namespace ChaturMail.Tests.Browser;

/// <summary>The web app without a connection and on a device: what is kept, for whom, how it is installed and how it becomes another version.</summary>
public sealed class OfflineTests(WebBrowser browser, SharedWebStack web) : BrowserTests(browser, web)
{
    [Fact]
    public async Task WithoutAConnectionTheAppOpensAndTheHistoryIsReadAndSearched()
    {
        ExpectProblem("ERR_(INTERNET_DISCONNECTED|FAILED)");
        var (stack, page, session) = await OpenAsync("offline-read@example.com", "About Lisbon", "About Porto");
        await ReadyAsync(page);

        await page.Context.SetOfflineAsync(true);
        await page.ReloadAsync();

        await Expect(Items(page)).ToHaveCountAsync(2);
        await Expect(page.GetByText("These are the emails that this device keeps, as of")).ToBeVisibleAsync();
        await Axe.ExpectNoViolationAsync(page);
        await page.GetByRole(AriaRole.Searchbox).FillAsync("lisbon");
        await Expect(Items(page)).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Link, new() { Name = "Write" }).ClickAsync();
        await Expect(page).ToHaveTitleAsync("Write · ChaturMail");

        await HistoryOf.WriteAsync(stack, session, "About Faro");
        await page.GoBackAsync();
        await page.GetByRole(AriaRole.Searchbox).FillAsync("");
        await Expect(Items(page)).ToHaveCountAsync(2);
        await page.Context.SetOfflineAsync(false);
        await Expect(Items(page)).ToHaveCountAsync(3);
        await Expect(page.GetByText("These are the emails that this device keeps")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task WhatWasDeletedElsewhereIsNotKept()
    {
        var (stack, page, session) = await OpenAsync("offline-elsewhere@example.com", "First", "Second");
        await Expect(Items(page)).ToHaveCountAsync(2);
        await stack.Client.PostAsync("/email/deleteGeneratedEmail", new { id = (await stack.Client.HistoryAsync(session.Token))[0]["id"]!.GetValue<string>() }, session.Token);

        await page.ReloadAsync();

        await Expect(Items(page)).ToHaveCountAsync(1);
        await Eventually.TrueAsync(() => page.EvaluateAsync<bool>(Module("offline.js", "async m => (await m.listEmails()).length === 1")));
    }

    [Fact]
    public async Task NoMoreThanTheNewestEmailsAreKeptAndOnlyTheUsersOwn()
    {
        var (_, page, session) = await OpenAsync("offline-many@example.com");
        await Expect(page.GetByText("Nothing here yet.")).ToBeVisibleAsync();

        var kept = await page.EvaluateAsync<string>(Module("offline.js", $$"""
            async m => {
              const email = (id, createdOn, userId) => ({ id, createdOn, userId, subject: id, keywords: '', toEmailId: '', generatedEmail: '' })
              await m.saveEmails(Array.from({ length: 510 }, (_, i) => email('e' + String(i).padStart(4, '0'), 1000 + i, '{{session.Uid}}')))
              await m.saveEmails([email('foreign', 9000, 'somebody else')])
              const all = await m.listEmails({ limit: 1000 })
              const behind = await m.listEmails({ limit: 2, before: all[1] })
              return [all.length, all[0].id, all.at(-1).id, ...behind.map(one => one.id), await m.findEmail('foreign')].join(' ')
            }
            """));

        Assert.Equal("500 e0509 e0010 e0507 e0506 ", kept);
    }

    [Fact]
    public async Task AnotherUserOfTheDeviceSeesNothingOfTheFirst()
    {
        ExpectProblem("ERR_(INTERNET_DISCONNECTED|FAILED)");
        var (stack, page, _) = await OpenAsync("offline-first@example.com", "Private to the first");
        await Expect(Items(page)).ToHaveCountAsync(1);
        await ReadyAsync(page);
        var second = await stack.SessionAsync("offline-second@example.com");

        var session = JsonSerializer.Serialize(new { token = second.Token, uid = second.Uid, email = second.Email });
        await page.EvaluateAsync("text => localStorage.setItem('chaturmail.session', text)", session);
        await page.Context.SetOfflineAsync(true);
        await page.ReloadAsync();

        await Expect(page.GetByText("This device keeps none of your emails yet.")).ToBeVisibleAsync();
        await Expect(page.GetByText("Private to the first")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task SigningOutDeletesWhatWasWishedAndLeavesNothingOnTheDevice()
    {
        var (stack, page, session) = await OpenAsync("offline-out@example.com", "Kept until now", "Deleted just before");
        await Expect(Items(page)).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete “Deleted just before”" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Undo" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Menu" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign in to ChaturMail" })).ToBeVisibleAsync();

        await Eventually.TrueAsync(() => page.EvaluateAsync<bool>("async () => (await indexedDB.databases()).length === 0"));
        var left = await page.EvaluateAsync<string>("() => JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])");
        Assert.DoesNotContain(session.Uid, left, StringComparison.Ordinal);
        Assert.DoesNotContain(session.Token, left, StringComparison.Ordinal);
        var keptFiles = await page.EvaluateAsync<string[]>("""
            async () => {
              const paths = []
              for (const name of await caches.keys()) for (const request of await (await caches.open(name)).keys()) paths.push(new URL(request.url).pathname)
              return paths
            }
            """);
        Assert.All(keptFiles, path => Assert.Matches(@"^/$|^/app/|^/manifest\.webmanifest$|^/icons/", path));
        Assert.Single(await stack.Client.HistoryAsync(await stack.Client.SignInAsync(session.Email)));
    }

    [Fact]
    public async Task TheAppCanBeInstalled()
    {
        var (_, page, _) = await OpenAsync("offline-install@example.com");
        await ReadyAsync(page);
        var devtools = await page.Context.NewCDPSessionAsync(page);

        var manifest = await devtools.SendAsync("Page.getAppManifest");
        var errors = await devtools.SendAsync("Page.getInstallabilityErrors");

        Assert.Empty(manifest!.Value.GetProperty("errors").EnumerateArray());
        Assert.Contains("/#/history", manifest.Value.GetProperty("data").GetString(), StringComparison.Ordinal);
        // A test's window is a private one.
        Assert.All(errors!.Value.GetProperty("installabilityErrors").EnumerateArray(), error => Assert.Equal("in-incognito", error.GetProperty("errorId").GetString()));
        await page.EvaluateAsync("() => dispatchEvent(Object.assign(new Event('beforeinstallprompt'), { prompt: () => { document.title = 'asked' } }))");
        await page.GetByRole(AriaRole.Button, new() { Name = "Menu" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Install the app" }).ClickAsync();
        Assert.Equal("asked", await page.TitleAsync());
    }

    [Fact]
    public async Task ANewVersionIsOfferedAndAnOldTabGoesOnUntilItIsTaken()
    {
        await using var front = await WebFront.StartAsync(await StackAsync());
        await using var device = await DeviceAsync(front);
        var page = await device.NewPageAsync();
        await page.GotoAsync("/#/signin");
        await ReadyAsync(page);
        var old = await VersionAsync(page);

        front.Version = "00000000000000ff";
        await page.EvaluateAsync("async () => (await navigator.serviceWorker.ready).update()");
        await Expect(page.GetByText("There is a new version of ChaturMail.")).ToBeVisibleAsync();
        Assert.Equal(old, await VersionAsync(page));
        front.Missing = "/coins.js";
        Assert.Equal(200, await page.EvaluateAsync<int>($"async () => (await fetch('/app/{old}/js/views/coins.js')).status"));

        await page.GetByRole(AriaRole.Button, new() { Name = "Reload" }).First.ClickAsync();

        await Expect(page.Locator($"script[type=module][src*='{front.Version}']")).ToHaveCountAsync(1);
        await Eventually.TrueAsync(() => page.EvaluateAsync<bool>($"async () => (await caches.keys()).join() === 'chaturmail-{front.Version}'"));
    }

    [Fact]
    public async Task ANewVersionNeedsNoQuestionWhereThePageHasItAlready()
    {
        await using var front = await WebFront.StartAsync(await StackAsync());
        await using var device = await DeviceAsync(front);
        var page = await device.NewPageAsync();
        await page.GotoAsync("/#/signin");
        await ReadyAsync(page);

        front.Version = "00000000000000fe";
        await page.ReloadAsync();

        await Eventually.TrueAsync(() => page.EvaluateAsync<bool>($"async () => (await caches.keys()).join() === 'chaturmail-{front.Version}'"));
        Assert.Equal(front.Version, await VersionAsync(page));
        await Expect(page.GetByText("There is a new version")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task AServerThatIsSilentOrBrokenIsNotWaitedForLong()
    {
        await using var front = await WebFront.StartAsync(await StackAsync());
        await using var device = await DeviceAsync(front);
        var page = await device.NewPageAsync();
        await page.GotoAsync("/#/signin");
        await ReadyAsync(page);
        var before = front.Asked.Count(path => path == "/");

        front.Entrance = WebFront.Silent;
        await page.ReloadAsync();
        await Expect(page).ToHaveTitleAsync("Sign in · ChaturMail");
        front.Entrance = WebFront.Broken;
        await page.ReloadAsync();

        await Expect(page).ToHaveTitleAsync("Sign in · ChaturMail");
        Assert.Equal(before + 2, front.Asked.Count(path => path == "/"));
    }

    [Fact]
    public async Task AnAppThatCannotBeKeptWorksAllTheSame()
    {
        await using var front = await WebFront.StartAsync(await StackAsync());
        front.Missing = "/css/console.css";
        await using var device = await DeviceAsync(front);
        var page = await device.NewPageAsync();

        await page.GotoAsync("/#/signin");
        await Eventually.TrueAsync(() => Task.FromResult(front.Asked.Any(path => path.EndsWith(front.Missing, StringComparison.Ordinal))));
        await page.ReloadAsync();

        await Expect(page).ToHaveTitleAsync("Sign in · ChaturMail");
        Assert.True(await page.EvaluateAsync<bool>("() => navigator.serviceWorker.controller === null"));
    }

    private static ILocator Items(IPage page) => page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Listitem);

    private static Task<string> VersionAsync(IPage page) => page.EvaluateAsync<string>("() => document.querySelector('script[type=module]').src.split('/')[4]");

    // A module of the page's own version, given to a function.
    private static string Module(string name, string function) =>
        $"async () => ({function})(await import(document.querySelector('script[type=module]').src.replace('main.js', '{name}')))";

    // The page is answered for by the worker, and all files are kept.
    private static async Task ReadyAsync(IPage page) => await page.EvaluateAsync("""
        async () => {
          await navigator.serviceWorker.ready
          if (!navigator.serviceWorker.controller) await new Promise(resolve => navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }))
        }
        """);

    private Task<IBrowserContext> DeviceAsync(WebFront front) => Browser.NewContextAsync(front.Address, 1280, 800, ColorScheme.Light, "en-US", null);

    private async Task<(WebStack Stack, IPage Page, WebSession Session)> OpenAsync(string email, params string[] subjects)
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack, more: options => options.ServiceWorkers = ServiceWorkerPolicy.Allow);
        var session = await stack.SignInAsync(page, email);
        await HistoryOf.WriteAsync(stack, session, subjects);
        await page.GotoAsync("/#/history");
        return (stack, page, session);
    }
}
