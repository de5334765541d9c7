using System.Diagnostics;
using ChaturMail.Core.Limits;
using ChaturMail.Core.Limits.Redis;
using ChaturMail.Core.Redis;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.Contracts;

public sealed class RedisRateLimiterTests(SharedRedis redis) : RateLimiterContract
{
    protected override async Task<RateLimiterFixture> OpenAsync() => new Fixture(await redis.ServerAsync());

    [Theory]
    [InlineData(100, 0)]
    // Taken by the hundredth: what one process has left the other misses.
    [InlineData(1000, 10)]
    public async Task TwoProcessesShareABucket(int permits, int left)
    {
        await using var fixture = new Fixture(await redis.ServerAsync());
        var other = fixture.OpenAnother();
        var granted = 0;
        for (var i = 0; i < permits; i++)
            granted += await GrantedAsync(fixture.Limiter, PerHour(permits), 1) + await GrantedAsync(other, PerHour(permits), 1);

        Assert.InRange(granted, permits - left, permits);
    }

    [Fact]
    public async Task WhatAProcessTookAndDidNotUseEndsByItself()
    {
        await using var fixture = new Fixture(await redis.ServerAsync());
        // Ten are taken, one is used.
        Assert.Equal(1, await GrantedAsync(fixture.Limiter, PerHour(1000), 1));
        Assert.Equal(990, await GrantedAsync(fixture.OpenAnother(), PerHour(1000), 2000));

        fixture.Time.Advance(TimeSpan.FromMinutes(6));

        Assert.Equal(0, await GrantedAsync(fixture.Limiter, PerHour(1000), 1));
    }

    [Fact]
    public async Task AnEmptyBucketIsRememberedWithoutAskingRedis()
    {
        await using var fixture = new Fixture(await redis.ServerAsync());
        await GrantedAsync(fixture.Limiter, PerHour(2), 3);
        Assert.Equal(1, (long)await fixture.Redis.Connection.ExecuteAsync("DEL", [fixture.Redis.Key("limit:a:k")], default));

        Assert.Equal(0, await GrantedAsync(fixture.Limiter, PerHour(2), 5));
    }

    [Fact]
    public async Task ABucketWrittenUnderAClockThatWasAheadIsNoEmptierThanEmpty()
    {
        await using var fixture = new Fixture(await redis.ServerAsync());
        var ahead = TimeProvider.System.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds() * 1000;
        await fixture.Redis.ExecuteAsync("SET", fixture.Redis.Key("limit:a:k"), ahead);

        Assert.InRange(await fixture.Limiter.TakeAsync(PerHour(10), "k"), TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1) / 10);
    }

    [Fact]
    public async Task AProcessWithManyRequestsAtOnceTakesNoMoreTokensThanItHasRequests()
    {
        await using var server = await RedisServer.StartAsync();
        await using var fixture = new Fixture(server);
        await GrantedAsync(fixture.Limiter, PerHour(100), 1);
        // The first question is on its way, for one token, when the other requests come.
        await fixture.Redis.ExecuteAsync("CLIENT", "PAUSE", "100", "ALL");
        var first = fixture.Limiter.TakeAsync(PerHour(100), "k").AsTask();
        await Task.Delay(20, TestContext.Current.CancellationToken);
        var waits = await Task.WhenAll([first, .. Enumerable.Range(0, 28).Select(_ => fixture.Limiter.TakeAsync(PerHour(100), "k").AsTask())]);
        Assert.All(waits, wait => Assert.Equal(TimeSpan.Zero, wait));

        Assert.Equal(70, await GrantedAsync(fixture.OpenAnother(), PerHour(100), 100));
    }

    [Fact]
    public async Task WhatAProcessUsesLateComesOnTopOfAFullBucketButIsNoMoreThanAHundredth()
    {
        await using var fixture = new Fixture(await redis.ServerAsync());
        Assert.Equal(1, await GrantedAsync(fixture.Limiter, PerHour(1000), 1));

        await fixture.PassAsync(TimeSpan.FromMinutes(5));

        Assert.Equal((1000, 9), (await GrantedAsync(fixture.OpenAnother(), PerHour(1000), 1100), await GrantedAsync(fixture.Limiter, PerHour(1000), 20)));
    }

    [Fact]
    public async Task WithRedisAwayEachProcessCountsAloneAndSharesAgainWhenItIsBack()
    {
        await using var server = await RedisServer.StartAsync();
        await using var fixture = new Fixture(server, TimeProvider.System);
        var other = fixture.OpenAnother();
        Assert.Equal(1, await GrantedAsync(fixture.Limiter, PerHour(2), 1, "before"));
        await server.KillAsync();

        var started = Stopwatch.GetTimestamp();
        Assert.Equal((2, 2), (await GrantedAsync(fixture.Limiter, PerHour(2), 5), await GrantedAsync(other, PerHour(2), 5)));
        // One question each, which a client that waits for the connection to come back gives up after its own time-out.
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, RedisConnection.LongestCommand * 4);

        await server.RestartAsync();
        // A key a round: together they get what one would, as soon as both share again.
        var round = 0;
        await Eventually.TrueAsync(async () =>
            await GrantedAsync(fixture.Limiter, PerHour(2), 3, $"after {++round}") + await GrantedAsync(other, PerHour(2), 3, $"after {round}") == 2);
    }

    [Fact]
    public async Task ARedisThatHangsCostsAQuarterOfASecondOnceAndNotEachRequest()
    {
        await using var server = await RedisServer.StartAsync();
        await using var fixture = new Fixture(server, longestAnswer: RedisRateLimiter.LongestAnswer);
        await fixture.Redis.ExecuteAsync("CLIENT", "PAUSE", "600000", "ALL");

        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < 100; i++) Assert.Equal(TimeSpan.Zero, await fixture.Limiter.TakeAsync(PerHour(2), $"key {i}"));

        Assert.InRange(Stopwatch.GetElapsedTime(started), RedisRateLimiter.LongestAnswer * 0.9, RedisRateLimiter.LongestAnswer * 10);
    }

    private sealed class Fixture : RateLimiterFixture
    {
        private const string MoveBack =
            """
            for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
              redis.call('SET', key, string.format('%.0f', redis.call('GET', key) - ARGV[2]), 'KEEPTTL')
            end
            return 0
            """;

        // The timers are the machine's: on a busy one any answer may take longer than a request would wait.
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

        private readonly TimeProvider _time;
        private readonly TimeSpan _longestAnswer;

        public Fixture(RedisServer server, TimeProvider? time = null, TimeSpan? longestAnswer = null)
        {
            Redis = new RedisFixture(server);
            (_time, _longestAnswer) = (time ?? Time, longestAnswer ?? Patience);
            Limiter = Open(Redis.Connection);
        }

        public RedisFixture Redis { get; }

        public override IRateLimiter Limiter { get; }

        /// <summary>The same buckets as another process sees them.</summary>
        public RedisRateLimiter OpenAnother() => Open(Redis.Connect());

        public override async Task PassAsync(TimeSpan by)
        {
            await base.PassAsync(by);
            await Redis.Connection.EvaluateAsync(MoveBack, [], [$"{{{Redis.Options.KeyPrefix}}}:limit:*", (long)by.TotalMicroseconds], default);
        }

        public override ValueTask DisposeAsync() => Redis.DisposeAsync();

        private RedisRateLimiter Open(Core.Redis.RedisConnection connection) =>
            new(connection, _time, NullLogger<RedisRateLimiter>.Instance, _longestAnswer);
    }
}
