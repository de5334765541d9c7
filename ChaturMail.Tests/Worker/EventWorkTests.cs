using System.Collections.Concurrent;
using ChaturMail.Core.Events;
using ChaturMail.Core.Events.Embedded;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Contracts;
using ChaturMail.Tests.Support;
using ChaturMail.Worker;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.Worker;

/// <summary>Relay and consumers on the embedded stream, which the contract shows to be like any other.</summary>
public sealed class EventWorkTests : IAsyncDisposable
{
    private readonly SqliteFixture _stores = new();
    private readonly SqliteDocumentStore _documents;
    private readonly SqliteOutbox _outbox;
    private readonly EmbeddedEventStream _stream;

    public EventWorkTests()
    {
        (_documents, _outbox) = (new SqliteDocumentStore(_stores.Database), new SqliteOutbox(_stores.Database));
        _stream = Stream(TimeSpan.FromMilliseconds(20));
    }

    public ValueTask DisposeAsync() => _stores.DisposeAsync();

    [Fact]
    public async Task WhatHappenedIsPassedOnInItsOrderAndLeavesTheOutbox()
    {
        var ids = await HappenAsync(EventRelay.MostAtOnce + 1);
        var relay = Relay(_stream);

        Assert.Equal(EventRelay.Passing.Passed, await relay.PassOnAsync(default));
        Assert.Equal(1, await _outbox.CountAsync(default));
        Assert.Equal(EventRelay.Passing.Passed, await relay.PassOnAsync(default));
        Assert.Equal(EventRelay.Passing.Empty, await relay.PassOnAsync(default));

        Assert.Equal(ids, (await _stream.ReadAsync("g", "m", 1000, default)).Select(e => e.Event.Id));
    }

    [Fact]
    public async Task TwoRelaysPassNothingOnTwice()
    {
        var (one, other) = (Relay(_stream), Relay(Stream(TimeSpan.FromSeconds(30))));
        var ids = new List<string>();
        for (var round = 0; round < 20; round++)
        {
            ids.AddRange(await HappenAsync(10));
            await Task.WhenAll(one.PassOnAsync(default), other.PassOnAsync(default));
            while (await one.PassOnAsync(default) == EventRelay.Passing.Passed || await other.PassOnAsync(default) == EventRelay.Passing.Passed)
            {
            }
        }

        Assert.Equal(0, await _outbox.CountAsync(default));
        Assert.Equal(ids, (await _stream.ReadAsync("g", "m", 1000, default)).Select(e => e.Event.Id));
    }

    [Fact]
    public async Task WhileTheStreamIsAwayEventsStayInTheOutbox()
    {
        await HappenAsync(3);
        var away = new AwayStream(_stream) { IsAway = true };
        await Assert.ThrowsAsync<TimeoutException>(() => Relay(away).PassOnAsync(default));
        Assert.Equal(3, await _outbox.CountAsync(default));
    }

    [Fact]
    public async Task AnEventThatFailsTenTimesIsDeadForItsConsumerAndHoldsUpNobodyElse()
    {
        var seen = new ConcurrentQueue<string>();
        var tries = new ConcurrentQueue<string>();
        string? poison = null;
        var picky = new Consumer("picky", e =>
        {
            tries.Enqueue(e.Id);
            if (e.Id == poison) throw new InvalidOperationException("no text of this reaches the reason");
        });
        var easy = new Consumer("easy", e => seen.Enqueue(e.Id));
        var ids = await HappenAsync(20);
        poison = ids[7];
        await Relay(_stream).PassOnAsync(default);

        await using (await StartAsync(_stream, picky, easy))
            await Eventually.TrueAsync(async () => (await _stream.ListDeadAsync(10, default)).Count > 0 && await IsDoneAsync());

        var dead = Assert.Single(await _stream.ListDeadAsync(10, default));
        Assert.Equal(("picky", poison, "InvalidOperationException", EventConsumers.MostDeliveries), (dead.Group, dead.EventId, dead.Reason, dead.Deliveries));
        Assert.Equal(EventConsumers.MostDeliveries, tries.Count(id => id == poison));
        Assert.Equal(ids.Order(), tries.Distinct().Order());
        Assert.Equal(ids.Order(), seen.Order());
    }

    [Fact]
    public async Task WhatWasReadWaitsForAStoreThatIsAwayAndNoTryIsLost()
    {
        var isAway = true;
        var tries = 0;
        var done = new TaskCompletionSource();
        var consumer = new Consumer("c", _ =>
        {
            Interlocked.Increment(ref tries);
            if (Volatile.Read(ref isAway)) throw new IOException("away");
            done.TrySetResult();
        });
        await HappenAsync(1);
        await Relay(_stream).PassOnAsync(default);
        // A clock that makes seconds of rest short; the leases are the machine's.
        await using var running = await StartAsync(Stream(TimeSpan.FromMinutes(1)), new HurriedTimeProvider(100), consumer);
        await Eventually.TrueAsync(() => Task.FromResult(Volatile.Read(ref tries) > EventConsumers.MostDeliveries + 5));
        Volatile.Write(ref isAway, false);

        await done.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await Eventually.TrueAsync(IsDoneAsync);
        Assert.Empty(await _stream.ListDeadAsync(10, default));
    }

    [Fact]
    public async Task EventsOfOneSubjectAreHandledInTheirOrderAndThoseOfOthersAtOnce()
    {
        var order = new ConcurrentDictionary<string, ConcurrentQueue<string>>();
        var together = new SemaphoreSlim(0);
        var consumer = new Consumer("c", async e =>
        {
            order.GetOrAdd(e.Subject, _ => []).Enqueue(e.Id);
            // Each waits for one of the other subject: one after the other they would wait for ever.
            if (e.Data.ContainsKey("first"))
            {
                together.Release();
                while (together.CurrentCount < 2) await Task.Delay(5);
            }
        });
        var ids = new Dictionary<string, List<string>> { ["a"] = [], ["b"] = [] };
        for (var i = 0; i < 20; i++)
        {
            foreach (var subject in ids.Keys)
                ids[subject].Add(await HappenAsync(DomainEvent.Of(TimeProvider.System, EventType.TopicDraftSaved, subject, "u1", i == 0 ? [("first", "")] : [])));
        }

        await Relay(_stream).PassOnAsync(default);
        await using var running = await StartAsync(Stream(TimeSpan.FromMinutes(1)), consumer);
        await Eventually.TrueAsync(() => Task.FromResult(order.Values.Sum(q => q.Count) == 40));

        Assert.Equal(ids["a"], order["a"]);
        Assert.Equal(ids["b"], order["b"]);
    }

    [Fact]
    public async Task TheCommandsShowHowFarGroupsAreAndWhatIsDead()
    {
        var ids = await HappenAsync(3);
        await Relay(_stream).PassOnAsync(default);
        await HappenAsync(1);
        await _stream.BuryAsync("audit", (await _stream.ReadAsync("audit", "m", 1, default))[0], "TimeoutException", default);
        var output = new StringWriter();
        var commands = new EventCommands(_outbox, _stream, output);

        Assert.Equal(0, await commands.RunAsync(["lag"], default));
        Assert.Equal(0, await commands.RunAsync(["dead"], default));
        Assert.Equal(2, await commands.RunAsync(["sing"], default));

        Assert.Matches(@"(?m)^outbox +stream +dead\n1 +3 +1$", output.ToString());
        Assert.Matches(@"(?m)^audit +2 +0 ", output.ToString());
        Assert.Matches(@$"(?m)^audit +{ids[0]} +party\.created\.v1 .* 1 +TimeoutException$", output.ToString());
    }

    private EmbeddedEventStream Stream(TimeSpan lease) => new(_stores.Database, new EventsOptions(), TimeProvider.System, lease);

    private EventRelay Relay(IEventStream stream) => new(_outbox, stream, TimeProvider.System, NullLogger<EventRelay>.Instance);

    private async Task<bool> IsDoneAsync()
    {
        var depth = await _stream.MeasureAsync(default);
        return depth.Groups.All(group => group is { Waiting: 0, Held: 0 });
    }

    private async Task<List<string>> HappenAsync(int count)
    {
        var ids = new List<string>(count);
        for (var i = 0; i < count; i++) ids.Add(await HappenAsync(StreamFixture.Event($"s{i}")));
        return ids;
    }

    private async Task<string> HappenAsync(DomainEvent happened)
    {
        Assert.True(await _documents.AddAsync(new StoredDocument("test", happened.Id, 1, 0, [], [], "{}"), [happened], default));
        return happened.Id;
    }

    private static Task<Running> StartAsync(IEventStream stream, params IEventConsumer[] consumers) => StartAsync(stream, TimeProvider.System, consumers);

    private static async Task<Running> StartAsync(IEventStream stream, TimeProvider time, params IEventConsumer[] consumers)
    {
        var service = new EventConsumers(
            consumers, stream, new QueueOptions(), new StoreDescription("test", e => e is IOException), time, NullLogger<EventConsumers>.Instance);
        await service.StartAsync(default);
        return new Running(service);
    }

    private sealed class Running(EventConsumers service) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await service.StopAsync(default);
            service.Dispose();
        }
    }

    private sealed class Consumer(string name, Func<DomainEvent, Task> handle) : IEventConsumer
    {
        public Consumer(string name, Action<DomainEvent> handle) : this(name, e =>
        {
            handle(e);
            return Task.CompletedTask;
        })
        {
        }

        public string Name => name;

        public Task HandleAsync(DomainEvent happened, CancellationToken cancellation) => handle(happened);
    }

    private sealed class AwayStream(IEventStream stream) : IEventStream
    {
        public bool IsAway { get; init; }

        public Task News => stream.News;

        public Task<bool> PublishAsync(string relay, IReadOnlyList<DomainEvent> events, CancellationToken cancellation) =>
            IsAway ? throw new TimeoutException() : stream.PublishAsync(relay, events, cancellation);

        public Task<IReadOnlyList<StreamedEvent>> ReadAsync(string group, string member, int most, CancellationToken cancellation) =>
            stream.ReadAsync(group, member, most, cancellation);

        public Task ExtendAsync(string group, string member, IReadOnlyCollection<StreamedEvent> events, CancellationToken cancellation) =>
            stream.ExtendAsync(group, member, events, cancellation);

        public Task AcknowledgeAsync(string group, IReadOnlyCollection<StreamedEvent> events, CancellationToken cancellation) =>
            stream.AcknowledgeAsync(group, events, cancellation);

        public Task BuryAsync(string group, StreamedEvent given, string reason, CancellationToken cancellation) => stream.BuryAsync(group, given, reason, cancellation);

        public Task<IReadOnlyList<DeadEvent>> ListDeadAsync(int limit, CancellationToken cancellation) => stream.ListDeadAsync(limit, cancellation);

        public Task<StreamDepth> MeasureAsync(CancellationToken cancellation) => stream.MeasureAsync(cancellation);

        public Task TrimAsync(DateTimeOffset before, CancellationToken cancellation) => stream.TrimAsync(before, cancellation);
    }
}
