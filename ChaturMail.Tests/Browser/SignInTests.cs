using System.Text.RegularExpressions;
using ChaturMail.Tests.Support;
using ChaturMail.Tests.Support.Browser;
using Microsoft.Playwright;

namespace ChaturMail.Tests.Browser;

/// <summary>Signing in from the browser, in the ways that a server of one's own offers.</summary>
public sealed class SignInTests(WebBrowser browser, SharedWebStack web) : BrowserTests(browser, web)
{
    private const string Password = "rain on the tin roof", Other = "wind in the old trees";

    [Fact]
    public async Task InDevelopmentAnAddressIsEnoughAndLeadsToWhereOneWantedToGo()
    {
        var page = await NewPageAsync(await StackAsync());
        await page.GotoAsync("/#/profile");
        await page.GetByLabel("Email address").FillAsync("no address");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("This is not an email address.")).ToBeVisibleAsync();

        await page.GetByLabel("Email address").FillAsync("signin-dev@example.com");
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Profile" })).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync(At("#/profile"));
        await Expect(page.GetByText("Chrome on Linux")).ToBeVisibleAsync();
        // Who is signed in has no business at the sign-in.
        await page.GotoAsync("/#/signin");
        await Expect(page).ToHaveURLAsync(At("#/write"));
    }

    [Fact]
    public async Task ALinkLeadsNowhereButIntoTheApp()
    {
        // What the page still asks for when its session is taken from under it.
        ExpectProblem("status of 401");
        var page = await NewPageAsync(await StackAsync());
        foreach (var then in new[] { "javascript:alert(1)", "https://evil.example/", "//evil.example", "#/signin?then=x", "#//evil.example" })
        {
            await page.GotoAsync("/#/signin?then=" + Uri.EscapeDataString(then));
            await EnterAsync(page, "signin-then@example.com");
            await Expect(page).ToHaveURLAsync(At("#/write"));
            await page.EvaluateAsync("() => localStorage.clear()");
            await page.GotoAsync("about:blank");
        }
    }

    [Fact]
    public async Task AnAddressThatNamesNoViewIsTheFirstPage()
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack);
        await stack.SignInAsync(page, "signin-noview@example.com");
        foreach (var name in new[] { "constructor", "__proto__", "toString", "nothing" })
        {
            await page.GotoAsync("/#/" + name);
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("What would you like to write?");
            await page.GotoAsync("about:blank");
        }
    }

    [Fact]
    public async Task WhoSignsInNextSeesNothingOfWhoWasThereBefore()
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack);
        await stack.SignInAsync(page, "signin-before@example.com");
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Searchbox).FillAsync("leave");
        await page.GetByRole(AriaRole.Button, new() { Name = "Menu" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await EnterAsync(page, "signin-next@example.com");
        await Expect(page.GetByRole(AriaRole.Searchbox)).ToHaveValueAsync("");

        // Another tab's sign-out and sign-in, which this page slept through: what it shows, and what is typed into it, would be the next one's.
        await page.GotoAsync("/#/feedback");
        await page.GetByLabel("Subject").FillAsync("not for anybody else");
        var third = await stack.SessionAsync("signin-third@example.com");
        var other = await page.Context.NewPageAsync();
        await other.GotoAsync("/app/none/icons/chaturmail.svg");
        await other.EvaluateAsync(
            "text => localStorage.setItem('chaturmail.session', text)",
            System.Text.Json.JsonSerializer.Serialize(new { token = third.Token, uid = third.Uid, email = third.Email }));
        await Expect(page.GetByLabel("Subject")).ToHaveValueAsync("");

        // A token that was asked for before is nobody else's either.
        var mixed = await page.EvaluateAsync<string>("""
            async token => {
                const script = document.querySelector('script[type=module]').src
                const session = await import(new URL('session.js', script).href)
                session.renewSession(token)
                return session.currentSession().token
            }
            """, (await stack.SessionAsync("signin-next@example.com")).Token);
        Assert.Equal(third.Token, mixed);
    }

    [Fact]
    public async Task AnAnswerOfGooglesThatNobodyAskedForSignsNobodyIn()
    {
        var stack = await StackAsync();
        const string planted = "/#id_token=e30.eyJlbWFpbCI6ImV2aWxAZXhhbXBsZS5jb20ifQ.x&state=guessed";
        var page = await NewPageAsync(stack);

        await page.GotoAsync(planted);

        await Expect(page.GetByText("This sign-in was not begun here")).ToBeVisibleAsync();
        Assert.Null(await page.EvaluateAsync<string?>("() => localStorage.getItem('chaturmail.session')"));
        Assert.DoesNotContain("id_token", page.Url, StringComparison.Ordinal);
        await page.GoBackAsync();
        Assert.DoesNotContain("id_token", page.Url, StringComparison.Ordinal);

        var signedIn = await NewPageAsync(stack);
        var session = await stack.SignInAsync(signedIn, "signin-planted@example.com");
        await signedIn.GotoAsync(planted);
        await Expect(signedIn).ToHaveURLAsync(At("#/write"));
        Assert.Contains(session.Uid, await signedIn.EvaluateAsync<string>("() => localStorage.getItem('chaturmail.session')"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SomebodyRegistersConfirmsTheirAddressAndSignsInAgain()
    {
        ExpectProblem("status of 400");
        var stack = await StackAsync();
        const string email = "signin-new@example.com";
        var page = await NewPageAsync(stack);
        await page.GotoAsync("/#/signin/with/local");
        await page.GetByRole(AriaRole.Link, new() { Name = "Create an account" }).ClickAsync();
        await page.GetByLabel("Email address").FillAsync(email);
        await page.GetByLabel("New password").FillAsync("short");
        await PressAsync(page, "Create account");
        await Expect(page.GetByText("At least 8 characters.", new() { Exact = true })).ToBeVisibleAsync();
        await page.GetByLabel("New password").FillAsync("password123");
        await PressAsync(page, "Create account");
        await Expect(page.GetByText("too easy to guess")).ToBeVisibleAsync();
        await page.GetByLabel("New password").FillAsync(Password);
        await PressAsync(page, "Create account");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Confirm your address" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("Another code in \\d+ seconds") })).ToBeVisibleAsync();
        var code = await MailFolder.CodeToAsync(stack.Folder, email);
        await page.GetByLabel("Code").FillAsync(code == "000000" ? "000001" : "000000");
        await PressAsync(page, "Confirm");
        await Expect(page.GetByText("This code is wrong")).ToBeVisibleAsync();
        await page.GetByLabel("Code").FillAsync($"{code[..3]} {code[3..]}");
        await PressAsync(page, "Confirm");
        await Expect(page).ToHaveURLAsync(At("#/write"));

        await page.GetByRole(AriaRole.Button, new() { Name = "Menu" }).ClickAsync();
        await PressAsync(page, "Sign out");
        // The page has loaded afresh.
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign in to ChaturMail" })).ToBeVisibleAsync();
        await page.GotoAsync("/#/signin/with/local");
        await page.GetByLabel("Email address").FillAsync(email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Other);
        await PressAsync(page, "Sign in");
        await Expect(page.GetByText("Address or password is wrong.")).ToBeVisibleAsync();
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
        await PressAsync(page, "Show password");
        await Expect(page.GetByLabel("Password", new() { Exact = true })).ToHaveAttributeAsync("type", "text");
        await PressAsync(page, "Sign in");
        await Expect(page).ToHaveURLAsync(At("#/write"));
    }

    [Fact]
    public async Task WhoNeverConfirmedTheirAddressIsAskedForTheCodeWhenTheySignIn()
    {
        ExpectProblem("status of 403");
        var stack = await StackAsync();
        const string email = "signin-unconfirmed@example.com";
        await stack.Client.PostAsync("/auth/register", new { email, password = Password });
        var page = await NewPageAsync(stack);
        await page.GotoAsync("/#/signin/with/local");

        await page.GetByLabel("Email address").FillAsync(email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
        await PressAsync(page, "Sign in");
        await page.GetByLabel("Code").FillAsync(await MailFolder.CodeToAsync(stack.Folder, email));
        await PressAsync(page, "Confirm");

        await Expect(page).ToHaveURLAsync(At("#/write"));
    }

    [Fact]
    public async Task AForgottenPasswordIsReplacedByACodeFromTheMail()
    {
        var stack = await StackAsync();
        const string email = "signin-forgot@example.com";
        await RegisterAsync(stack, email);
        var page = await NewPageAsync(stack);
        await page.GotoAsync("/#/signin/with/local?then=%23%2Fcoins");
        await page.GetByLabel("Email address").FillAsync(email);
        await page.GetByRole(AriaRole.Link, new() { Name = "Forgotten your password?" }).ClickAsync();
        await page.GetByLabel("Email address").FillAsync(email);
        await PressAsync(page, "Send the mail");
        await page.GetByLabel("Code").FillAsync(await MailFolder.CodeToAsync(stack.Folder, email, 2));
        await page.GetByLabel("New password").FillAsync(Other);
        await PressAsync(page, "Set password and sign in");

        await Expect(page).ToHaveURLAsync(At("#/coins"));
    }

    [Fact]
    public async Task ASecondFactorIsAskedForAndAnyOfItsCodesWillDo()
    {
        ExpectProblem("status of 400");
        var stack = await StackAsync();
        const string email = "signin-totp@example.com";
        var (app, recovery) = await EnrolAsync(stack, email);
        var page = await NewPageAsync(stack);
        await page.GotoAsync("/#/signin?then=%23%2Fcoins");
        await EnterAsync(page, email);

        var code = page.GetByLabel("Code of the app");
        await Expect(code).ToBeFocusedAsync();
        Assert.Equal("one-time-code", await code.GetAttributeAsync("autocomplete"));
        await code.FillAsync(app.Wrong());
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("This code is wrong")).ToBeVisibleAsync();
        await Axe.ExpectNoViolationAsync(page);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Axe.ExpectNoViolationAsync(page);
        await code.FillAsync(app.Show(1));
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(At("#/coins"));

        var again = await NewPageAsync(stack);
        await again.GotoAsync("/#/signin");
        await EnterAsync(again, email);
        await again.GetByLabel("Recovery code").CheckAsync();
        await again.GetByRole(AriaRole.Textbox, new() { Name = "Recovery code" }).FillAsync(recovery);
        await PressAsync(again, "Confirm");
        await Expect(again).ToHaveURLAsync(At("#/write"));
    }

    [Fact]
    public async Task ACodeByEmailFinishesASignIn()
    {
        var stack = await StackAsync();
        const string email = "signin-mailed@example.com";
        var session = await stack.SessionAsync(email);
        await stack.Client.PostAsync("/auth/enableEmailFactor", new { }, session.Token);
        var enabled = await stack.Client.PostAsync("/auth/enableEmailFactor", new { emailCode = await MailFolder.CodeToAsync(stack.Folder, email) }, session.Token);
        Assert.Equal(1, enabled.Status);
        var page = await NewPageAsync(stack);
        await page.GotoAsync("/#/signin");

        await EnterAsync(page, email);
        await Expect(page.GetByText("sent to s***@example.com")).ToBeVisibleAsync();
        await page.GetByLabel("Code from the email").FillAsync(await MailFolder.CodeToAsync(stack.Folder, email, 2));
        await PressAsync(page, "Confirm");

        await Expect(page).ToHaveURLAsync(At("#/write"));
    }

    [Fact]
    public async Task AfterFiveWrongCodesTheSignInBeginsAgainWithTheAddressKept()
    {
        ExpectProblem("status of 400");
        var stack = await StackAsync();
        const string email = "signin-guessed@example.com";
        var (app, _) = await EnrolAsync(stack, email);
        var page = await NewPageAsync(stack);
        await page.GotoAsync("/#/signin");
        await EnterAsync(page, email);

        for (var i = 0; i < 6; i++)
        {
            await page.GetByLabel("Code of the app").FillAsync(app.Wrong());
            await page.RunAndWaitForResponseAsync(() => PressAsync(page, "Confirm"), "**/auth/confirmChallenge");
        }

        await Expect(page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "Sign in again." })).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Email address")).ToHaveValueAsync(email);
    }

    [Fact]
    public async Task ASessionThatIsEndedElsewhereLeavesWhatWasTypedForTheSameUserAlone()
    {
        // The second where the session ends between a ticket for the socket and the socket.
        ExpectProblem("status of 401|HTTP Authentication failed");
        var stack = await StackAsync();
        const string email = "signin-ended@example.com";
        var page = await NewPageAsync(stack);
        var session = await stack.SignInAsync(page, email);
        await page.GotoAsync("/#/coins");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "coins" }).First).ToBeVisibleAsync();
        await page.EvaluateAsync($"async () => (await {Module}).keep('draft.test', 'half a sentence')");

        await stack.Client.PostAsync("/auth/logout", new { }, session.Token);
        await page.GotoAsync("/#/profile");

        await Expect(page.GetByText("Your session has ended.")).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync(At("#/signin?then=%23%2Fprofile"));
        await EnterAsync(page, email);
        await Expect(page).ToHaveURLAsync(At("#/profile"));
        Assert.Equal("half a sentence", await DraftAsync());

        await page.EvaluateAsync("() => localStorage.removeItem('chaturmail.session')");
        await page.ReloadAsync();
        await EnterAsync(page, "signin-another@example.com");
        await Expect(page).ToHaveURLAsync(At("#/profile"));
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                return await DraftAsync() is null;
            }
            catch (PlaywrightException)
            {
                // Somebody else's page is loaded anew, maybe while it is asked.
                return false;
            }
        });

        Task<string?> DraftAsync() => page.EvaluateAsync<string?>($"async () => (await {Module}).kept('draft.test', null)");
    }

    [Fact]
    public async Task TheSignInIsAccessibleAndFitsEveryWindow()
    {
        var page = await NewPageAsync(await StackAsync());
        await Screenshots.TakeAsync(page, "/#/signin/with/local", "signin", seen => Expect(seen.GetByRole(AriaRole.Button, new() { Name = "Sign in" })).ToBeVisibleAsync());
        foreach (var route in new[] { "/#/signin", "/#/signin/with/local", "/#/signin/register/local", "/#/signin/forgot/local" })
        {
            await page.GotoAsync(route);
            foreach (var theme in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                await page.EmulateMediaAsync(new() { ColorScheme = theme });
                await Expect(page.Locator("form .button.primary")).ToBeVisibleAsync();
                await Axe.ExpectNoViolationAsync(page);
            }
        }
    }

    // The page's own module, by the address that the page has it at.
    private const string Module = "import(document.querySelector('link[href$=\"/js/session.js\"]').href)";

    internal static Regex At(string fragment) => new(Regex.Escape(fragment) + "$");

    internal static Task PressAsync(IPage page, string button) => page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    /// <summary>By the development sign-in.</summary>
    internal static async Task EnterAsync(IPage page, string email)
    {
        await page.GetByLabel("Email address").FillAsync(email);
        await PressAsync(page, "Sign in");
    }

    /// <summary>Makes an account with <see cref="Password"/> past the browser.</summary>
    internal static async Task RegisterAsync(WebStack stack, string email)
    {
        await stack.Client.PostAsync("/auth/register", new { email, password = Password });
        var code = await MailFolder.CodeToAsync(stack.Folder, email);
        Assert.Equal(1, (await stack.Client.PostAsync("/auth/verifyEmail", new { email, code, password = Password })).Status);
    }

    // An authenticator app whose present code is used up, and a recovery code.
    private static async Task<(AuthenticatorApp App, string Recovery)> EnrolAsync(WebStack stack, string email)
    {
        var session = await stack.SessionAsync(email);
        var app = new AuthenticatorApp((await stack.Client.PostAsync("/auth/enrolTotp", new { }, session.Token)).Text("secret"), TimeProvider.System);
        var confirmed = await stack.Client.PostAsync("/auth/confirmTotp", new { code = app.Show() }, session.Token);
        return (app, confirmed.Item["recoveryCodes"]![0]!.GetValue<string>());
    }
}
