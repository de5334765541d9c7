using ChaturMail.Core.Events;
using ChaturMail.Core.Events.Redis;
using ChaturMail.Core.Redis;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace ChaturMail.Tests.Contracts;

public sealed class RedisEventStreamTests(SharedRedis redis) : EventStreamContract
{
    protected override async Task<StreamFixture> OpenAsync() => await OpenRedisAsync();

    [Fact]
    public async Task AnEntryHasTheAttributesOfCloudEvents()
    {
        await using var s = await OpenRedisAsync();
        var happened = new DomainEvent(
            "6b018b08c371b1bcac5105a3", EventType.PartyMemberJoined, "6b018b08c371b1bcac5105b1", "u1", DateTimeOffset.FromUnixTimeMilliseconds(1_795_219_200_042),
            new Dictionary<string, string> { ["member"] = "u1" });
        await s.Stream.PublishAsync("relay", [happened, happened], default);

        var entries = ((RedisResult[]?)await s.ExecuteAsync("XRANGE", s.Key("events"), "-", "+"))!
            .Select(entry => ((string[]?)((RedisResult[]?)entry)![1])!).Select(fields => fields.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1])).ToList();

        var (first, second) = (entries[0]["sequence"], entries[1]["sequence"]);
        Assert.Equal(20, first.Length);
        Assert.True(string.CompareOrdinal(first, second) < 0);
        Assert.Equal(
            [
                "actor u1", "data {\"member\":\"u1\"}", "datacontenttype application/json", "id 6b018b08c371b1bcac5105a3", "sequence " + first, "source chaturmail",
                "specversion 1.0", "subject 6b018b08c371b1bcac5105b1", "time 2026-11-21T00:00:00.042Z", "type party.member_joined.v1",
            ],
            entries[0].Select(pair => $"{pair.Key} {pair.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AGroupIsMadeAnewWhenRedisHasLostItsData()
    {
        await using var s = await OpenRedisAsync();
        await s.PublishAsync(3);
        await s.ReadAsync();
        await s.ExecuteAsync("DEL", s.Key("events"));

        Assert.Empty(await s.ReadAsync());
        var after = await s.PublishAsync(2);

        Assert.Equal(after.Select(e => e.Id), (await s.ReadAsync()).Select(e => e.Event.Id));
    }

    [Theory]
    [InlineData("word", "nothing of ours")]
    [InlineData("data", "[1,")]
    public async Task AnEntryThatIsNotOursGoesToTheDead(string field, string value)
    {
        await using var s = await OpenRedisAsync();
        await s.ExecuteAsync("XADD", s.Key("events"), "*", "id", "i", "type", "t", field == "data" ? "subject" : "other", "s", "time", "2026-11-21T00:00:00Z", field, value);
        var ours = await s.PublishAsync(1);

        Assert.Equal(ours[0].Id, Assert.Single(await s.ReadAsync()).Event.Id);

        Assert.Equal("unreadable entry", Assert.Single(await s.Stream.ListDeadAsync(10, default)).Reason);
        await s.PassAsync("g", 2 * StreamFixture.Lease);
        Assert.DoesNotContain(await s.ReadAsync(), e => e.Event.Id != ours[0].Id);
    }

    [Fact]
    public async Task MembersThatAreGoneAreRemovedUnlessTheyHoldSomething()
    {
        await using var s = await OpenRedisAsync();
        await s.PublishAsync(2);
        await s.ReadAsync(member: "holds", most: 1);
        await s.Stream.AcknowledgeAsync("g", await s.ReadAsync(member: "idle"), default);
        Assert.Equal(2, await MembersAsync(s));

        await s.Stream.TrimAsync(TimeProvider.System.GetUtcNow().AddDays(-1), default);
        Assert.Equal(2, await MembersAsync(s));
        await s.Connection.EvaluateAsync(EventScripts.Trim, [s.Key("events"), s.Key("events-dead")], [0, 0], default);

        Assert.Equal(1, await MembersAsync(s));
    }

    [Fact]
    public async Task AReaderOfAnotherProcessIsWoken()
    {
        await using var s = await OpenRedisAsync();
        var reader = s.Another();
        Assert.Empty(await reader.ReadAsync("g", "m", 10, default));
        // The subscription is on its way when the first command returns; whichever message arrives wakes.
        await Eventually.TrueAsync(async () =>
        {
            var news = reader.News;
            await s.PublishAsync(1);
            return await Task.WhenAny(news, Task.Delay(200)) == news;
        });
    }

    [Fact]
    public async Task WithRedisAwayPublishingFailsAsAnOutageInAFewSeconds()
    {
        await using var server = await RedisServer.StartAsync();
        await using var s = new Fixture(server);
        await s.PublishAsync(1);
        await server.KillAsync();

        var fault = await Assert.ThrowsAnyAsync<Exception>(() => s.Stream.PublishAsync("relay", [StreamFixture.Event()], default));

        Assert.True(s.Stream.IsOutage(fault), fault.ToString());
    }

    private static async Task<int> MembersAsync(Fixture s) => ((RedisResult[]?)await s.ExecuteAsync("XINFO", "CONSUMERS", s.Key("events"), "g"))!.Length;

    private async Task<Fixture> OpenRedisAsync() => new(await redis.ServerAsync());

    private sealed class Fixture : StreamFixture
    {
        private readonly RedisOptions _options;
        private readonly List<RedisConnection> _opened = [];

        public Fixture(RedisServer server)
        {
            _options = new RedisOptions { Host = "127.0.0.1", Port = server.Port, Password = server.Password, KeyPrefix = "test-" + DocumentId.New(TimeProvider.System) };
            Stream = Another();
        }

        public override IEventStream Stream { get; }

        public RedisConnection Connection => _opened[0];

        public RedisKey Key(string name) => Connection.Key(name);

        public Task<RedisResult> ExecuteAsync(string command, params object[] arguments) => Connection.ExecuteAsync(command, arguments, default);

        /// <summary>The same stream as another process sees it.</summary>
        public RedisEventStream Another()
        {
            var connection = new RedisConnection(_options, TimeProvider.System, NullLogger<RedisConnection>.Instance);
            _opened.Add(connection);
            // Looks for what others have lost at each reading: the test does not wait a quarter of a lease for it.
            return new RedisEventStream(connection, new EventsOptions(), new HurriedTimeProvider(100_000), Lease, NullLogger<RedisEventStream>.Instance);
        }

        // Redis's clock cannot be set: what it has written down of the past is moved back.
        public override async Task PassAsync(string group, TimeSpan by)
        {
            await Connection.EvaluateAsync(
                """
                for _, held in ipairs(redis.pcall('XPENDING', KEYS[1], ARGV[1], '-', '+', 10000)) do
                  redis.call('XCLAIM', KEYS[1], ARGV[1], held[2], 0, held[1], 'IDLE', held[3] + tonumber(ARGV[2]), 'JUSTID')
                end
                local left = redis.call('PTTL', KEYS[2])
                if left > tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[2], left - tonumber(ARGV[2])) else redis.call('DEL', KEYS[2]) end
                return 0
                """, [Key("events"), Key("events-relay")], [group, (long)by.TotalMilliseconds], default);
        }

        public override async ValueTask DisposeAsync()
        {
            foreach (var connection in _opened) await connection.DisposeAsync();
        }
    }
}
