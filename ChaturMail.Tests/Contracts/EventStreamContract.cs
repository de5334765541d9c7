using ChaturMail.Core.Events;

namespace ChaturMail.Tests.Contracts;

/// <summary>An empty stream of one adapter, in which time passes when the test says so.</summary>
public abstract class StreamFixture : IAsyncDisposable
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    public abstract IEventStream Stream { get; }

    /// <summary>Lets so much time pass for what members of a group hold, and for the relay that published last.</summary>
    public abstract Task PassAsync(string group, TimeSpan by);

    public abstract ValueTask DisposeAsync();

    public static DomainEvent Event(string subject = "s") => DomainEvent.Of(TimeProvider.System, EventType.PartyCreated, subject, "u1");

    public async Task<List<DomainEvent>> PublishAsync(int count)
    {
        var events = Enumerable.Range(0, count).Select(i => Event($"s{i}")).ToList();
        Assert.True(await Stream.PublishAsync("relay", events, default));
        return events;
    }

    public Task<IReadOnlyList<StreamedEvent>> ReadAsync(string group = "g", string member = "m", int most = 100) => Stream.ReadAsync(group, member, most, default);

    public async Task<GroupLag> LagAsync(string group = "g") => (await Stream.MeasureAsync(default)).Groups.Single(lag => lag.Group == group);
}

/// <summary>What every <see cref="IEventStream"/> does.</summary>
public abstract class EventStreamContract
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    protected abstract Task<StreamFixture> OpenAsync();

    [Fact]
    public async Task EachGroupGetsEveryEventAsItIsInTheOrderOfPublishing()
    {
        await using var s = await OpenAsync();
        var events = await s.PublishAsync(150);
        var data = new Dictionary<string, string> { ["partyId"] = "p", ["name"] = "Größe \"1\" 🎈", ["empty"] = "" };
        var rich = new DomainEvent("6b018b08c371b1bcac5105a3", EventType.MessageSent, "m1", DomainEvent.System, DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_123), data);
        Assert.True(await s.Stream.PublishAsync("relay", [rich], default));

        foreach (var group in new[] { "g", "other" })
        {
            var given = await s.ReadAsync(group, most: 200);
            Assert.Equal(events.Append(rich).Select(e => e.Id), given.Select(e => e.Event.Id));
            Assert.All(given, e => Assert.Equal(1, e.Deliveries));
            var last = given[^1].Event;
            Assert.Equal((rich.Type, rich.Subject, rich.Actor, rich.Time), (last.Type, last.Subject, last.Actor, last.Time));
            Assert.Equal(data, last.Data);
            Assert.Empty(await s.ReadAsync(group));
        }
    }

    [Fact]
    public async Task TheMembersOfAGroupShareItsEvents()
    {
        await using var s = await OpenAsync();
        var events = await s.PublishAsync(10);

        var (one, two) = (await s.ReadAsync(member: "one", most: 4), await s.ReadAsync(member: "two"));

        Assert.Equal(events.Select(e => e.Id), one.Concat(two).Select(e => e.Event.Id));
        Assert.Equal((4, 6), (one.Count, two.Count));
    }

    [Fact]
    public async Task AGroupThatWasAwayCatchesUp()
    {
        await using var s = await OpenAsync();
        var before = await s.PublishAsync(3);
        await s.Stream.AcknowledgeAsync("g", await s.ReadAsync(), default);
        var meanwhile = await s.PublishAsync(5);

        Assert.Equal(meanwhile.Select(e => e.Id), (await s.ReadAsync()).Select(e => e.Event.Id));
        // One that begins only now gets what is kept.
        Assert.Equal(before.Concat(meanwhile).Select(e => e.Id), (await s.ReadAsync("late")).Select(e => e.Event.Id));
    }

    [Fact]
    public async Task WhatAMemberDoesNotAcknowledgeIsGivenToAnotherWhenItsLeaseIsOver()
    {
        await using var s = await OpenAsync();
        var events = await s.PublishAsync(3);
        var given = await s.ReadAsync(member: "dead");
        await s.Stream.AcknowledgeAsync("g", [given[1]], default);
        await s.PassAsync("g", StreamFixture.Lease - Margin);
        Assert.Empty(await s.ReadAsync(member: "other"));

        await s.PassAsync("g", 2 * Margin);
        var late = await s.PublishAsync(1);
        var taken = await s.ReadAsync(member: "other");

        // Those that were lost come first.
        Assert.Equal([(events[0].Id, 2), (events[2].Id, 2), (late[0].Id, 1)], taken.Select(e => (e.Event.Id, e.Deliveries)));
        await s.Stream.AcknowledgeAsync("g", taken, default);
        await s.PassAsync("g", StreamFixture.Lease + Margin);
        Assert.Empty(await s.ReadAsync(member: "third"));
        Assert.Equal((0, 0), ((await s.LagAsync()).Waiting, (await s.LagAsync()).Held));
    }

    [Fact]
    public async Task AMemberKeepsWhatItExtendsAndCannotTakeBackWhatItLost()
    {
        await using var s = await OpenAsync();
        await s.PublishAsync(2);
        var given = await s.ReadAsync(member: "slow");
        await s.PassAsync("g", StreamFixture.Lease - Margin);
        await s.Stream.ExtendAsync("g", "slow", [given[0]], default);
        await s.PassAsync("g", 2 * Margin);

        Assert.Equal(given[1].Event.Id, Assert.Single(await s.ReadAsync(member: "other")).Event.Id);

        await s.PassAsync("g", StreamFixture.Lease - 3 * Margin);
        await s.Stream.ExtendAsync("g", "slow", given, default);
        await s.PassAsync("g", 4 * Margin);
        Assert.Equal(given[1].Event.Id, Assert.Single(await s.ReadAsync(member: "third")).Event.Id);
    }

    [Fact]
    public async Task AnEventThatIsGivenUpStandsAmongTheDeadAndIsNotGivenAgain()
    {
        await using var s = await OpenAsync();
        var events = await s.PublishAsync(2);
        var given = await s.ReadAsync();
        await s.Stream.BuryAsync("g", given[0], "InvalidOperationException", default);
        await s.Stream.AcknowledgeAsync("g", [given[1]], default);
        await s.PassAsync("g", StreamFixture.Lease + Margin);

        Assert.Empty(await s.ReadAsync());
        var dead = Assert.Single(await s.Stream.ListDeadAsync(10, default));
        Assert.Equal(
            ("g", events[0].Id, events[0].Type, events[0].Subject, "InvalidOperationException", 1),
            (dead.Group, dead.EventId, dead.Type, dead.Subject, dead.Reason, dead.Deliveries));
        Assert.Equal(1, (await s.Stream.MeasureAsync(default)).Dead);
        // Another group has nothing to do with it.
        Assert.Equal(2, (await s.ReadAsync("other")).Count);
    }

    [Fact]
    public async Task OfSeveralRelaysOnePublishesUntilItFallsSilent()
    {
        await using var s = await OpenAsync();
        Assert.True(await s.Stream.PublishAsync("one", [StreamFixture.Event()], default));
        Assert.False(await s.Stream.PublishAsync("two", [StreamFixture.Event()], default));
        Assert.True(await s.Stream.PublishAsync("one", [StreamFixture.Event()], default));
        Assert.Equal(2, (await s.ReadAsync()).Count);

        await s.PassAsync("g", IEventStream.RelayLease + Margin);

        Assert.True(await s.Stream.PublishAsync("two", [StreamFixture.Event()], default));
        Assert.False(await s.Stream.PublishAsync("one", [StreamFixture.Event()], default));
    }

    [Fact]
    public async Task TheLagOfAGroupIsWhatItHasNotDone()
    {
        await using var s = await OpenAsync();
        Assert.Equal((0L, 0L, 0), await DepthAsync(s));
        await s.PublishAsync(5);
        await s.ReadAsync(most: 2);

        var lag = await s.LagAsync();

        Assert.Equal((3, 2), (lag.Waiting, lag.Held));
        Assert.InRange(lag.Oldest, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Equal((5L, 0L, 1), await DepthAsync(s));
    }

    [Fact]
    public async Task EventsFromBeforeAMomentAreRemoved()
    {
        await using var s = await OpenAsync();
        await s.PublishAsync(3);
        await s.Stream.BuryAsync("g", (await s.ReadAsync(most: 1))[0], "reason", default);
        await s.Stream.TrimAsync(TimeProvider.System.GetUtcNow().AddDays(-3650), default);
        Assert.Equal((3L, 1L, 1), await DepthAsync(s));

        await s.Stream.TrimAsync(TimeProvider.System.GetUtcNow().AddDays(3650), default);

        Assert.Equal((0L, 0L, 1), await DepthAsync(s));
        Assert.Empty(await s.ReadAsync());
        var after = await s.PublishAsync(1);
        Assert.Equal(after[0].Id, Assert.Single(await s.ReadAsync()).Event.Id);
    }

    [Fact]
    public async Task AReaderIsWokenByTheNextEvent()
    {
        await using var s = await OpenAsync();
        Assert.Empty(await s.ReadAsync());
        var news = s.Stream.News;
        Assert.False(news.IsCompleted);

        await s.PublishAsync(1);

        await news.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private static async Task<(long, long, int)> DepthAsync(StreamFixture s)
    {
        var depth = await s.Stream.MeasureAsync(default);
        return (depth.Events, depth.Dead, depth.Groups.Count);
    }
}
