using System.Globalization;
using ChaturMail.Core.Events;
using ChaturMail.Core.Events.Redis;
using ChaturMail.Core.Redis;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Contracts;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>Events on their way from the store through Redis to those who consume them, while Workers and Redis are killed.</summary>
public sealed class EventsTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Events = 2000;

    // Each gets a hundred notifications, half of what is kept.
    private const int Users = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TextFolder _folder = new();
    private readonly List<ProductProcess> _workers = [];
    private readonly HashSet<string> _ids = [];
    private RedisServer _redis = null!;
    private SqliteDatabase _database = null!;
    private SqliteDocumentStore _documents = null!;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _database = new SqliteDatabase(Path.Combine(_folder.Path, "chaturmail.db"));
        _documents = new SqliteDocumentStore(_database);
        var users = new SqliteUserStore(_database, TimeProvider.System);
        for (var i = 0; i < Users; i++) await users.SignInAsync(StoreFixture.SignInOf($"u{i}"), default);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers) await worker.DisposeAsync();
        if (_database is not null) _database.Dispose();
        if (_redis is not null) await _redis.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task WorkersThatAreKilledInTheMiddleOfTwoThousandEventsLoseNoneForAnyConsumer()
    {
        var (first, second) = (StartWorker(), StartWorker());
        var happening = HappenAsync(Events);
        await LinesAsync(Events / 10);
        await first.KillAsync();
        var third = StartWorker();
        await LinesAsync(Events / 2);
        await second.KillAsync();
        await happening;

        await ExpectAllHandledAsync();
        Assert.False(third.HasExited);
        // Whoever joins now finds each of them in the stream, in a group of their own.
        Assert.Subset((await StreamedAsync()).ToHashSet(), _ids);
    }

    [Fact]
    public async Task WhatHappensWhileRedisIsAwayIsHandledWhenItIsBack()
    {
        StartWorker();
        StartWorker();
        await HappenAsync(Events / 4);
        await LinesAsync(Events / 8);

        await _redis.KillAsync();
        await HappenAsync(Events / 4);
        await _redis.RestartAsync();
        await HappenAsync(Events / 2);

        await ExpectAllHandledAsync();
    }

    [Fact]
    public async Task WithWorkersAliveEachEventIsPublishedOnce()
    {
        var (one, two) = (StartWorker(), StartWorker());
        await HappenAsync(1);
        await LinesAsync(1);
        var start = TimeProvider.System.GetTimestamp();
        await HappenAsync(Events - 1);
        await ExpectAllHandledAsync();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Events} events by two consumers in {TimeProvider.System.GetElapsedTime(start).TotalSeconds:F2} s, writing them included"));

        var streamed = await StreamedAsync();
        Assert.Equal(streamed.Count, streamed.Distinct().Count());
        Assert.False(one.HasExited || two.HasExited);
    }

    private ProductProcess StartWorker()
    {
        var worker = ProductProcess.Start("ChaturMail.Worker", [],
        [
            ("ASPNETCORE_ENVIRONMENT", "Development"), ("DATA_DIR", _folder.Path), ("REDIS_IP", "127.0.0.1"),
            ("REDIS_PORT", _redis.Port.ToString(CultureInfo.InvariantCulture)), ("Queue__Lease", "00:00:02"),
        ]);
        _workers.Add(worker);
        return worker;
    }

    // Somebody is taken out of a party: a line in the audit trail, and a notification.
    private Task HappenAsync(int count) => Parallel.ForEachAsync(
        Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, stop) =>
        {
            var happened = DomainEvent.Of(TimeProvider.System, EventType.PartyMemberRemoved, "party", "admin", ("member", $"u{i % Users}"));
            lock (_ids) _ids.Add(happened.Id);
            Assert.True(await _documents.AddAsync(new StoredDocument("test", happened.Id, 1, 0, [], [], "{}"), [happened], stop));
        });

    private Task LinesAsync(int count) => Eventually.TrueAsync(() => Task.FromResult(Count("SELECT COUNT(*) FROM audit") >= count), Patience);

    private async Task ExpectAllHandledAsync()
    {
        try
        {
            await Eventually.TrueAsync(() => Task.FromResult(
                Count("SELECT COUNT(*) FROM audit") == Events && Count("SELECT COUNT(*) FROM documents WHERE kind = 'notification'") == Events), Patience);
        }
        catch (Exception)
        {
            foreach (var line in _workers.SelectMany(worker => worker.Lines)) output.WriteLine(line);
            throw;
        }

        var audited = _database.Read(db => db.List(row => row.GetString(0), "SELECT id FROM audit")).ToHashSet();
        Assert.True(audited.SetEquals(_ids));
        var told = _database.Read(db => db.List(row => row.GetString(0), "SELECT id FROM documents WHERE kind = 'notification'")).ToHashSet();
        Assert.True(_ids.All(id => Enumerable.Range(0, Users).Any(i => told.Contains(Notification.IdOf(id, $"u{i}")))));
        await Eventually.TrueAsync(() => Task.FromResult(Count("SELECT COUNT(*) FROM outbox") == 0));
        await using var connection = Connect();
        Assert.Empty(await Stream(connection).ListDeadAsync(10, default));
    }

    private async Task<List<string>> StreamedAsync()
    {
        await using var connection = Connect();
        var ids = new List<string>();
        while (await Stream(connection).ReadAsync("joined-late", "m", 1000, default) is { Count: > 0 } page)
            ids.AddRange(page.Where(e => e.Event.Type == EventType.PartyMemberRemoved).Select(e => e.Event.Id));
        return ids;
    }

    private RedisConnection Connect() => new(
        new RedisOptions { Host = "127.0.0.1", Port = _redis.Port }, TimeProvider.System, NullLogger<RedisConnection>.Instance);

    private static RedisEventStream Stream(RedisConnection connection) =>
        new(connection, new EventsOptions(), TimeProvider.System, TimeSpan.FromMinutes(10), NullLogger<RedisEventStream>.Instance);

    private long Count(string sql) => _database.Read(db => (long)db.Scalar(sql)!);
}
