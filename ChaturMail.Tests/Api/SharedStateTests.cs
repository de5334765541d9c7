using System.Globalization;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Api;

/// <summary>Two instances of the Api on one store and one Redis: what holds for a user on one holds on the other.</summary>
public sealed class SharedStateTests(SharedRedis redis)
{
    [Fact]
    public async Task LimitsHoldAcrossInstances()
    {
        using var folder = new TextFolder();
        await using var one = await StartAsync(await redis.ServerAsync(), folder, "RateLimits:GenerationsPerUser=3");
        await using var other = await StartAsync(await redis.ServerAsync(), folder, "RateLimits:GenerationsPerUser=3");
        var (token, round) = ("", 0);
        // On a busy machine Redis's answer may come too late, and an instance count alone: then with another user.
        await Eventually.TrueAsync(async () =>
        {
            token = await one.Client.SignInAsync($"user.{++round}@example.com");
            var statuses = new List<int>();
            foreach (var api in new[] { one, one, other, one, other }) statuses.Add((await api.Client.GenerateAsync(token)).HttpStatus);
            return statuses is [200, 200, 200, 429, 429];
        });

        foreach (var api in new[] { one, other })
        {
            var refused = await api.Client.GenerateAsync(token);
            Assert.Equal((429, "too_many_requests"), (refused.HttpStatus, refused.Code));
            Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 20);
        }
    }

    [Fact]
    public async Task AUserWhoIsDeletedOnOneInstanceIsRefusedOnTheOther()
    {
        using var folder = new TextFolder();
        await using var one = await StartAsync(await redis.ServerAsync(), folder);
        await using var other = await StartAsync(await redis.ServerAsync(), folder);
        var token = await one.Client.SignInAsync();
        foreach (var api in new[] { one, other }) Assert.Equal(200, (await api.Client.PostAsync("/user/getUserData", new { }, token)).HttpStatus);

        await one.Client.PostAsync("/user/deleteUser", new { }, token);

        foreach (var api in new[] { one, other }) Assert.Equal(401, (await api.Client.PostAsync("/user/getUserData", new { }, token)).HttpStatus);
    }

    [Fact]
    public async Task WithRedisAwaySignInAndReadsWorkLimitsAreLocalAndAllRecoversByItself()
    {
        await using var server = await RedisServer.StartAsync();
        using var folder = new TextFolder();
        await using var api = await StartAsync(server, folder, "RateLimits:GenerationsPerUser=3", "Generation:Wait=00:00:01", "Worker:SweepEvery=00:00:01");
        await server.KillAsync();

        var token = await api.Client.SignInAsync();
        Assert.Equal(200, (await api.Client.PostAsync("/user/getUserData", new { }, token)).HttpStatus);
        Assert.Equal(200, (await api.Client.PostAsync("/prompt/getAllPrompts", new { }, token)).HttpStatus);
        for (var i = 0; i < 3; i++) Assert.Equal(202, (await api.Client.GenerateAsync(token)).HttpStatus);
        Assert.Equal(429, (await api.Client.GenerateAsync(token)).HttpStatus);
        Assert.Equal("Degraded", await api.Client.Http.GetStringAsync("/health"));

        await server.RestartAsync();

        await Eventually.TrueAsync(async () => (await api.Client.HistoryAsync(token)).Count == 3);
        await Eventually.TrueAsync(async () => await api.Client.Http.GetStringAsync("/health") == "Healthy");
    }

    [Fact]
    public async Task LimitsMayHaveARedisOfTheirOwnThatIsNotTheQueues()
    {
        await using var cache = await RedisServer.StartAsync();
        using var folder = new TextFolder();
        await using var api = await StartAsync(
            await redis.ServerAsync(), folder, "RateLimits:GenerationsPerUser=1", "REDIS_CACHE_IP=127.0.0.1",
            "REDIS_CACHE_PORT=" + cache.Port.ToString(CultureInfo.InvariantCulture));
        var token = await api.Client.SignInAsync();
        Assert.Equal((200, 429), ((await api.Client.GenerateAsync(token)).HttpStatus, (await api.Client.GenerateAsync(token)).HttpStatus));

        await cache.KillAsync();

        Assert.Equal(200, (await api.Client.GenerateAsync(await api.Client.SignInAsync("another@example.com"))).HttpStatus);
        Assert.Equal("Degraded", await api.Client.Http.GetStringAsync("/health"));
    }

    private static Task<TestApi> StartAsync(RedisServer server, TextFolder folder, params string[] settings) => TestApi.StartAsync([
        "DATA_DIR=" + folder.Path, "REDIS_IP=127.0.0.1", "REDIS_PORT=" + server.Port.ToString(CultureInfo.InvariantCulture),
        // The shared server is used by other tests at the same time.
        "Redis:KeyPrefix=test-" + Path.GetFileName(folder.Path), .. settings]);
}
