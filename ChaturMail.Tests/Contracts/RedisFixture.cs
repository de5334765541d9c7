using ChaturMail.Core.Queue;
using ChaturMail.Core.Queue.Redis;
using ChaturMail.Core.Redis;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace ChaturMail.Tests.Contracts;

/// <summary>
/// A queue under a key prefix of its own. Redis's clock cannot be set, so what it has written down of the past is moved back instead:
/// the idle times of held entries and the due times of delayed ones.
/// </summary>
public sealed class RedisFixture : QueueFixture
{
    private const string MoveBack =
        """
        local by = tonumber(ARGV[1])
        -- An error, and so no list, where nothing was taken yet: there is no group.
        for _, held in ipairs(redis.pcall('XPENDING', KEYS[1], 'workers', '-', '+', 10000)) do
          redis.call('XCLAIM', KEYS[1], 'workers', held[2], 0, held[1], 'IDLE', held[3] + by, 'JUSTID')
        end
        for _, job in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do redis.call('ZINCRBY', KEYS[2], -by, job) end
        return 0
        """;

    private readonly List<IAsyncDisposable> _opened = [];
    private readonly RedisOptions _options;
    private readonly RedisQueue _queue;

    public RedisFixture(RedisServer server, string? password = null, string host = "127.0.0.1")
    {
        _options = new RedisOptions
        {
            Host = host,
            Port = server.Port,
            Password = password ?? server.Password,
            KeyPrefix = "test-" + DocumentId.New(TimeProvider.System),
        };
        Connection = Connect();
        _queue = OpenQueue(Lease, Connection, Time);
    }

    public override IGenerationQueue Queue => _queue;

    public RedisQueue Redis => _queue;

    public RedisConnection Connection { get; }

    public RedisOptions Options => _options;

    public override DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public override async Task PassAsync(TimeSpan by)
    {
        Time.Advance(by);
        await Connection.EvaluateAsync(MoveBack, [Key("jobs"), Key("delayed")], [(long)by.TotalMilliseconds], default);
    }

    // The age of an entry that waits is in its id, which cannot be moved back.
    public override async Task AgeAsync()
    {
        var start = (await ClockAsync()) + 5;
        await Eventually.TrueAsync(async () => await ClockAsync() >= start);
    }

    private async Task<long> ClockAsync() =>
        (long)await Connection.EvaluateAsync("local t = redis.call('TIME') return t[1] * 1000 + math.floor(t[2] / 1000)", [], [], default);

    public RedisKey Key(string name) => $"{{{_options.KeyPrefix}}}:{name}";

    /// <summary>Another process's connection.</summary>
    public RedisConnection Connect()
    {
        var connection = new RedisConnection(_options, TimeProvider.System, NullLogger<RedisConnection>.Instance);
        _opened.Add(connection);
        return connection;
    }

    /// <summary>The same queue as another process sees it, in real time.</summary>
    public RedisQueue OpenQueue(TimeSpan lease, RedisConnection? connection = null, TimeProvider? time = null) =>
        new(connection ?? Connect(), _options, time ?? TimeProvider.System, lease, NullLogger<RedisQueue>.Instance);

    public async Task<long> CountAsync(string command, string key) => (long)await Connection.ExecuteAsync(command, [Key(key)], default);

    public Task<RedisResult> ExecuteAsync(string command, params object[] arguments) => Connection.ExecuteAsync(command, arguments, default);

    public override async ValueTask DisposeAsync()
    {
        foreach (var opened in _opened) await opened.DisposeAsync();
    }
}
