using ChaturMail.Core.Queue;
using ChaturMail.Core.Queue.Redis;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace ChaturMail.Tests.Contracts;

public sealed class RedisOutcomeChannelTests(SharedRedis redis) : OutcomeChannelContract
{
    protected override async Task<OutcomeChannelFixture> OpenFixtureAsync() => await OpenRedisAsync();

    [Fact]
    public async Task ListenersOfOneSubscriptionHearOfEveryEndInAnotherProcess()
    {
        const int jobs = 5000;
        await using var f = await OpenRedisAsync();
        var (api, worker) = (await f.OpenAsync(Never), await f.OpenAsync(Never));
        await HearsAsync(api, worker);
        var listeners = Enumerable.Range(0, jobs).Select(i => api.Listen("job-" + i)).ToList();
        // Two requests may wait for one job.
        listeners.AddRange(Enumerable.Range(0, jobs).Select(i => api.Listen("job-" + i)));

        await Task.WhenAll(Enumerable.Range(0, jobs).Select(i => worker.AnnounceAsync("job-" + i, default)));

        await Task.WhenAll(listeners.Select(listener => listener.Ended)).WaitAsync(Patience);
        // One for each process.
        Assert.Equal(2, await f.SubscribersAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TheSubscriptionComesBackWithRedis(bool wiped)
    {
        await using var server = await RedisServer.StartAsync();
        await using var f = new Fixture(server);
        var (api, worker) = (await f.OpenAsync(Never), await f.OpenAsync(Never));
        await HearsAsync(api, worker);

        await server.KillAsync();
        // Away: nobody hears it, and nobody is harmed.
        await worker.AnnounceAsync("lost", default);
        await server.RestartAsync(wiped);

        await HearsAsync(api, worker);
    }

    [Fact]
    public async Task AChannelThatWasOpenedBeforeRedisHearsOnceThatIsThere()
    {
        await using var server = RedisServer.NotYetStarted();
        await using var f = new Fixture(server);
        var (api, worker) = (await f.OpenAsync(Never), await f.OpenAsync(Never));
        await worker.AnnounceAsync("lost", default);

        await server.RestartAsync();

        await HearsAsync(api, worker);
    }

    [Fact]
    public async Task WithRedisAwayAnEndIsFoundInTheStore()
    {
        await using var server = RedisServer.NotYetStarted();
        await using var f = new Fixture(server);
        var (api, worker) = (await f.OpenAsync(Often), await f.OpenAsync(Often));
        var job = await f.AcceptAsync();
        using var listener = api.Listen(job.Id);

        await f.Jobs.FailAsync(job.Id, "model_unavailable", default);
        await worker.AnnounceAsync(job.Id, default);

        await listener.Ended.WaitAsync(Patience);
    }

    // A subscription gives no sign of its own: announced again and again, the end is heard once it stands.
    private static Task HearsAsync(OutcomeChannel api, OutcomeChannel worker)
    {
        var listener = api.Listen("sign");
        return Eventually.TrueAsync(async () =>
        {
            // As each request does: a command of the listener's own, with which a subscription that is due is made.
            await api.AnnounceAsync("other", default);
            await worker.AnnounceAsync("sign", default);
            return listener.Ended.IsCompleted;
        });
    }

    private async Task<Fixture> OpenRedisAsync() => new(await redis.ServerAsync());

    private sealed class Fixture(RedisServer server) : OutcomeChannelFixture
    {
        private readonly RedisFixture _redis = new(server);

        /// <summary>Subscriptions to the channel of outcomes, of all processes.</summary>
        public async Task<long> SubscribersAsync()
        {
            var reply = ((RedisResult[]?)await _redis.ExecuteAsync("PUBSUB", "NUMSUB", _redis.Key("ended").ToString()))!;
            return (long)reply[1];
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await _redis.DisposeAsync();
        }

        protected override OutcomeChannel Make(TimeSpan askEvery) => new RedisOutcomeChannel(
            _redis.Connect(), _redis.Options, Jobs, TimeProvider.System, askEvery, NullLogger<RedisOutcomeChannel>.Instance);
    }
}
