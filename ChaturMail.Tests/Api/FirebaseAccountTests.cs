using System.Text.Json.Nodes;
using ChaturMail.Core.Identity;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>Accounts at Firebase, at its own emulator: every way of signing in, and the mails, which are Firebase's.</summary>
public sealed class FirebaseAccountTests(FirebaseEmulator emulator)
{
    [Fact]
    public async Task AVerificationMailOfFirebasesProvesTheAddress()
    {
        await using var api = await StartAsync();
        var (_, email, idToken) = await emulator.SignUpAsync();
        Assert.False(await IsVerifiedAsync(api, idToken));

        Assert.Equal(200, (await api.Client.PostAsync("/auth/resendVerification", new { email, idToken })).HttpStatus);

        var (kind, code) = Assert.Single(await emulator.MailsAsync(email));
        Assert.Equal("VERIFY_EMAIL", kind);
        await emulator.OpenVerificationAsync(code);
        Assert.True(await IsVerifiedAsync(api, await PasswordTokenAsync(email, "secret12")));
    }

    [Fact]
    public async Task AResetMailOfFirebasesSetsThePasswordAndAnUnknownAddressGetsTheSameAnswer()
    {
        await using var api = await StartAsync();
        var (_, email, _) = await emulator.SignUpAsync();
        var unknown = $"nobody-{Guid.NewGuid():N}@example.com";

        var known = await api.Client.PostAsync("/auth/requestPasswordReset", new { email });
        var other = await api.Client.PostAsync("/auth/requestPasswordReset", new { email = unknown });

        Assert.Equal((200, known.Message), (other.HttpStatus, other.Message));
        Assert.Equal(200, known.HttpStatus);
        Assert.Empty(await emulator.MailsAsync(unknown));
        var (kind, code) = Assert.Single(await emulator.MailsAsync(email));
        Assert.Equal("PASSWORD_RESET", kind);
        await emulator.CallAsync("accounts:resetPassword?key=any", new JsonObject { ["oobCode"] = code, ["newPassword"] = "rain on the roof" });
        await api.Client.SignInWithAsync(await PasswordTokenAsync(email, "rain on the roof"));
        Assert.DoesNotContain(api.Log.Lines, line => line.Contains(email, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("google.com", "id_token", true)]
    [InlineData("github.com", "access_token", false)]
    public async Task APersonSignsInWithAnotherProvidersAccount(string provider, string form, bool verified)
    {
        await using var api = await StartAsync();
        var email = $"user-{Guid.NewGuid():N}@example.com";
        var claims = new JsonObject { ["sub"] = Guid.NewGuid().ToString("N"), ["email"] = email, ["email_verified"] = verified, ["name"] = "Asha Rao" };
        var signedIn = await emulator.CallAsync("accounts:signInWithIdp?key=any", new JsonObject
        {
            ["postBody"] = $"{form}={Uri.EscapeDataString(claims.ToJsonString())}&providerId={provider}",
            ["requestUri"] = "http://localhost",
            ["returnSecureToken"] = true,
        });
        var idToken = signedIn["idToken"]!.GetValue<string>();

        var token = await api.Client.SignInWithAsync(idToken);

        var user = await api.Client.PostAsync("/user/getUserData", new { }, token);
        Assert.Equal((email, "Asha Rao"), (user.Text("email"), user.Text("name")));
        Assert.Equal(verified, await IsVerifiedAsync(api, idToken));
    }

    [Fact]
    public async Task BothKindsOfAccountsStandSideBySide()
    {
        await using var api = await StartAsync("Identity:Local:Enabled=true");
        var (uid, email, idToken) = await emulator.SignUpAsync();
        await api.Client.PostAsync("/auth/register", new { email, password = "rain on the tin roof" });
        var code = await MailFolder.NextCodeAsync(api.DataFolder);
        await api.Client.PostAsync("/auth/verifyEmail", new { email, code, password = "rain on the tin roof" });
        var ours = (await api.Client.PostAsync("/auth/signIn", new { email, password = "rain on the tin roof" })).Text("idToken");

        // One address, two persons as far as anybody can prove: neither sees what the other has.
        var firebaseUser = await api.Client.PostAsync("/user/getUserData", new { }, await api.Client.SignInWithAsync(idToken));
        var token = await api.Client.SignInWithAsync(ours);
        Assert.Equal(uid, firebaseUser.Text("uid"));
        Assert.StartsWith("local-", (await api.Client.PostAsync("/user/getUserData", new { }, token)).Text("uid"), StringComparison.Ordinal);

        // Both are told, each by its own.
        await api.Client.PostAsync("/auth/requestPasswordReset", new { email });
        await MailFolder.NextCodeAsync(api.DataFolder);
        Assert.Single(await emulator.MailsAsync(email));

        Assert.Equal(200, (await api.Client.PostAsync("/user/deleteUser", new { }, token)).HttpStatus);
        Assert.True(await emulator.KnowsAsync(uid));
    }

    [Fact]
    public async Task WhenFirebaseIsAwayAMailCannotBeAskedFor()
    {
        await using var api = await TestApi.StartAsync("FIREBASE_AUTH_EMULATOR_HOST=127.0.0.1:9", "PROJECT_ID=" + TestTokens.Project);
        Assert.Equal("identity_unavailable", (await api.Client.PostAsync("/auth/requestPasswordReset", new { email = "a@example.com" })).Code);
        Assert.Equal("identity_unavailable", (await api.Client.PostAsync("/auth/resendVerification", new { email = "a@example.com", idToken = "x" })).Code);
    }

    private async Task<TestApi> StartAsync(params string[] settings) =>
        await TestApi.StartAsync(["FIREBASE_AUTH_EMULATOR_HOST=" + await emulator.HostAsync(), "PROJECT_ID=" + TestTokens.Project, .. settings]);

    private async Task<string> PasswordTokenAsync(string email, string password) => (await emulator.CallAsync(
        "accounts:signInWithPassword?key=any", new JsonObject { ["email"] = email, ["password"] = password, ["returnSecureToken"] = true }))["idToken"]!.GetValue<string>();

    private static async Task<bool> IsVerifiedAsync(TestApi api, string idToken) => Assert.IsType<VerificationResult.Verified>(
        await api.App.Services.GetRequiredService<IIdentityVerifier>().VerifyAsync(idToken, TestContext.Current.CancellationToken)).Identity.EmailVerified;
}
