using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Api;

/// <summary>Both checks of every request: the token, then the user.</summary>
public sealed class SessionTests : IAsyncLifetime
{
    private const string Key = "an-hs256-key-of-the-old-backend-0123456789";

    private TestApi _api = null!;

    private ApiClient Client => _api.Client;

    public async ValueTask InitializeAsync() => _api = await TestApi.StartAsync("JWT_KEY=" + Key);

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task WithoutATokenEveryRouteButSignInAndTheKeyIs401()
    {
        string[] open =
        [
            "/auth/getJWTToken", "/user/getJWTToken", "/auth/register", "/auth/verifyEmail", "/auth/resendVerification", "/auth/signIn",
            "/auth/requestPasswordReset", "/auth/resetPassword", "/auth/confirmChallenge", "/auth/resendChallenge", "/misc/getPublicKey",
            "/misc/getSignInMethods",
        ];
        foreach (var route in ApiRoutes.All(_api.App).Except(open))
        {
            var answer = await Client.PostAsync(route, new { });
            Assert.Equal((401, "not_authenticated", route), (answer.HttpStatus, answer.Code, route));
            Assert.Contains("Bearer", answer.Headers.WwwAuthenticate.Select(h => h.Scheme));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("a.b.c")]
    [InlineData("eyJhbGciOiJub25lIn0.e30.")]
    public async Task ATokenThatIsNoneIs401(string token) => await ExpectAsync(401, token);

    [Fact]
    public async Task ATokenOfTheNodeBackendWorksAndOneOfAnotherKeyDoesNot()
    {
        var uid = await UidAsync();
        var claims = $$"""{"email":"asha.rao@example.com","uid":"{{uid}}","iat":{{Now}},"exp":{{Now + 2_592_000}}}""";

        await ExpectAsync(200, TestTokens.Hs256(Key, claims));
        await ExpectAsync(401, TestTokens.Hs256(Key + "x", claims));
        await ExpectAsync(401, TestTokens.NotSigned(claims));
        await ExpectAsync(401, TestTokens.Rs256(TestTokens.Rfc7515Key, claims));
    }

    [Fact]
    public async Task TwoAuthorizationHeadersAre401()
    {
        var token = await Client.SignInAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/user/getUserData") { Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Authorization", ["Bearer " + token, "Bearer " + token]);
        using var response = await Client.Http.SendAsync(request);
        Assert.Equal(401, (await ApiAnswer.ReadAsync(response)).HttpStatus);
    }

    [Fact]
    public async Task ASignedTokenForAUserWhoNeverExistedIs401() =>
        await ExpectAsync(401, TestTokens.Hs256(Key, $$"""{"email":"x@example.com","uid":"ghost","iat":{{Now}},"exp":{{Now + 1000}}}"""));

    [Fact]
    public async Task AnExpiredTokenIs401()
    {
        var uid = await UidAsync();
        await ExpectAsync(401, TestTokens.Hs256(Key, $$"""{"email":"a@example.com","uid":"{{uid}}","iat":{{Now - 2000}},"exp":{{Now - 1000}}}"""));
    }

    [Fact]
    public async Task ADeletedUserIsRefusedFromTheNextRequestOn()
    {
        var token = await Client.SignInAsync();
        await ExpectAsync(200, token);

        await Client.PostAsync("/user/deleteUser", new { }, token);

        await ExpectAsync(401, token);
    }

    [Fact]
    public async Task WhoSignsInAfterDeletingTheAccountDoesNotReviveItsTokens()
    {
        var old = await Client.SignInAsync();
        await Client.PostAsync("/user/deleteUser", new { }, old);

        await ExpectAsync(200, await Client.SignInAsync());
        await ExpectAsync(401, old);
    }

    [Fact]
    public async Task ANodeTokenFromBeforeTheAccountWasMadeAgainIs401()
    {
        var uid = await UidAsync();
        await ExpectAsync(401, TestTokens.Hs256(Key, $$"""{"email":"a@example.com","uid":"{{uid}}","iat":{{Now - 86_400}},"exp":{{Now + 86_400}}}"""));
    }

    [Fact]
    public async Task ADisabledUserIsRefusedFromTheNextRequestOnAndCannotSignIn()
    {
        var token = await Client.SignInAsync();
        await ExpectAsync(200, token);
        var uid = await UidAsync();
        // As another process does it: on the file, not through this process's store.
        using (var other = new SqliteDatabase(Path.Combine(_api.DataFolder, "chaturmail.db")))
            await new SqliteUserStore(other, TimeProvider.System).SetDisabledAsync(uid, true, default);

        var refused = await Client.PostAsync("/user/getUserData", new { }, token);
        var signIn = await Client.PostAsync("/auth/getJWTToken", ApiClient.SignInBody("asha.rao@example.com"));

        Assert.Equal((403, "account_disabled"), (refused.HttpStatus, refused.Code));
        Assert.Equal((403, "account_disabled"), (signIn.HttpStatus, signIn.Code));
    }

    [Fact]
    public async Task ThirtyFirstSignInsAtOnceMakeOneUser()
    {
        var tokens = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Client.SignInAsync("new.user@example.com")));

        var ids = await Task.WhenAll(tokens.Select(async t => (await Client.PostAsync("/user/getUserData", new { }, t)).Text("_id")));
        Assert.Single(ids.Distinct());
    }

    [Fact]
    public async Task WithAFirebaseProjectTheDevelopmentSignInIsRefused()
    {
        await using var api = await TestApi.StartAsync("PROJECT_ID=some-project", "Firebase:KeysAddress=http://127.0.0.1:9/keys");
        var answer = await api.Client.PostAsync("/auth/getJWTToken", ApiClient.SignInBody("a@example.com"));
        Assert.Equal((200, "invalid_id_token"), (answer.HttpStatus, answer.Code));
    }

    [Fact]
    public async Task WhenGooglesKeysCannotBeFetchedSignInIs503()
    {
        await using var api = await TestApi.StartAsync("PROJECT_ID=" + TestTokens.Project, "Firebase:KeysAddress=http://127.0.0.1:9/keys");
        var token = TestTokens.Rs256(TestTokens.Rfc7515Key, TestTokens.FirebaseClaims(DateTimeOffset.FromUnixTimeSeconds(Now)));

        var answer = await api.Client.PostAsync("/auth/getJWTToken", new { email = "a@example.com", idToken = token, loginMethod = "google", fcmToken = "f" });

        Assert.Equal((503, "identity_unavailable"), (answer.HttpStatus, answer.Code));
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    private async Task<string> UidAsync() => (await Client.PostAsync("/user/getUserData", new { }, await Client.SignInAsync())).Text("uid");

    private async Task ExpectAsync(int status, string token) =>
        Assert.Equal(status, (await Client.PostAsync("/user/getUserData", new { }, token)).HttpStatus);
}
