using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>Two Apis as real processes on one store, as they stand behind a load balancer.</summary>
public sealed class RewardTests
{
    [Fact]
    public async Task ATransactionThatReachesTwoProcessesAtOnceIsOneReward()
    {
        using var folder = new TextFolder();
        using var signer = new AdMobSigner(3335741209);
        await using var keys = await AdMobKeyServer.StartAsync(signer);
        (string, string)[] settings =
        [
            ("Ads__Enabled", "true"), ("Ads__AdUnits", "1234567890"), ("Ads__KeysAddress", keys.Address), ("Ads__MostADay", "5"),
            ("Coins__Starting", "250"), ("Coins__Daily", "100"), ("Coins__DailyUpTo", "500"), ("JWT_KEY", "kJ8vQ2mZx7Lr4Tn9Wb3Yc6Hd1Fg5Ps0A"),
        ];
        var (first, client) = await ProductProcess.StartApiAsync(folder.Path, settings);
        await using var _ = first;
        using var __ = client;
        var (second, other) = await ProductProcess.StartApiAsync(folder.Path, settings);
        await using var ___ = second;
        using var ____ = other;
        var token = await client.SignInAsync();
        var uid = (await client.PostAsync("/user/getUserData", new { }, token)).Text("uid");
        var now = TimeProvider.System.GetUtcNow();
        var queries = Enumerable.Range(0, 3).Select(i => signer.Sign(AdMobSigner.Fields(uid, $"t{i}", now))).ToList();

        // Each several times at both, and looks at the account beside them, each of which would give the coins of the day.
        var rewards = queries.SelectMany(query => new[] { client, other, client, other }.Select(to => to.SendAsync(HttpMethod.Get, "/ads/reward?" + query)));
        var looks = Enumerable.Range(0, 10).Select(i => (i % 2 == 0 ? client : other).PostAsync("/user/getUserData", new { }, token));
        var answers = await Task.WhenAll(rewards.Concat(looks));

        Assert.All(answers, answer => Assert.Equal(200, answer.HttpStatus));
        var history = (await other.PostAsync("/user/getCoinHistory", new { }, token)).Items;
        Assert.Equal(["t0", "t1", "t2"], history.Where(item => item["kind"]!.GetValue<string>() == "reward").Select(item => item["reference"]!.GetValue<string>()).Order());
        // One for the day; two when midnight fell into the test.
        var days = history.Count(item => item["reference"]!.GetValue<string>() == "daily");
        Assert.InRange(days, 1, 2);
        Assert.Equal(250 + 150 + days * 100, (await client.PostAsync("/user/getUserData", new { }, token)).Number("availableTokens"));
        Assert.Equal(250 + 150 + days * 100, history.Sum(item => item["coins"]!.GetValue<long>()));
    }
}
