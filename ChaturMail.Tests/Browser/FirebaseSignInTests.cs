using System.Text;
using System.Text.Json;
using System.Web;
using ChaturMail.Tests.Support;
using ChaturMail.Tests.Support.Browser;
using Microsoft.Playwright;
using static ChaturMail.Tests.Browser.SignInTests;

namespace ChaturMail.Tests.Browser;

/// <summary>Signing in with Firebase, played by its emulator, and Google, whose page the test plays.</summary>
public sealed class FirebaseSignInTests(WebBrowser browser, SharedWebStack web, FirebaseEmulator emulator) : BrowserTests(browser, web)
{
    private const string ClientId = "42-web.apps.googleusercontent.com", Password = "secret words";

    [Fact]
    public async Task SomebodySignsUpWithAnAddressConfirmsItAndSignsInAgain()
    {
        ExpectProblem("status of 400");
        var (stack, page) = await StartAsync(("Identity__RequireVerifiedEmail", "true"));
        var email = $"firebase-{Guid.NewGuid():N}@example.com";
        await page.GotoAsync("/#/signin");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Continue with Google" })).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Link, new() { Name = "Create an account" }).ClickAsync();
        await page.GetByLabel("Email address").FillAsync(email);
        await page.GetByLabel("New password").FillAsync(Password);
        await PressAsync(page, "Create account");

        // This server wants the address confirmed, and Firebase has sent its own mail for that, which nobody has read yet.
        await page.GetByLabel("Code from the email").FillAsync(await MailFolder.CodeToAsync(stack.Folder, email));
        await PressAsync(page, "Confirm");
        await Expect(page).ToHaveURLAsync(At("#/write"));
        Assert.Equal("VERIFY_EMAIL", Assert.Single(await emulator.MailsAsync(email)).Kind);

        await page.EvaluateAsync("() => localStorage.clear()");
        await page.GotoAsync("/#/signin/register/firebase");
        await page.ReloadAsync();
        await page.GetByLabel("Email address").FillAsync(email);
        await page.GetByLabel("New password").FillAsync(Password);
        await PressAsync(page, "Create account");
        await Expect(page.GetByText("This address has an account already.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Back to sign-in" }).ClickAsync();
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync("another password");
        await PressAsync(page, "Sign in");
        await Expect(page.GetByText("Address or password is wrong.")).ToBeVisibleAsync();
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
        await PressAsync(page, "Sign in");
        await Expect(page).ToHaveURLAsync(At("#/write"));

        await page.EvaluateAsync("() => localStorage.clear()");
        foreach (var address in new[] { email, "nobody-" + email })
        {
            await page.GotoAsync("/#/signin/forgot/firebase");
            await page.ReloadAsync();
            await page.GetByLabel("Email address").FillAsync(address);
            await PressAsync(page, "Send the mail");
            await Expect(page.GetByText($"If {address} has an account")).ToBeVisibleAsync();
        }

        Assert.Equal("PASSWORD_RESET", (await emulator.MailsAsync(email))[^1].Kind);
    }

    [Fact]
    public async Task GoogleIsAskedAndItsAnswerIsTakenOnceByWhoAskedForIt()
    {
        ExpectProblem("another host: https://accounts\\.google\\.com/o/oauth2/v2/auth\\?");
        var (_, page) = await StartAsync(("Web__GoogleClientId", ClientId));
        var email = $"google-{Guid.NewGuid():N}@gmail.com";
        var asked = new List<Dictionary<string, string>>();
        Func<Dictionary<string, string>, string> answer = query => $"error=access_denied&state={query["state"]}";
        await page.RouteAsync("https://accounts.google.com/**", route =>
        {
            var query = HttpUtility.ParseQueryString(new Uri(route.Request.Url).Query);
            asked.Add(query.AllKeys.ToDictionary(key => key!, key => query[key]!));
            // A redirect is the browser's to follow, not the network's: a fragment is in it.
            return route.FulfillAsync(new() { Status = 302, Headers = new Dictionary<string, string> { ["Location"] = asked[^1]["redirect_uri"] + "#" + answer(asked[^1]) } });
        });
        await page.GotoAsync("/#/signin?then=%23%2Fcoins");

        await PressAsync(page, "Continue with Google");
        await Expect(page.GetByText("The sign-in with Google was cancelled.")).ToBeVisibleAsync();
        answer = query => $"id_token={TokenOf(email, query["nonce"])}&state=another";
        await PressAsync(page, "Continue with Google");
        await Expect(page.GetByText("This sign-in was not begun here")).ToBeVisibleAsync();
        answer = query => $"id_token={TokenOf(email, "another")}&state={query["state"]}";
        await page.GotoAsync("/#/signin?then=%23%2Fcoins");
        await PressAsync(page, "Continue with Google");
        await Expect(page.GetByText("This sign-in was not begun here")).ToBeVisibleAsync();
        Assert.Null(await page.EvaluateAsync<string?>("() => localStorage.getItem('chaturmail.session')"));

        var good = "";
        answer = query => good = $"id_token={TokenOf(email, query["nonce"])}&state={query["state"]}";
        await page.GotoAsync("/#/signin?then=%23%2Fprofile");
        await PressAsync(page, "Continue with Google");
        await Expect(page).ToHaveURLAsync(At("#/profile"));
        await Expect(page.GetByText("· Google")).ToBeVisibleAsync();
        Assert.Contains(email, await page.EvaluateAsync<string>("() => localStorage.getItem('chaturmail.session')"), StringComparison.Ordinal);
        Assert.Null(await page.EvaluateAsync<string?>("() => sessionStorage.getItem('chaturmail.google')"));

        // The same answer again, and no two questions alike.
        await page.EvaluateAsync("() => localStorage.clear()");
        await page.GotoAsync("/#" + good);
        await page.ReloadAsync();
        Assert.Null(await page.EvaluateAsync<string?>("() => localStorage.getItem('chaturmail.session')"));
        Assert.Equal(asked.Count, asked.Select(query => query["state"]).Distinct().Count());
        Assert.Equal(asked.Count, asked.Select(query => query["nonce"]).Distinct().Count());
        Assert.All(asked, query => Assert.Equal((ClientId, "id_token", "openid email profile"), (query["client_id"], query["response_type"], query["scope"])));
    }

    [Fact]
    public async Task TheAppMayTalkToFirebaseAndNobodyElseAndOnlyWhereItIsSetUp()
    {
        var host = await emulator.HostAsync();
        var (stack, _) = await StartAsync();

        Assert.Contains($"connect-src 'self' http://{host};", await PolicyAsync(stack), StringComparison.Ordinal);
        Assert.Contains("connect-src 'self';", await PolicyAsync(await StackAsync()), StringComparison.Ordinal);

        static async Task<string> PolicyAsync(WebStack stack)
        {
            using var answer = await stack.Client.Http.GetAsync(new Uri(stack.Address, "/"));
            return Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        }
    }

    private async Task<(WebStack Stack, IPage Page)> StartAsync(params (string Name, string Value)[] settings)
    {
        var host = await emulator.HostAsync();
        ExpectProblem($"another host: http://{host}/identitytoolkit\\.googleapis\\.com/v1/accounts:");
        var stack = await OwnStackAsync([("FIREBASE_AUTH_EMULATOR_HOST", host), ("PROJECT_ID", TestTokens.Project), .. settings]);
        return (stack, await NewPageAsync(stack));
    }

    // As Google gives it, but unsigned, as the emulator wants it.
    private static string TokenOf(string email, string nonce)
    {
        var claims = new { iss = "https://accounts.google.com", aud = ClientId, sub = email, email, email_verified = true, name = "Asha Rao", nonce };
        return $"{Part(new { alg = "none", typ = "JWT" })}.{Part(claims)}.";

        static string Part(object content) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(content)));
    }
}
