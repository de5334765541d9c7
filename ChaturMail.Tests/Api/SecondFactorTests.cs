using ChaturMail.Core.Identity;
using ChaturMail.Core.Identity.Development;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChaturMail.Tests.Api;

/// <summary>Second factors by the API, with a clock and an inbox of the test's own.</summary>
public sealed class SecondFactorTests : IAsyncLifetime
{
    private const string Email = "asha.rao@example.com";

    private readonly ManualTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly Inbox _inbox = new();
    private readonly TextFolder _folder = new();
    private TestApi _api = null!;

    public async ValueTask InitializeAsync() => _api = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _folder.Dispose();
    }

    private ApiClient Client => _api.Client;

    [Fact]
    public async Task WhoHasAnAuthenticatorAppIsAskedForItsCodeAndThenLetIn()
    {
        var (_, app, _) = await EnrolAsync();

        var asked = await SignInAsync();
        Assert.Equal((200, 0, "second_factor_required"), (asked.HttpStatus, asked.Status, asked.Code));
        Assert.Equal(["totp", "recovery"], asked.Item["methods"]!.AsArray().Select(m => m!.GetValue<string>()));
        Assert.Equal((_time.GetUtcNow().AddMinutes(10).ToUnixTimeSeconds(), ""), (asked.Number("expiresOn"), asked.Text("emailHint")));

        var wrong = await ConfirmAsync(asked, "totp", app.Wrong());
        Assert.Equal((400, "invalid_code"), (wrong.HttpStatus, wrong.Code));
        var right = await ConfirmAsync(asked, "totp", app.Show());
        Assert.Equal((200, "Signed in."), (right.HttpStatus, right.Message));
        Assert.Equal(Email, (await Client.PostAsync("/user/getUserData", new { }, right.Text("token"))).Text("email"));
    }

    [Fact]
    public async Task ACodeIsGoodOnceAndSoIsAChallenge()
    {
        var (_, app, _) = await EnrolAsync();
        var first = await SignInAsync();
        var code = app.Show();
        Assert.Equal(1, (await ConfirmAsync(first, "totp", code)).Status);

        Assert.Equal("challenge_expired", (await ConfirmAsync(first, "totp", app.Show(1))).Code);
        var second = await SignInAsync();
        Assert.Equal("invalid_code", (await ConfirmAsync(second, "totp", code)).Code);
        // The code that turned the app on, and whatever is older, is used up as well.
        Assert.Equal("invalid_code", (await ConfirmAsync(second, "totp", app.Show(-1))).Code);
        Assert.Equal(1, (await ConfirmAsync(second, "totp", app.Show(1))).Status);
    }

    [Fact]
    public async Task OfManyRightAnswersAtOnceOneIsLetIn()
    {
        var (_, app, _) = await EnrolAsync();
        var asked = await SignInAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ConfirmAsync(asked, "totp", app.Show())));

        Assert.Single(answers, answer => answer.Status == 1);
    }

    [Fact]
    public async Task FiveWrongCodesByWhateverMethodEndAChallengeAndTenInAnHourAreAllAUserHas()
    {
        var (_, app, recovery) = await EnrolAsync();
        var asked = await SignInAsync();
        for (var i = 0; i < 5; i++)
            Assert.Equal("invalid_code", (await ConfirmAsync(asked, i % 2 == 0 ? "totp" : "recovery", i % 2 == 0 ? app.Wrong() : "AAAA-AAAA-AAAA-AAAA")).Code);
        Assert.Equal("challenge_expired", (await ConfirmAsync(asked, "recovery", recovery[0])).Code);

        // One turned the app on, six were tried.
        asked = await SignInAsync();
        for (var i = 0; i < 3; i++) Assert.Equal("invalid_code", (await ConfirmAsync(asked, "totp", app.Wrong())).Code);
        var refused = await ConfirmAsync(asked, "recovery", recovery[0]);
        Assert.Equal((429, "too_many_requests"), (refused.HttpStatus, refused.Code));
        Assert.NotNull(refused.Headers.RetryAfter);
        // Somebody else is not held up by it.
        Assert.Equal(1, (await Client.PostAsync("/auth/getJWTToken", ApiClient.SignInBody("maria@example.com"))).Status);
    }

    [Fact]
    public async Task AChallengeEndsAfterTenMinutesAndAChangedOneIsNone()
    {
        var (_, app, _) = await EnrolAsync();
        var asked = await SignInAsync();
        var text = asked.Text("challenge");
        foreach (var bad in new[] { text[..^2], "AA" + text[2..], "x", text + "AAAA" })
            Assert.Equal("challenge_expired", (await Client.PostAsync("/auth/confirmChallenge", new { challenge = bad, method = "totp", code = app.Show() })).Code);
        Assert.Equal("invalid_field", (await ConfirmAsync(asked, "email", "123456")).Code);

        _time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal("challenge_expired", (await ConfirmAsync(asked, "totp", app.Show())).Code);
    }

    [Fact]
    public async Task ARecoveryCodeIsGoodOnceInPlaceOfTheApp()
    {
        var (token, _, recovery) = await EnrolAsync();
        Assert.Equal(1, (await ConfirmAsync(await SignInAsync(), "recovery", recovery[3].ToLowerInvariant().Replace("-", "", StringComparison.Ordinal))).Status);
        Assert.Equal("invalid_code", (await ConfirmAsync(await SignInAsync(), "recovery", recovery[3])).Code);
        Assert.Equal(9, (await Client.PostAsync("/auth/getSecondFactor", new { }, token)).Number("recoveryCodesLeft"));

        var renewed = await Client.PostAsync("/auth/renewRecoveryCodes", new { code = recovery[0] }, token);

        Assert.Equal(10, renewed.Item["recoveryCodes"]!.AsArray().Count);
        Assert.Equal("invalid_code", (await ConfirmAsync(await SignInAsync(), "recovery", recovery[1])).Code);
    }

    [Fact]
    public async Task CodesByEmailAreSentWithTheChallengeAndAgainAfterAMinute()
    {
        await EnableEmailAsync();
        _time.Advance(TimeSpan.FromMinutes(5));

        var asked = await SignInAsync();
        Assert.Equal(("Enter the code that was sent to a***@example.com.", "a***@example.com"), (asked.Message, asked.Text("emailHint")));
        var first = await _inbox.NextCodeAsync();
        var tooSoon = await ResendAsync(asked);
        Assert.Equal((429, "too_many_requests"), (tooSoon.HttpStatus, tooSoon.Code));
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("a***@example.com", (await ResendAsync(asked)).Text("emailHint"));
        var second = await _inbox.NextCodeAsync();

        if (first != second) Assert.Equal("invalid_code", (await ConfirmAsync(asked, "email", first)).Code);
        Assert.Equal(1, (await ConfirmAsync(asked, "email", second)).Status);
        Assert.Equal("invalid_code", (await ConfirmAsync(await SignInAsync(), "email", second)).Code);
    }

    [Fact]
    public async Task WhoeverWouldChangeTheSecondFactorShowsIt()
    {
        var (token, app, recovery) = await EnrolAsync();
        foreach (var route in new[] { "enrolTotp", "enableEmailFactor", "renewRecoveryCodes", "disableSecondFactor" })
        {
            var missing = await Client.PostAsync("/auth/" + route, new { }, token);
            Assert.Equal((route, 403, "code_required"), (route, missing.HttpStatus, missing.Code));
        }

        Assert.Equal("invalid_code", (await Client.PostAsync("/auth/disableSecondFactor", new { code = app.Wrong() }, token)).Code);
        Assert.Equal(1, (await Client.PostAsync("/auth/enableEmailFactor", new { code = app.Show() }, token)).Status);
        Assert.Equal(1, (await Client.PostAsync("/auth/enableEmailFactor", new { emailCode = await _inbox.NextCodeAsync() }, token)).Status);
        // Now that codes come by email, one is sent.
        Assert.Equal("Enter the code that was sent to a***@example.com.", (await Client.PostAsync("/auth/disableSecondFactor", new { }, token)).Message);
        var code = await _inbox.NextCodeAsync();
        Assert.Equal("invalid_code", (await ConfirmAsync(await SignInAsync(), "email", code)).Code);
        Assert.Equal(1, (await Client.PostAsync("/auth/disableSecondFactor", new { code }, token)).Status);
        Assert.Equal("second_factor_missing", (await Client.PostAsync("/auth/disableSecondFactor", new { code = recovery[0] }, token)).Code);
        Assert.Equal(1, (await SignInAsync()).Status);
    }

    [Fact]
    public async Task EachChangeLeavesALineInTheAuditTrailAndAMailToTheUser()
    {
        var (token, _, recovery) = await EnrolAsync();
        Assert.Contains("an authenticator app was added", (await _inbox.NextAsync()).Text, StringComparison.Ordinal);
        await Client.PostAsync("/auth/disableSecondFactor", new { code = recovery[0] }, token);
        var notice = await _inbox.NextAsync();
        Assert.Equal((Email, true), (notice.To, notice.Text.Contains("was turned off", StringComparison.Ordinal)));

        var uid = (await Client.PostAsync("/user/getUserData", new { }, token)).Text("uid");
        var lines = await _api.App.Services.GetRequiredService<Core.Storage.IAuditLog>().ListAsync(uid, 10, null, default);
        Assert.Equal(["second_factor.off", "second_factor.totp_on"], lines.Select(line => line.Action).Order());
        Assert.All(lines, line => Assert.Equal(("user", ""), (line.Actor, line.Details)));
    }

    [Fact]
    public async Task AnOperatorIsAskedByEmailUntilTheyHaveAnAppAndCannotDoWithout()
    {
        var token = await Client.SignInAsync(Email);
        await ChangeUserAsync(token, (store, uid) => store.SetAdminAsync(uid, true, default));

        var asked = await SignInAsync();
        Assert.Equal("second_factor_required", asked.Code);
        token = (await ConfirmAsync(asked, "email", await _inbox.NextCodeAsync())).Text("token");

        Assert.True((await Client.PostAsync("/auth/getSecondFactor", new { }, token)).Item["required"]!.GetValue<bool>());
        Assert.Equal("second_factor_mandatory", (await Client.PostAsync("/auth/disableSecondFactor", new { }, token)).Code);
        await EnrolAsync(token);
        Assert.Equal(["totp", "recovery"], (await SignInAsync()).Item["methods"]!.AsArray().Select(m => m!.GetValue<string>()));
    }

    [Fact]
    public async Task OperatorsAreNotAskedWhereTheSettingsDoNotWantIt()
    {
        await using var api = await StartAsync(Settings("Admin:SecondFactor=false"));
        var token = await Client.SignInAsync(Email);
        await ChangeUserAsync(token, (store, uid) => store.SetAdminAsync(uid, true, default));
        Assert.Equal(1, (await api.Client.PostAsync("/auth/getJWTToken", ApiClient.SignInBody(Email))).Status);
    }

    [Fact]
    public async Task AnAddressThatNobodyVouchesForIsConfirmedOnceWhereTheSettingsWantIt()
    {
        await using var api = await StartAsync(Settings("Identity:RequireVerifiedEmail=true"));
        var asked = await api.Client.PostAsync("/auth/getJWTToken", ApiClient.SignInBody(Email));
        Assert.Equal((200, 0, "email_verification_required"), (asked.HttpStatus, asked.Status, asked.Code));
        Assert.Equal(["email"], asked.Item["methods"]!.AsArray().Select(m => m!.GetValue<string>()));

        var body = new { challenge = asked.Text("challenge"), method = "email", code = await _inbox.NextCodeAsync() };
        Assert.Equal(1, (await api.Client.PostAsync("/auth/confirmChallenge", body)).Status);

        Assert.Equal(1, (await api.Client.PostAsync("/auth/getJWTToken", ApiClient.SignInBody(Email))).Status);
        Assert.Equal("email_verification_required", (await api.Client.PostAsync("/auth/getJWTToken", ApiClient.SignInBody("maria@example.com"))).Code);
    }

    [Fact]
    public async Task WithBothAnAppAndADoubtfulAddressBothAreAskedFor()
    {
        var (_, app, _) = await EnrolAsync();
        await using var api = await StartAsync(Settings("Identity:RequireVerifiedEmail=true"));
        var asked = await api.Client.PostAsync("/auth/getJWTToken", ApiClient.SignInBody(Email));
        var next = await api.Client.PostAsync("/auth/confirmChallenge", new { challenge = asked.Text("challenge"), method = "totp", code = app.Show() });
        Assert.Equal("email_verification_required", next.Code);

        var body = new { challenge = next.Text("challenge"), method = "email", code = await _inbox.NextCodeAsync() };
        Assert.Equal(1, (await api.Client.PostAsync("/auth/confirmChallenge", body)).Status);
    }

    [Fact]
    public async Task AnAccountThatIsLockedOrErasedMeanwhileIsNotSignedInTo()
    {
        var (token, app, _) = await EnrolAsync();
        var (locked, erased) = (await SignInAsync(), await SignInAsync());
        await ChangeUserAsync(token, (store, uid) => store.SetDisabledAsync(uid, true, default));
        var refused = await ConfirmAsync(locked, "totp", app.Show());
        Assert.Equal((403, "account_disabled"), (refused.HttpStatus, refused.Code));
        await ChangeUserAsync(token, (store, uid) => store.SetDisabledAsync(uid, false, default), known: true);

        await Client.PostAsync("/user/deleteUser", new { }, token);

        Assert.Equal("challenge_expired", (await ConfirmAsync(erased, "totp", app.Show(1))).Code);
        Assert.Equal(1, (await SignInAsync()).Status);
    }

    [Fact]
    public async Task AnAppOutlivesAChangeOfKeysAndIsSealedUnderTheNewOneAtItsNextUse()
    {
        var (old, renewed) = (new string('a', 16) + "-the-old-key-of-the-server-0123", new string('b', 16) + "-the-new-key-of-the-server-0123");
        AuthenticatorApp app;
        await using (var api = await StartAsync(Settings("JWT_KEY=" + old))) (_, app, _) = await EnrolAsync(client: api.Client);
        await SignInWithAsync("JWT_KEY=" + renewed, "JWT_PREVIOUS_KEYS=" + old);
        await SignInWithAsync("JWT_KEY=" + renewed);

        async Task SignInWithAsync(params string[] keys)
        {
            _time.Advance(TimeSpan.FromSeconds(60));
            await using var api = await StartAsync(Settings(keys));
            var asked = await api.Client.PostAsync("/auth/getJWTToken", ApiClient.SignInBody(Email));
            Assert.Equal(1, (await api.Client.PostAsync("/auth/confirmChallenge", new { challenge = asked.Text("challenge"), method = "totp", code = app.Show() })).Status);
        }
    }

    [Fact]
    public async Task NoSecretCodeOrChallengeIsLogged()
    {
        var (token, app, recovery) = await EnrolAsync();
        var secret = (await Client.PostAsync("/auth/enrolTotp", new { code = recovery[9] }, token)).Text("secret");
        await EnableEmailAsync(recovery[8], token);
        var asked = await SignInAsync();
        await ResendAsync(asked);
        var mailed = await _inbox.NextCodeAsync();
        var code = app.Show();
        await ConfirmAsync(asked, "email", app.Wrong());
        await ConfirmAsync(asked, "totp", code);

        // So that there is a log to look into.
        await Client.PostAsync("/auth/getJWTToken", new { email = Email, idToken = "nonsense", loginMethod = "google", fcmToken = "fcm" });
        string[] secrets = [secret, asked.Text("challenge"), mailed, code, Email, recovery[9], recovery[9].Replace("-", "", StringComparison.Ordinal)];
        Assert.NotEmpty(_api.Log.Lines);
        Assert.All(_api.Log.Lines, line => Assert.All(secrets, s => Assert.DoesNotContain(s, line, StringComparison.Ordinal)));
    }

    private static string[] Settings(params string[] settings) => settings;

    private Task<TestApi> StartAsync(params string[] settings) => TestApi.StartAsync(
        services =>
        {
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_time));
            services.Replace(ServiceDescriptor.Singleton<IIdentityVerifier>(new DoubtfulVerifier(_time)));
            _inbox.Register(services);
        },
        ["DATA_DIR=" + _folder.Path, "Admin:SecondFactor=true", .. settings]);

    private Task<ApiAnswer> SignInAsync() => Client.PostAsync("/auth/getJWTToken", ApiClient.SignInBody(Email));

    private Task<ApiAnswer> ConfirmAsync(ApiAnswer asked, string method, string code) =>
        Client.PostAsync("/auth/confirmChallenge", new { challenge = asked.Text("challenge"), method, code });

    private Task<ApiAnswer> ResendAsync(ApiAnswer asked) => Client.PostAsync("/auth/resendChallenge", new { challenge = asked.Text("challenge") });

    // Gives the user an app; its next code is a new one.
    private async Task<(string Token, AuthenticatorApp App, IReadOnlyList<string> Recovery)> EnrolAsync(string? token = null, ApiClient? client = null)
    {
        client ??= Client;
        token ??= await client.SignInAsync(Email);
        var enrolled = await client.PostAsync("/auth/enrolTotp", new { }, token);
        var app = new AuthenticatorApp(enrolled.Text("secret"), _time);
        Assert.Contains("secret=" + enrolled.Text("secret"), enrolled.Text("otpauthUri"), StringComparison.Ordinal);
        var confirmed = await client.PostAsync("/auth/confirmTotp", new { code = app.Show() }, token);
        _time.Advance(TimeSpan.FromSeconds(30));
        return (token, app, [.. confirmed.Item["recoveryCodes"]!.AsArray().Select(code => code!.GetValue<string>())]);
    }

    private async Task EnableEmailAsync(string? code = null, string? token = null)
    {
        token ??= await Client.SignInAsync(Email);
        Assert.Equal("a***@example.com", (await Client.PostAsync("/auth/enableEmailFactor", new { code }, token)).Text("emailHint"));
        Assert.Equal(1, (await Client.PostAsync("/auth/enableEmailFactor", new { emailCode = await _inbox.NextCodeAsync() }, token)).Status);
    }

    // As another process does it: on the file.
    private async Task ChangeUserAsync(string token, Func<SqliteUserStore, string, Task> change, bool known = false)
    {
        _uid = known ? _uid : (await Client.PostAsync("/user/getUserData", new { }, token)).Text("uid");
        using var database = new SqliteDatabase(Path.Combine(_folder.Path, "chaturmail.db"));
        await change(new SqliteUserStore(database, TimeProvider.System), _uid);
    }

    private string _uid = "";

    /// <summary>A provider that does not vouch for addresses.</summary>
    private sealed class DoubtfulVerifier(TimeProvider time) : IIdentityVerifier
    {
        public async Task<VerificationResult> VerifyAsync(string idToken, CancellationToken cancellation) =>
            await new DevelopmentVerifier(time).VerifyAsync(idToken, cancellation) is VerificationResult.Verified { Identity: var who }
                ? new VerificationResult.Verified(who with { EmailVerified = false })
                : new VerificationResult.Rejected("no");
    }
}
