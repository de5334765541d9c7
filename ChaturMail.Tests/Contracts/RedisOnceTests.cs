using ChaturMail.Core.Limits;
using ChaturMail.Core.Limits.Redis;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.Contracts;

public sealed class RedisOnceTests(SharedRedis redis) : OnceContract
{
    protected override async Task<OnceFixture> OpenAsync() => new Fixture(await redis.ServerAsync());

    [Fact]
    public async Task WithRedisAwayNobodyIsTheFirstAndItGoesOnWhenItIsBack()
    {
        await using var server = await RedisServer.StartAsync();
        await using var fixture = new Fixture(server);
        Assert.Equal(OnceResult.First, await fixture.Once.TryClaimAsync("a", TimeSpan.FromMinutes(1), default));
        await server.KillAsync();

        Assert.Equal(OnceResult.Unknown, await fixture.Once.TryClaimAsync("b", TimeSpan.FromMinutes(1), default));
        await server.RestartAsync();

        await Eventually.TrueAsync(async () => await fixture.Once.TryClaimAsync("a", TimeSpan.FromMinutes(1), default) == OnceResult.Again);
    }

    private sealed class Fixture : OnceFixture
    {
        // Redis's clock cannot be set: what keys have left to live is shortened instead.
        private const string Shorten =
            """
            for _, key in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('PEXPIRE', key, redis.call('PTTL', key) - ARGV[2]) end
            return 0
            """;

        private readonly RedisFixture _redis;

        public Fixture(RedisServer server)
        {
            _redis = new RedisFixture(server);
            Once = new RedisOnce(_redis.Connection, NullLogger<RedisOnce>.Instance);
            Another = new RedisOnce(_redis.Connect(), NullLogger<RedisOnce>.Instance);
        }

        public override IOnce Once { get; }

        public override IOnce Another { get; }

        public override Task PassAsync(TimeSpan by) => _redis.Connection.EvaluateAsync(
            Shorten, [], [$"{{{_redis.Options.KeyPrefix}}}:once:*", (long)by.TotalMilliseconds], default);

        public override ValueTask DisposeAsync() => _redis.DisposeAsync();
    }
}
