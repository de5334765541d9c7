using ChaturMail.Core.Accounts;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Identity.Local;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChaturMail.Tests.Api;

/// <summary>Who knows a password, or holds a session, and not more, stays out of what the second factor guards.</summary>
public sealed class SignInAttackTests : IAsyncLifetime
{
    private const string Uid = "asha";
    private const string Email = "asha.rao@example.com";
    private const string Mallorys = "mallory@example.net";

    private readonly ManualTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly Inbox _inbox = new();
    private TestApi _api = null!;

    public async ValueTask InitializeAsync() => _api = await TestApi.StartAsync(
        services =>
        {
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_time));
            services.Replace(ServiceDescriptor.Singleton<IIdentityVerifier>(new NamedVerifier(_time)));
            services.AddSingleton<LateStore>();
            services.Replace(ServiceDescriptor.Singleton<IUserStore>(s => s.GetRequiredService<LateStore>()));
            services.AddSingleton(s => new SqliteUserStore(s.GetRequiredService<SqliteDatabase>(), _time));
            _inbox.Register(services);
        }, "Admin:SecondFactor=true");

    public async ValueTask DisposeAsync() => await _api.DisposeAsync();

    private ApiClient Client => _api.Client;

    private IUserStore Users => _api.App.Services.GetRequiredService<IUserStore>();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ACodeByEmailGoesToTheAccountsAddressNotToOneThatTheProviderNamesSince(bool isOperator)
    {
        var token = (await SignInAsync()).Text("token");
        if (isOperator) await Users.SetAdminAsync(Uid, true, default);
        else await EnableEmailAsync(token);
        _time.Advance(TimeSpan.FromMinutes(5));

        var asked = await SignInAsync(Mallorys);

        Assert.Equal(("second_factor_required", "a***@example.com"), (asked.Code, asked.Text("emailHint")));
        var mail = await NextCodeMailAsync();
        Assert.Equal(Email, mail.To);
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("a***@example.com", (await Client.PostAsync("/auth/resendChallenge", new { challenge = asked.Text("challenge") })).Text("emailHint"));
        mail = await NextCodeMailAsync();
        Assert.Equal(Email, mail.To);
        // The owner, who has moved to another address, shows the code and is known by that one from then on.
        token = (await ConfirmAsync(asked, "email", mail.Text[..6])).Text("token");
        Assert.Equal(Mallorys, (await Client.PostAsync("/user/getUserData", new { }, token)).Text("email"));
    }

    [Fact]
    public async Task ASessionWithoutASecondFactorGivesAnOperatorNoApp()
    {
        var token = (await SignInAsync()).Text("token");
        var early = await Client.PostAsync("/auth/enrolTotp", new { }, token);
        Assert.Equal(200, early.HttpStatus);
        await Users.SetAdminAsync(Uid, true, default);
        await _api.App.Services.GetRequiredService<UserCache>().ChangedAsync(Uid);

        var enrolled = await Client.PostAsync("/auth/enrolTotp", new { }, token);
        Assert.Equal((403, "second_factor_required"), (enrolled.HttpStatus, enrolled.Code));
        var app = new AuthenticatorApp(early.Text("secret"), _time);
        var confirmed = await Client.PostAsync("/auth/confirmTotp", new { code = app.Show() }, token);
        Assert.Equal((403, "second_factor_required"), (confirmed.HttpStatus, confirmed.Code));

        // The operator signs in again, which takes the code by email, and may.
        token = (await ConfirmAsync(await SignInAsync(), "email", (await NextCodeMailAsync()).Text[..6])).Text("token");
        app = new AuthenticatorApp((await Client.PostAsync("/auth/enrolTotp", new { }, token)).Text("secret"), _time);
        Assert.Equal(1, (await Client.PostAsync("/auth/confirmTotp", new { code = app.Show() }, token)).Status);
    }

    [Fact]
    public async Task AnAppThatWaitsForItsFirstCodeIsForgottenWhenAnotherFactorIsTurnedOn()
    {
        var stolen = (await SignInAsync()).Text("token");
        var app = new AuthenticatorApp((await Client.PostAsync("/auth/enrolTotp", new { }, stolen)).Text("secret"), _time);
        await EnableEmailAsync((await SignInAsync()).Text("token"));

        Assert.Equal("second_factor_missing", (await Client.PostAsync("/auth/confirmTotp", new { code = app.Show() }, stolen)).Code);
        Assert.Equal(["email"], (await SignInAsync()).Item["methods"]!.AsArray().Select(m => m!.GetValue<string>()));
    }

    [Fact]
    public async Task ASignInThatWaitsForItsCodeEndsWithTheSessions()
    {
        var token = (await SignInAsync()).Text("token");
        await EnableEmailAsync(token);
        _time.Advance(TimeSpan.FromMinutes(5));
        var asked = await SignInAsync();
        var code = (await NextCodeMailAsync()).Text[..6];
        _time.Advance(TimeSpan.FromSeconds(1));

        await Client.PostAsync("/auth/logout", new { all = true }, token);

        Assert.Equal("challenge_expired", (await ConfirmAsync(asked, "email", code)).Code);
        // Another one is good, with the same code.
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await ConfirmAsync(await SignInAsync(), "email", code)).Status);
    }

    [Fact]
    public async Task WhoIsEnabledWhileTheySignInIsAskedForTheirCodeAllTheSame()
    {
        await EnableEmailAsync((await SignInAsync()).Text("token"));
        // Read just before the operator enables the account, written just after.
        _api.App.Services.GetRequiredService<LateStore>().SeesDisabled = true;

        var answer = await SignInAsync();

        Assert.NotEqual(1, answer.Status);
    }

    [Fact]
    public async Task AnotherProvidersUserIsNoneOfOurs()
    {
        var time = TimeProvider.System;
        using var stores = new TextFolder();
        using var database = new SqliteDatabase(Path.Combine(stores.Path, "chaturmail.db"));
        var verifier = new LocalVerifier(new LocalIdTokens(new DerivedKeys("a key of the test's, long enough for one", []), time), new SqliteLocalAccountStore(database), new NamedVerifier(time));
        Assert.IsType<VerificationResult.Verified>(await verifier.VerifyAsync("asha|" + Email, default));
        Assert.IsType<VerificationResult.Rejected>(await verifier.VerifyAsync(LocalAccount.NewUid() + "|" + Email, default));
    }

    [Fact]
    public async Task OneNetworkOfIPv6IsOneAddressForAccountsToo()
    {
        await using var api = await TestApi.StartAsync("RateLimits:AccountsPerAddress=1", "Proxies:Trusted=127.0.0.0/8");
        Assert.Equal((400, 429, 400), (await FromAsync("2001:db8::1"), await FromAsync("2001:db8::2"), await FromAsync("2001:db8:0:1::1")));

        async Task<int> FromAsync(string address)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/auth/signIn");
            request.Headers.Add("X-Forwarded-For", address);
            request.Content = new StringContent($$"""{"email":"{{Email}}","password":"rain on the tin roof"}""", System.Text.Encoding.UTF8, "application/json");
            using var response = await api.Client.Http.SendAsync(request);
            return (int)response.StatusCode;
        }
    }

    private Task<ApiAnswer> SignInAsync(string email = Email) =>
        Client.PostAsync("/auth/getJWTToken", new { email, idToken = $"{Uid}|{email}", loginMethod = "google", fcmToken = "fcm" });

    private Task<ApiAnswer> ConfirmAsync(ApiAnswer asked, string method, string code) =>
        Client.PostAsync("/auth/confirmChallenge", new { challenge = asked.Text("challenge"), method, code });

    private async Task EnableEmailAsync(string token)
    {
        await Client.PostAsync("/auth/enableEmailFactor", new { }, token);
        Assert.Equal(1, (await Client.PostAsync("/auth/enableEmailFactor", new { emailCode = (await NextCodeMailAsync()).Text[..6] }, token)).Status);
    }

    private async Task<Core.Mail.MailMessage> NextCodeMailAsync()
    {
        while (true)
            if (await _inbox.NextAsync() is var mail && char.IsAsciiDigit(mail.Text[0])) return mail;
    }

    /// <summary>Takes uid and address as they come.</summary>
    private sealed class NamedVerifier(TimeProvider time) : IIdentityVerifier
    {
        public Task<VerificationResult> VerifyAsync(string idToken, CancellationToken cancellation)
        {
            var (parts, now) = (idToken.Split('|'), time.GetUtcNow().ToUnixTimeSeconds());
            return Task.FromResult<VerificationResult>(new VerificationResult.Verified(new VerifiedIdentity(parts[0], parts[1], "", "", now, now + 3600)));
        }
    }

    /// <summary>A store that somebody else changes between two looks.</summary>
    private sealed class LateStore(SqliteUserStore store) : ForwardingUserStore(store)
    {
        public bool SeesDisabled { get; set; }

        public override async Task<User?> FindAsync(string uid, CancellationToken cancellation) =>
            await base.FindAsync(uid, cancellation) is { } user ? user with { Disabled = SeesDisabled } : null;
    }
}
