using ChaturMail.Core.Limits;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Contracts;

/// <summary>A limiter of one adapter, for which time passes when the test says so.</summary>
public abstract class RateLimiterFixture : IAsyncDisposable
{
    public ManualTimeProvider Time { get; } = new(1_800_000_000);

    public abstract IRateLimiter Limiter { get; }

    public virtual Task PassAsync(TimeSpan by)
    {
        Time.Advance(by);
        return Task.CompletedTask;
    }

    public abstract ValueTask DisposeAsync();
}

/// <summary>What every <see cref="IRateLimiter"/> does. Limits are by the hour, so that no token comes by the test's own slowness.</summary>
public abstract class RateLimiterContract
{
    protected static RateLimit PerHour(int permits, string name = "a") => new(name, permits, TimeSpan.FromHours(1), permits);

    protected abstract Task<RateLimiterFixture> OpenAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(1000)]
    public async Task ABucketGrantsWhatItHoldsAndThenTellsHowLongToWait(int permits)
    {
        await using var fixture = await OpenAsync();

        Assert.Equal(permits, await GrantedAsync(fixture.Limiter, PerHour(permits), permits + 5));

        var wait = await fixture.Limiter.TakeAsync(PerHour(permits), "k");
        Assert.InRange(wait, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1) / permits);
    }

    [Fact]
    public async Task ItFillsAgainEvenlyAndNotBeyondItsBrim()
    {
        await using var fixture = await OpenAsync();
        var limit = PerHour(10);
        Assert.Equal(10, await GrantedAsync(fixture.Limiter, limit, 20));

        await fixture.PassAsync(TimeSpan.FromMinutes(19));
        Assert.Equal(3, await GrantedAsync(fixture.Limiter, limit, 20));

        await fixture.PassAsync(TimeSpan.FromHours(30));
        Assert.Equal(10, await GrantedAsync(fixture.Limiter, limit, 20));
    }

    [Fact]
    public async Task ASmallBucketLetsOnlyItsBurstThroughAtOnce()
    {
        await using var fixture = await OpenAsync();
        Assert.Equal(2, await GrantedAsync(fixture.Limiter, new RateLimit("model", 100, TimeSpan.FromHours(1), 2), 10));
    }

    [Fact]
    public async Task KeysAndLimitsAreCountedApart()
    {
        await using var fixture = await OpenAsync();
        Assert.Equal(2, await GrantedAsync(fixture.Limiter, PerHour(2), 5));
        Assert.Equal(2, await GrantedAsync(fixture.Limiter, PerHour(2), 5, "other {key} with\nodd characters"));
        Assert.Equal(2, await GrantedAsync(fixture.Limiter, PerHour(2, "b"), 5));
    }

    [Fact]
    public async Task ManyAtOnceGetNoMoreThanTheLimit()
    {
        await using var fixture = await OpenAsync();
        var waits = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => Task.Run(async () => await fixture.Limiter.TakeAsync(PerHour(100), "k"))));
        Assert.Equal(100, waits.Count(wait => wait == TimeSpan.Zero));
    }

    protected static async Task<int> GrantedAsync(IRateLimiter limiter, RateLimit limit, int asked, string key = "k")
    {
        var granted = 0;
        for (var i = 0; i < asked; i++)
            if (await limiter.TakeAsync(limit, key) == TimeSpan.Zero) granted++;
        return granted;
    }
}

public sealed class LocalRateLimiterTests : RateLimiterContract
{
    protected override Task<RateLimiterFixture> OpenAsync() => Task.FromResult<RateLimiterFixture>(new Fixture());

    private sealed class Fixture : RateLimiterFixture
    {
        public Fixture() => Limiter = new LocalRateLimiter(Time);

        public override IRateLimiter Limiter { get; }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
