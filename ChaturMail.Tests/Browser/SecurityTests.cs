using ChaturMail.Tests.Support;
using ChaturMail.Tests.Support.Browser;
using Microsoft.Playwright;
using static ChaturMail.Tests.Browser.SignInTests;

namespace ChaturMail.Tests.Browser;

/// <summary>What a signed-in user does for the safety of the account: sessions, second factor, password.</summary>
public sealed class SecurityTests(WebBrowser browser, SharedWebStack web) : BrowserTests(browser, web)
{
    private const string Password = "rain on the tin roof", Other = "wind in the old trees";

    [Fact]
    public async Task SessionsAreEndedOneByOneAllOthersAndEverywhere()
    {
        var stack = await StackAsync();
        const string email = "security-sessions@example.com";
        var page = await NewPageAsync(stack);
        var mine = await stack.SignInAsync(page, email);
        var phones = new List<string>();
        foreach (var device in new[] { "Phone", "Tablet", "Watch" })
            phones.Add((await stack.Client.PostAsync("/auth/getJWTToken", new { email, idToken = "dev:" + email, loginMethod = "google", fcmToken = "f", device })).Text("token"));
        await page.GotoAsync("/#/profile");

        await PressAsync(page, "Sign out on Phone");
        await Expect(page.GetByText("That device is signed out.")).ToBeVisibleAsync();
        await Expect(page.GetByText("Phone", new() { Exact = true })).ToHaveCountAsync(0);
        Assert.Equal([401, 200, 200], await StatusesAsync());

        await PressAsync(page, "Sign out on all others");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.GetByText("on this device alone now")).ToBeVisibleAsync();
        Assert.Equal([401, 401, 401], await StatusesAsync());

        await PressAsync(page, "Sign out everywhere");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Sign out everywhere" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign in to ChaturMail" })).ToBeVisibleAsync();
        Assert.Equal(401, (await stack.Client.PostAsync("/user/getUserData", new { }, mine.Token)).HttpStatus);
        Assert.Null(await page.EvaluateAsync<string?>("() => localStorage.getItem('chaturmail.session')"));

        async Task<List<int>> StatusesAsync()
        {
            var statuses = new List<int>();
            foreach (var token in phones) statuses.Add((await stack.Client.PostAsync("/user/getUserData", new { }, token)).HttpStatus);
            return statuses;
        }
    }

    [Fact]
    public async Task AnAuthenticatorAppIsSetUpItsCodesRenewedAndAllOfItTurnedOff()
    {
        ExpectProblem("status of 40[03]");
        var stack = await StackAsync();
        var page = await NewPageAsync(stack, width: 360, height: 780);
        var session = await stack.SignInAsync(page, "security-totp@example.com");
        await page.GotoAsync("/#/profile");
        await PressAsync(page, "Set up an app");
        await Expect(page.GetByRole(AriaRole.Img, new() { NameRegex = new("QR code") })).ToBeVisibleAsync();
        Assert.True(await page.EvaluateAsync<bool>("async () => { const picture = document.querySelector('.qr'); await picture.decode(); return picture.naturalWidth > 0 }"));
        await ExpectAccessibleAsync(page);
        await PressAsync(page, "Copy the key");
        var app = new AuthenticatorApp(await page.EvaluateAsync<string>("() => navigator.clipboard.readText()"), TimeProvider.System);

        await page.GetByLabel("Code", new() { Exact = true }).FillAsync(app.Wrong());
        await PressAsync(page, "Turn on");
        await Expect(page.GetByText("This code is wrong")).ToBeVisibleAsync();
        await page.GetByLabel("Code", new() { Exact = true }).FillAsync(app.Show());
        await PressAsync(page, "Turn on");

        await Expect(page.Locator(".codes li")).ToHaveCountAsync(10);
        await ExpectAccessibleAsync(page);
        var shown = page.Locator(".recovery");
        await shown.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
        var codes = (await page.EvaluateAsync<string>("() => navigator.clipboard.readText()")).Split('\n');
        Assert.Equal(await page.Locator(".codes li").AllInnerTextsAsync(), codes);
        var download = await page.RunAndWaitForDownloadAsync(() => shown.GetByRole(AriaRole.Button, new() { Name = "Download" }).ClickAsync());
        Assert.Contains(codes[9], await File.ReadAllTextAsync(await download.PathAsync()), StringComparison.Ordinal);
        await PressAsync(page, "I have kept them");
        await Expect(page.GetByText("10 left")).ToBeVisibleAsync();
        await Expect(page.Locator(".codes")).ToHaveCountAsync(0);

        await PressAsync(page, "New recovery codes");
        var asked = page.GetByRole(AriaRole.Dialog);
        await asked.GetByLabel("Code of your second factor").FillAsync("AAAA-AAAA-AAAA-AAAA");
        await page.Keyboard.PressAsync("Enter");
        await Expect(asked.GetByText("This code is wrong")).ToBeVisibleAsync();
        await ExpectAccessibleAsync(page);
        await asked.GetByLabel("Code of your second factor").FillAsync(codes[0]);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".codes li").First).Not.ToHaveTextAsync(codes[0]);
        var renewed = await page.Locator(".codes li").AllInnerTextsAsync();
        await PressAsync(page, "I have kept them");

        await PressAsync(page, "Turn the second factor off");
        await asked.GetByLabel("Code of your second factor").FillAsync(renewed[0]);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Set up an app" })).ToBeVisibleAsync();
        Assert.False((await stack.Client.PostAsync("/auth/getSecondFactor", new { }, session.Token)).Item["totp"]!.GetValue<bool>());
    }

    [Fact]
    public async Task CodesByEmailAreTurnedOnWithTheFirstOfThem()
    {
        var stack = await StackAsync();
        const string email = "security-mail@example.com";
        var page = await NewPageAsync(stack);
        var session = await stack.SignInAsync(page, email);
        await page.GotoAsync("/#/profile");

        await PressAsync(page, "Get codes by email");
        await page.GetByLabel("Code", new() { Exact = true }).FillAsync(await MailFolder.CodeToAsync(stack.Folder, email));
        await PressAsync(page, "Turn on");

        await Expect(page.GetByText("Codes by email are on.")).ToBeVisibleAsync();
        Assert.True((await stack.Client.PostAsync("/auth/getSecondFactor", new { }, session.Token)).Item["email"]!.GetValue<bool>());
    }

    [Fact]
    public async Task APasswordIsChangedByWhoKnowsItAndOtherDevicesAreSignedOut()
    {
        ExpectProblem("status of 400");
        var stack = await StackAsync();
        const string email = "security-password@example.com";
        await RegisterAsync(stack, email);
        var elsewhere = await stack.Client.SignInWithAsync((await stack.Client.PostAsync("/auth/signIn", new { email, password = Password })).Text("idToken"));
        var page = await NewPageAsync(stack);
        await page.GotoAsync("/#/signin/with/local?then=%23%2Fprofile");
        await page.GetByLabel("Email address").FillAsync(email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
        await PressAsync(page, "Sign in");

        await page.GetByLabel("Present password").FillAsync(Other);
        await page.GetByLabel("New password").FillAsync(Other);
        await PressAsync(page, "Change password");
        await Expect(page.GetByText("password is wrong")).ToBeVisibleAsync();
        await page.GetByLabel("Present password").FillAsync(Password);
        await PressAsync(page, "Change password");

        await Expect(page.GetByText("Your password is changed.")).ToBeVisibleAsync();
        Assert.Equal(401, (await stack.Client.PostAsync("/user/getUserData", new { }, elsewhere)).HttpStatus);
        Assert.Equal(1, (await stack.Client.PostAsync("/auth/signIn", new { email, password = Other })).Status);
    }

    [Fact]
    public async Task WhoHasNoPasswordHereIsNotAskedForOne()
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack);
        await stack.SignInAsync(page, "security-none@example.com");
        await page.GotoAsync("/#/profile");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign out everywhere" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Set up an app" })).ToBeVisibleAsync();

        await Expect(page.GetByLabel("Present password")).ToBeHiddenAsync();
        await ExpectAccessibleAsync(page);
    }

    private static async Task ExpectAccessibleAsync(IPage page)
    {
        foreach (var theme in new[] { ColorScheme.Dark, ColorScheme.Light })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = theme });
            await Axe.ExpectNoViolationAsync(page);
        }
    }
}
