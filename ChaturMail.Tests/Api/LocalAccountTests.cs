using System.Collections.Concurrent;
using ChaturMail.Core.Codes;
using ChaturMail.Core.Identity.Local;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Support;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>Accounts with address and password that the server keeps itself.</summary>
public sealed class LocalAccountTests
{
    private const string Email = "priya.nair@example.com";
    private const string Password = "rain on the tin roof";
    private const string Another = "wind in the old trees";

    [Fact]
    public async Task APersonRegistersVerifiesSignsInAndWritesAnEmail()
    {
        await using var api = await TestApi.StartAsync();
        await MakeAccountAsync(api, "  Priya.Nair@Example.com ");

        var token = await api.Client.SignInWithAsync((await SignInAsync(api)).Text("idToken"));

        var user = await api.Client.PostAsync("/user/getUserData", new { }, token);
        Assert.Equal((Email, "Priya Nair"), (user.Text("email"), user.Text("name")));
        Assert.StartsWith("local-", user.Text("uid"), StringComparison.Ordinal);
        Assert.Equal(200, (await api.Client.GenerateAsync(token)).HttpStatus);
        // And the other provider's users beside them.
        await api.Client.SignInAsync();
    }

    [Fact]
    public async Task NobodySignsInBeforeTheAddressIsProvedAndOnlyTheRightPasswordIsToldSo()
    {
        await using var api = await TestApi.StartAsync();
        await RegisterAsync(api, Password);
        Assert.Equal((403, "email_not_verified"), Failure(await SignInAsync(api)));
        Assert.Equal((400, "invalid_credentials"), Failure(await SignInAsync(api, Another)));
        Assert.Equal((400, "invalid_code"), Failure(await VerifyAsync(api, "000000", Password)));
        Assert.Equal((403, "email_not_verified"), Failure(await SignInAsync(api)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WhoRegistersAnothersAddressFirstOrLastDoesNotOwnItsAccount(bool attackerIsFirst)
    {
        await using var api = await TestApi.StartAsync();
        const string attackers = "seven silent crows";
        var registrations = new[] { (Password, "Priya Nair"), (attackers, "Mallory") };
        if (attackerIsFirst) Array.Reverse(registrations);
        foreach (var (password, name) in registrations) await RegisterAsync(api, password, name);

        // One mail for both, for they came within a minute; the owner enters its code and knows nothing of the other.
        Assert.Equal(200, (await VerifyAsync(api, await MailFolder.NextCodeAsync(api.DataFolder), Password)).HttpStatus);

        Assert.Equal((400, "invalid_credentials"), Failure(await SignInAsync(api, attackers)));
        var token = await api.Client.SignInWithAsync((await SignInAsync(api)).Text("idToken"));
        Assert.NotEqual("Mallory", (await api.Client.PostAsync("/user/getUserData", new { }, token)).Text("name"));
        // And once it is the owner's, registering it again changes nothing.
        await RegisterAsync(api, attackers, "Mallory");
        Assert.Equal((400, "invalid_credentials"), Failure(await SignInAsync(api, attackers)));
    }

    [Fact]
    public async Task ResettingThePasswordOfAnAddressThatAnotherRegisteredMakesItTheOwners()
    {
        await using var api = await TestApi.StartAsync();
        await RegisterAsync(api, "seven silent crows", "Mallory");
        await MailFolder.NextCodeAsync(api.DataFolder);
        await api.Client.PostAsync("/auth/requestPasswordReset", new { email = Email });

        Assert.Equal(200, (await ResetAsync(api, await MailFolder.NextCodeAsync(api.DataFolder), Password)).HttpStatus);

        Assert.Equal((400, "invalid_credentials"), Failure(await SignInAsync(api, "seven silent crows")));
        var token = await api.Client.SignInWithAsync((await SignInAsync(api)).Text("idToken"));
        Assert.Equal("", (await api.Client.PostAsync("/user/getUserData", new { }, token)).Text("name"));
    }

    [Fact]
    public async Task NeitherAnswerNorWorkTellsWhetherAnAddressHasAnAccount()
    {
        var hasher = new CountingHasher();
        await using var api = await TestApi.StartAsync(services => services.AddSingleton<IPasswordHasher<LocalAccount>>(hasher));
        await MakeAccountAsync(api);
        await RegisterAsync(api, Password, email: "pending@example.com");

        (string Route, Func<string, object> Body)[] requests =
        [
            ("/auth/signIn", email => new { email, password = Another }),
            ("/auth/register", email => new { email, password = Another, name = "Someone" }),
            ("/auth/resendVerification", email => new { email }),
            ("/auth/requestPasswordReset", email => new { email }),
            ("/auth/verifyEmail", email => new { email, code = "000000", password = Another }),
            ("/auth/resetPassword", email => new { email, code = "000000", newPassword = Another }),
        ];
        foreach (var (route, body) in requests)
        {
            var seen = new List<(int, string, string?, string)>();
            foreach (var email in new[] { Email, "nobody@example.com", "pending@example.com" })
            {
                hasher.Calls.Clear();
                var answer = await api.Client.PostAsync(route, body(email));
                seen.Add((answer.HttpStatus, answer.Message, answer.Code, string.Join(',', hasher.Calls)));
            }

            Assert.Equal((route, 1), (route, seen.Distinct().Count()));
        }
    }

    [Fact]
    public async Task TheOwnerOfAnAddressIsToldThatSomebodyTriedToRegisterItAndGetsNoCode()
    {
        var time = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        await using var api = await TestApi.StartAsync(services => services.AddSingleton<TimeProvider>(time));
        await MakeAccountAsync(api);
        time.Advance(IOneTimeCodes.ResendAfter);

        await RegisterAsync(api, Another);

        var notice = await MailFolder.NextAsync(api.DataFolder, text => text.Contains("There is an account already", StringComparison.Ordinal));
        Assert.DoesNotMatch(@"\b\d{6}\b", notice);
    }

    [Fact]
    public async Task AfterFiveWrongTriesEvenTheRightPasswordWaitsAndAResetEndsTheWait()
    {
        await using var api = await TestApi.StartAsync();
        await MakeAccountAsync(api);
        foreach (var email in new[] { Email, "nobody@example.com" })
        {
            for (var i = 0; i < SignInAttempts.Free; i++) Assert.Equal((400, "invalid_credentials"), Failure(await SignInAsync(api, Another, email)));
            var refused = await SignInAsync(api, Password, email);
            Assert.Equal((429, "too_many_requests"), Failure(refused));
            Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        }

        await api.Client.PostAsync("/auth/requestPasswordReset", new { email = Email });
        Assert.Equal(200, (await ResetAsync(api, await MailFolder.NextCodeAsync(api.DataFolder), Another)).HttpStatus);
        Assert.Equal(200, (await SignInAsync(api, Another)).HttpStatus);
    }

    [Fact]
    public async Task AnotherPasswordEndsOtherSessionsAndTokensOfTheOneBefore()
    {
        await using var api = await TestApi.StartAsync();
        await MakeAccountAsync(api);
        var early = (await SignInAsync(api)).Text("idToken");
        var token = await api.Client.SignInWithAsync(early);
        await api.Client.SignInWithAsync(early);

        Assert.Equal((400, "invalid_credentials"), Failure(await ChangeAsync("not the password", Another)));
        Assert.Equal((400, "weak_password"), Failure(await ChangeAsync(Password, "password")));
        Assert.Equal(200, (await ChangeAsync(Password, Another)).HttpStatus);

        Assert.Equal("invalid_id_token", (await api.Client.PostAsync(
            "/auth/getJWTToken", new { email = Email, idToken = early, loginMethod = "password", fcmToken = "f" })).Code);
        Assert.Equal((400, "invalid_credentials"), Failure(await SignInAsync(api)));
        Assert.Equal(200, (await SignInAsync(api, Another)).HttpStatus);
        Assert.True((await SessionsAsync(api)) <= 1);
        // The device that signed in last was another.
        Assert.False(await HasPushAsync());
        await MailFolder.NextAsync(api.DataFolder, text => text.Contains("password was changed", StringComparison.Ordinal));

        await api.Client.PostAsync("/auth/requestPasswordReset", new { email = Email });
        await api.Client.SignInWithAsync((await SignInAsync(api, Another)).Text("idToken"));
        Assert.Equal(200, (await ResetAsync(api, await MailFolder.NextCodeAsync(api.DataFolder), Password)).HttpStatus);
        Assert.Equal(0, await SessionsAsync(api));
        Assert.False(await HasPushAsync());

        token = await api.Client.SignInWithAsync((await SignInAsync(api)).Text("idToken"));
        Assert.Equal(200, (await ChangeAsync(Password, Another)).HttpStatus);
        Assert.True(await HasPushAsync());

        async Task<bool> HasPushAsync() =>
            await api.App.Services.GetRequiredService<IUserStore>().FindPushTokenAsync(await UidAsync(api), default) is not null;

        Task<ApiAnswer> ChangeAsync(string current, string changed) =>
            api.Client.PostAsync("/auth/changePassword", new { currentPassword = current, newPassword = changed }, token);
    }

    [Fact]
    public async Task DeletingTheUserDeletesTheAccountAndFirebaseIsNotAsked()
    {
        await using var firebase = await FirebaseServer.StartAsync(FirebaseAnswers.Done());
        await using var api = await TestApi.StartAsync(
            "FIREBASE_AUTH_EMULATOR_HOST=" + firebase.Host, "PROJECT_ID=" + TestTokens.Project, "Identity:Local:Enabled=true");
        await MakeAccountAsync(api);
        var idToken = (await SignInAsync(api)).Text("idToken");
        var token = await api.Client.SignInWithAsync(idToken);

        Assert.Equal(200, (await api.Client.PostAsync("/user/deleteUser", new { }, token)).HttpStatus);

        Assert.Null(await api.App.Services.GetRequiredService<ILocalAccountStore>().FindByEmailAsync(Email, default));
        Assert.Equal((400, "invalid_credentials"), Failure(await SignInAsync(api)));
        Assert.Equal("invalid_id_token", (await api.Client.PostAsync(
            "/auth/getJWTToken", new { email = Email, idToken, loginMethod = "password", fcmToken = "f" })).Code);
        Assert.Empty(firebase.Requests);
    }

    [Fact]
    public async Task AnOldHashIsMadeAnewAtTheNextSignIn()
    {
        await using var api = await TestApi.StartAsync(services => services.AddSingleton<IPasswordHasher<LocalAccount>>(PasswordHashing.DefaultHasher()));
        await MakeAccountAsync(api);
        var store = api.App.Services.GetRequiredService<ILocalAccountStore>();
        var account = (await store.FindByEmailAsync(Email, default))!;
        var old = new PasswordHasher<LocalAccount>(Microsoft.Extensions.Options.Options.Create(new PasswordHasherOptions { IterationCount = 1000 }));
        await store.ProveAsync(account.Uid, old.HashPassword(account, Password), account.Name, account.CreatedOn, null, default);

        var idToken = (await SignInAsync(api)).Text("idToken");

        await api.Client.SignInWithAsync(idToken);
        var hash = (await store.FindByEmailAsync(Email, default))!.PasswordHash;
        Assert.Equal(PasswordVerificationResult.Success, PasswordHashing.DefaultHasher().VerifyHashedPassword(account, hash, Password));
    }

    [Fact]
    public async Task WhatIsWrongWithARequestIsTold()
    {
        await using var api = await TestApi.StartAsync();
        (string Route, string Body, string Code)[] requests =
        [
            ("/auth/register", """{"email":"priya.nair@example.com","password":"Password1"}""", "weak_password"),
            ("/auth/register", """{"email":"priya.nair@example.com","password":"priya.nair"}""", "weak_password"),
            ("/auth/register", """{"email":"priya.nair@example.com"}""", "invalid_field"),
            ("/auth/register", """{"email":"priya.nair@example.com","password":7}""", "invalid_field"),
            ("/auth/register", """{"email":"not an address","password":"rain on the tin roof"}""", "invalid_field"),
            ("/auth/register", """{"email":"a@example.com\r\nBcc: b@example.com","password":"rain on the tin roof"}""", "invalid_field"),
            ("/auth/register", """{"email":"a@example.com","password":"rain on the tin roof","name":"a\nb"}""", "invalid_field"),
            ("/auth/verifyEmail", """{"email":"a@example.com","code":"12345","password":"rain on the tin roof"}""", "invalid_field"),
            ("/auth/verifyEmail", """{"email":"a@example.com","code":"12345a","password":"rain on the tin roof"}""", "invalid_field"),
            ("/auth/resetPassword", """{"email":"a@example.com","code":"123456","newPassword":"password"}""", "weak_password"),
        ];
        foreach (var (route, body, code) in requests)
            Assert.Equal((route, body, (400, code)), (route, body, Failure(await api.Client.PostAsync(route, body))));
    }

    [Fact]
    public async Task APasswordMayHoldAnythingUpTo128()
    {
        await using var api = await TestApi.StartAsync();
        var longest = string.Concat(Enumerable.Range(0, 128).Select(i => (char)('क' + (i * 7 % 30))));
        Assert.Equal(200, (await RegisterAsync(api, longest)).HttpStatus);
        Assert.Equal((400, "invalid_field"), Failure(await RegisterAsync(api, longest + "क")));
        Assert.Equal(200, (await RegisterAsync(api, "\t blanks and\u0000 zeroes ")).HttpStatus);
        Assert.Equal((403, "email_not_verified"), Failure(await SignInAsync(api, "\t blanks and\u0000 zeroes ")));
        Assert.Equal((400, "invalid_credentials"), Failure(await SignInAsync(api, "blanks and\u0000 zeroes")));
    }

    [Fact]
    public async Task OneAddressMayAskSoOftenAMinuteAndOtherRoutesAreNotConcerned()
    {
        await using var api = await TestApi.StartAsync("RateLimits:AccountsPerAddress=2");
        for (var i = 0; i < 2; i++) Assert.Equal((400, "invalid_credentials"), Failure(await SignInAsync(api, email: $"a{i}@example.com")));
        Assert.Equal((429, "too_many_requests"), Failure(await SignInAsync(api)));
        Assert.Equal((429, "too_many_requests"), Failure(await api.Client.PostAsync("/auth/requestPasswordReset", new { email = Email })));
        await api.Client.SignInAsync();
    }

    [Fact]
    public async Task WhoDeletesTheAccountAndRegistersAgainGetsNoStartingCoins()
    {
        await using var api = await TestApi.StartAsync("Coins:Starting=500");
        await MakeAccountAsync(api);
        var token = await api.Client.SignInWithAsync((await SignInAsync(api)).Text("idToken"));
        var first = await api.Client.PostAsync("/user/getUserData", new { }, token);
        await api.Client.PostAsync("/user/deleteUser", new { }, token);
        // A code a minute is all that an address gets; here the minute is over.
        var database = api.App.Services.GetRequiredService<SqliteDatabase>();
        await database.WriteAsync(db => db.Execute("DELETE FROM one_time_code_issues"), default);

        await MakeAccountAsync(api, "Priya.Nair@example.com");
        token = await api.Client.SignInWithAsync((await SignInAsync(api)).Text("idToken"));

        var second = await api.Client.PostAsync("/user/getUserData", new { }, token);
        Assert.NotEqual(first.Text("uid"), second.Text("uid"));
        Assert.Equal((500, 0), (first.Number("availableTokens"), second.Number("availableTokens")));
    }

    [Fact]
    public async Task WhereThereAreNoSuchAccountsTheirRoutesAreNotThere()
    {
        await using var api = await TestApi.StartAsync("PROJECT_ID=p");
        foreach (var route in new[] { "register", "verifyEmail", "resendVerification", "signIn", "requestPasswordReset", "resetPassword" })
            Assert.Equal((route, (404, "not_found")), (route, Failure(await api.Client.PostAsync("/auth/" + route, new { email = Email }))));
    }

    [Fact]
    public async Task NeitherAddressNorPasswordNorCodeIsLogged()
    {
        await using var api = await TestApi.StartAsync();
        await RegisterAsync(api, Password);
        var code = await MailFolder.NextCodeAsync(api.DataFolder);
        await VerifyAsync(api, code, Password);
        var idToken = (await SignInAsync(api)).Text("idToken");
        await SignInAsync(api, Another);
        await api.Client.SignInWithAsync(idToken);
        foreach (var secret in new[] { Email, "priya", Password, Another, code, idToken })
            Assert.DoesNotContain(api.Log.Lines, line => line.Contains(secret, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task CodesComeByMail()
    {
        await using var server = await MailServer.StartAsync();
        await using var api = await TestApi.StartAsync(server.Settings);
        await RegisterAsync(api, Password);
        var mail = await server.NextAsync();
        Assert.Equal(Email, Assert.Single(mail.To));
        Assert.StartsWith(mail.Code, mail.Subject, StringComparison.Ordinal);
        Assert.DoesNotContain("Priya", mail.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await VerifyAsync(api, mail.Code, Password)).HttpStatus);
    }

    private static (int, string?) Failure(ApiAnswer answer) => (answer.HttpStatus, answer.Code);

    private static Task<ApiAnswer> RegisterAsync(TestApi api, string password, string name = "Priya Nair", string email = Email) =>
        api.Client.PostAsync("/auth/register", new { email, password, name });

    private static Task<ApiAnswer> VerifyAsync(TestApi api, string code, string password) =>
        api.Client.PostAsync("/auth/verifyEmail", new { email = Email, code, password });

    private static Task<ApiAnswer> ResetAsync(TestApi api, string code, string password) =>
        api.Client.PostAsync("/auth/resetPassword", new { email = Email, code, newPassword = password });

    private static Task<ApiAnswer> SignInAsync(TestApi api, string password = Password, string email = Email) =>
        api.Client.PostAsync("/auth/signIn", new { email, password });

    private static async Task MakeAccountAsync(TestApi api, string email = Email)
    {
        Assert.Equal(200, (await RegisterAsync(api, Password, email: email)).HttpStatus);
        Assert.Equal(200, (await VerifyAsync(api, await MailFolder.NextCodeAsync(api.DataFolder), Password)).HttpStatus);
    }

    private static async Task<int> SessionsAsync(TestApi api) =>
        (await api.App.Services.GetRequiredService<IUserStore>().FindAsync(await UidAsync(api), default))!.Sessions.Count;

    private static async Task<string> UidAsync(TestApi api) =>
        (await api.App.Services.GetRequiredService<ILocalAccountStore>().FindByEmailAsync(Email, default))!.Uid;

    /// <summary>Counts what costs time, and is quick itself.</summary>
    private sealed class CountingHasher : IPasswordHasher<LocalAccount>
    {
        public ConcurrentQueue<string> Calls { get; } = new();

        public string HashPassword(LocalAccount user, string password)
        {
            Calls.Enqueue("hash");
            return "hash of " + password;
        }

        public PasswordVerificationResult VerifyHashedPassword(LocalAccount user, string hashedPassword, string providedPassword)
        {
            Calls.Enqueue("verify");
            return hashedPassword == "hash of " + providedPassword ? PasswordVerificationResult.Success : PasswordVerificationResult.Failed;
        }
    }
}
