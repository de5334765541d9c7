using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Plain;

/// <summary>
/// Sign-in through the configuration of the plain build. Not for the cloud build: FirebaseAdmin knows one emulator for the whole process.
/// </summary>
public sealed class FirebaseRestTests
{
    private const string Uid = "Zk3T9pQ0rXgJ5bN1mVwYc8LdA2f1";

    [Fact]
    public async Task WithTheEmulatorItsUnsignedTokensSignInUnlessItSaysThatTheUserIsDisabled()
    {
        await using var firebase = await FirebaseServer.StartAsync(FirebaseAnswers.User(Uid), FirebaseAnswers.User(Uid, ",\"disabled\":true"));
        await using var api = await TestApi.StartAsync("FIREBASE_AUTH_EMULATOR_HOST=" + firebase.Host, "PROJECT_ID=" + TestTokens.Project);

        Assert.Equal((200, 1), ((await SignInAsync(api)).HttpStatus, firebase.Requests.Count));
        Assert.Equal("invalid_id_token", (await SignInAsync(api)).Code);
    }

    [Fact]
    public async Task WhenFirebaseCannotBeAskedAboutTheUserSignInIs503()
    {
        await using var api = await TestApi.StartAsync("FIREBASE_AUTH_EMULATOR_HOST=127.0.0.1:9", "PROJECT_ID=" + TestTokens.Project);
        var answer = await SignInAsync(api);
        Assert.Equal((503, "identity_unavailable"), (answer.HttpStatus, answer.Code));
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    private static Task<ApiAnswer> SignInAsync(TestApi api) => api.Client.PostAsync("/auth/getJWTToken", new
    {
        email = "a@example.com",
        idToken = TestTokens.NotSigned(TestTokens.FirebaseClaims(TimeProvider.System.GetUtcNow())),
        loginMethod = "google",
        fcmToken = "f",
    });
}
