using ChaturMail.Core.Firebase;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Identity.Firebase;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit.Identity;

/// <summary>What becomes of a sign-in and of a deletion when Firebase answers this or that. Its own answers are in the contract suite.</summary>
public sealed class RevocationCheckTests
{
    private const string Uid = "Zk3T9pQ0rXgJ5bN1mVwYc8LdA2f1";

    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private static readonly long AuthTime = Now.AddMinutes(-1).ToUnixTimeSeconds();

    // The time of the sign-in is filled in when the test runs: that may be in another process than the one that lists the tests.
    public static TheoryData<string, Type> Users => new()
    {
        { "", typeof(VerificationResult.Verified) },
        { ",\"validSince\":\"AUTH_TIME\"", typeof(VerificationResult.Verified) },
        { ",\"disabled\":false", typeof(VerificationResult.Verified) },
        { ",\"validSince\":\"A_SECOND_LATER\"", typeof(VerificationResult.Rejected) },
        { ",\"disabled\":true", typeof(VerificationResult.Rejected) },
        { ",\"disabled\":\"who knows\"", typeof(VerificationResult.Rejected) },
        { ",\"validSince\":\"soon\"", typeof(VerificationResult.Unavailable) },
        { ",\"validSince\":1700000000", typeof(VerificationResult.Unavailable) },
    };

    [Theory]
    [MemberData(nameof(Users))]
    public async Task TheUserDecides(string more, Type expected)
    {
        await using var server = await FirebaseServer.StartAsync(FirebaseAnswers.User(Uid, more
            .Replace("AUTH_TIME", $"{AuthTime}", StringComparison.Ordinal).Replace("A_SECOND_LATER", $"{AuthTime + 1}", StringComparison.Ordinal)));
        Assert.IsType(expected, await VerifyAsync(server.Api()));
        Assert.Equal($"/v1/projects/{TestTokens.Project}/accounts:lookup", Assert.Single(server.Requests).Path);
    }

    [Fact]
    public async Task AUserWhomFirebaseDoesNotKnowIsRejected()
    {
        await using var server = await FirebaseServer.StartAsync(FirebaseAnswers.NoUser(), FirebaseAnswers.Refusal("USER_NOT_FOUND"));
        for (var i = 0; i < 2; i++) Assert.IsType<VerificationResult.Rejected>(await VerifyAsync(server.Api()));
    }

    [Fact]
    public async Task WhatIsNoAnswerAboutTheUserMakesTheSignInUnavailable()
    {
        ScriptedAnswer[] answers =
        [
            FirebaseAnswers.Error(500, "INTERNAL"), FirebaseAnswers.Error(403, "PERMISSION_DENIED"), FirebaseAnswers.User("another"),
            Answers.Json(200, "[]"), Answers.Json(200, "{\"users\":{}}"), Answers.Json(200, "{\"users\":[1]}"), Answers.Json(200, "<html>"),
            Answers.Raw(200, "application/json", []), Answers.Endless(), Answers.Endless(500), Answers.Cut(), Answers.CutShort(),
        ];
        await using var server = await FirebaseServer.StartAsync(answers);
        foreach (var _ in answers) Assert.IsType<VerificationResult.Unavailable>(await VerifyAsync(server.Api()));
    }

    [Fact]
    public async Task ASilentFirebaseMakesTheSignInUnavailableInTime()
    {
        await using var server = await FirebaseServer.StartAsync(Answers.Hang());
        Assert.IsType<VerificationResult.Unavailable>(await VerifyAsync(server.Api(timeout: TimeSpan.FromMilliseconds(300))));
        Assert.IsType<DeletionResult.Unavailable>(await new IdentityToolkit(TestTokens.Project, server.Api(timeout: TimeSpan.FromMilliseconds(300))).DeleteAsync(Uid, default));
    }

    [Fact]
    public async Task AnUnreachableFirebaseMakesTheSignInUnavailable()
    {
        using var http = new HttpClient();
        var users = IdentityToolkit.OfEmulator("127.0.0.1:9", TestTokens.Project, http, TimeProvider.System);
        Assert.IsType<VerificationResult.Unavailable>(await CheckOf(users).VerifyAsync(Token, default));
        Assert.IsType<DeletionResult.Unavailable>(await users.DeleteAsync(Uid, default));
    }

    [Fact]
    public async Task ABadTokenCostsFirebaseNoRequest()
    {
        await using var server = await FirebaseServer.StartAsync(FirebaseAnswers.User(Uid));
        var users = new IdentityToolkit(TestTokens.Project, server.Api());
        Assert.IsType<VerificationResult.Rejected>(await CheckOf(users).VerifyAsync(TestTokens.NotSigned("{}"), default));
        Assert.Equal((0, 0), (server.Grants, server.Requests.Count));
    }

    [Fact]
    public async Task ADeletionNamesTheUserAndARefusalIsAValue()
    {
        await using var server = await FirebaseServer.StartAsync(
            FirebaseAnswers.Done(), FirebaseAnswers.Refusal("USER_NOT_FOUND"), FirebaseAnswers.Refusal("ZEBRA : of u1"), FirebaseAnswers.Error(403, "PERMISSION_DENIED"));
        var users = new IdentityToolkit(TestTokens.Project, server.Api());

        Assert.IsType<DeletionResult.Deleted>(await users.DeleteAsync(Uid, default));
        Assert.IsType<DeletionResult.Deleted>(await users.DeleteAsync(Uid, default));
        Assert.Equal(new DeletionResult.Unavailable("HTTP 400 ZEBRA"), await users.DeleteAsync(Uid, default));
        Assert.Equal(new DeletionResult.Unavailable("HTTP 403 PERMISSION_DENIED"), await users.DeleteAsync(Uid, default));
        Assert.Equal(
            ($"/v1/projects/{TestTokens.Project}/accounts:delete", $$"""{"localId":"{{Uid}}"}"""), (server.Requests[0].Path, server.Requests[0].Body));
    }

    private static string Token => TestTokens.NotSigned(TestTokens.FirebaseClaims(Now));

    private static RevocationCheck CheckOf(IdentityToolkit users) => new(new EmulatorTokenVerifier(TestTokens.Project, TimeProvider.System), users);

    private static Task<VerificationResult> VerifyAsync(GoogleApi api) => CheckOf(new IdentityToolkit(TestTokens.Project, api)).VerifyAsync(Token, default);
}
