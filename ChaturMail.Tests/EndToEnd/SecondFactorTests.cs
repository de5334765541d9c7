using System.Globalization;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>Sign-ins with a code, over two processes, one of which dies, with a real Redis and a real mail server.</summary>
public sealed class SecondFactorTests
{
    private const string Email = "asha.rao@example.com";

    [Fact]
    public async Task AChallengeOfAnApiThatIsKilledIsConfirmedAtAnotherOnceAndForAll()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var mail = await MailServer.StartAsync();
        using var folder = new TextFolder();
        (string, string)[] environment =
        [
            ("REDIS_IP", "127.0.0.1"), ("REDIS_PORT", redis.Port.ToString(CultureInfo.InvariantCulture)),
            .. mail.Settings.Select(setting => setting.Split('=')).Select(parts => (parts[0].Replace(":", "__", StringComparison.Ordinal), parts[1])),
        ];
        var (one, first) = await ProductProcess.StartApiAsync(folder.Path, environment);
        var (other, second) = await ProductProcess.StartApiAsync(folder.Path, environment);
        await using var _ = one;
        await using var __ = other;
        var token = await first.SignInAsync(Email);
        Assert.Equal(1, (await first.PostAsync("/auth/enableEmailFactor", new { }, token)).Status);
        // The code that one sent is good at the other.
        Assert.Equal(1, (await second.PostAsync("/auth/enableEmailFactor", new { emailCode = (await mail.NextAsync()).Code }, token)).Status);
        Assert.Equal("Your sign-in to ChaturMail was changed", (await mail.NextAsync()).Subject);

        var asked = await first.PostAsync("/auth/getJWTToken", ApiClient.SignInBody(Email));
        Assert.Equal("second_factor_required", asked.Code);
        var letter = await mail.NextAsync();
        Assert.Equal([Email], letter.To);
        await one.KillAsync();

        var body = new { challenge = asked.Text("challenge"), method = "email", code = letter.Code };
        var confirmed = await second.PostAsync("/auth/confirmChallenge", body);
        Assert.Equal((200, "Signed in."), (confirmed.HttpStatus, confirmed.Message));
        Assert.Equal(200, (await second.PostAsync("/user/getUserData", new { }, confirmed.Text("token"))).HttpStatus);

        var (again, third) = await ProductProcess.StartApiAsync(folder.Path, environment);
        await using var ___ = again;
        foreach (var client in new[] { second, third })
        {
            Assert.Equal("challenge_expired", (await client.PostAsync("/auth/confirmChallenge", body)).Code);
            var anew = await client.PostAsync("/auth/getJWTToken", ApiClient.SignInBody(Email));
            Assert.Equal("invalid_code", (await client.PostAsync("/auth/confirmChallenge", body with { challenge = anew.Text("challenge") })).Code);
        }

        await redis.KillAsync();
        var unavailable = await third.PostAsync("/auth/getJWTToken", ApiClient.SignInBody(Email));
        Assert.Equal((503, "codes_unavailable"), (unavailable.HttpStatus, unavailable.Code));
        // Who is asked for nothing signs in all the same.
        await third.SignInAsync("maria@example.com");
        first.Dispose();
        second.Dispose();
        third.Dispose();
    }
}
