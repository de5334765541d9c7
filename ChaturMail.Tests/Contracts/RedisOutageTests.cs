using System.Diagnostics;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Redis;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Contracts;

/// <summary>The queue on a Redis that goes away, comes back and forgets.</summary>
public sealed class RedisOutageTests
{
    [Fact]
    public async Task AWaitingTakerSurvivesAWipe()
    {
        await using var server = await RedisServer.StartAsync();
        await using var q = new RedisFixture(server);
        var taking = q.Queue.TakeAsync(1, TestContext.Current.CancellationToken);
        await q.ExecuteAsync("FLUSHALL");

        var id = await q.EnqueueAsync();

        Assert.Equal(new QueueEntry(id, 1), Assert.Single(await taking.WaitAsync(TimeSpan.FromSeconds(10))));
    }

    [Fact]
    public async Task WhatWasHeldBeforeAWipeCannotBeEndedByItsOldHolder()
    {
        await using var server = await RedisServer.StartAsync();
        await using var q = new RedisFixture(server);
        var old = await q.TakeAfterAsync(await q.EnqueueAsync());
        await q.ExecuteAsync("FLUSHALL");
        await q.Queue.ExtendAsync([old], default);
        await q.Queue.AcknowledgeAsync(old, default);
        await q.ExpectAsync();

        await q.Queue.EnqueueAsync(old.JobId, default);
        Assert.Equal(old, Assert.Single(await q.OpenQueue(QueueFixture.Lease).TakeAsync(1, default)));
        await q.Queue.AcknowledgeAsync(old, default);

        await q.ExpectAsync(held: 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TakersGoOnWhenRedisIsBack(bool wiped)
    {
        await using var server = await RedisServer.StartAsync();
        await using var q = new RedisFixture(server);
        // On a busy machine the first connection may take longer than a command may.
        var held = await q.TakeAfterAsync(await WhenItIsBackAsync(() => q.EnqueueAsync()));
        var waiting = await q.EnqueueAsync();
        var id = DocumentId.New(TimeProvider.System);
        await server.KillAsync();

        await FailsFastAsync(() => q.Queue.EnqueueAsync(id, default));
        await FailsFastAsync(() => q.Queue.TakeAsync(1, default));
        await FailsFastAsync(() => q.Queue.AcknowledgeAsync(held, default));
        await server.RestartAsync(wiped);

        // As the sweep does: all that the store holds as queued, whatever the queue knows.
        string[] queued = [held.JobId, waiting, id];
        foreach (var job in queued) await WhenItIsBackAsync(async () => { await q.Queue.EnqueueAsync(job, default); return true; });
        await q.ExpectAsync(waiting: wiped ? 3 : 2, held: wiped ? 0 : 1);
        await q.PassAsync(QueueFixture.Lease + TimeSpan.FromMilliseconds(1));
        var taken = new List<QueueEntry>();
        while (taken.Count < 3) taken.AddRange(await WhenItIsBackAsync(() => q.Queue.TakeAsync(10, TestContext.Current.CancellationToken)));
        Assert.Equal(queued.Order(), taken.Select(entry => entry.JobId).Order());
    }

    [Fact]
    public async Task AnEntryWhoseEndNeverReachedRedisIsTakenAgainAfterItsLeaseAndItsAttemptCounts()
    {
        await using var server = await RedisServer.StartAsync();
        await using var q = new RedisFixture(server);
        var held = await q.TakeAfterAsync(await q.EnqueueAsync());
        await server.KillAsync();
        await FailsFastAsync(() => q.Queue.BuryAsync(held, "no credit", default));
        // Its answer may have been lost with entries in it: the next take gives back what this process does not know.
        await FailsFastAsync(() => q.Queue.TakeAsync(1, default));
        await server.RestartAsync();

        await WhenItIsBackAsync(async () => { await q.PassAsync(QueueFixture.Lease + TimeSpan.FromMilliseconds(1)); return true; });
        var again = Assert.Single(await WhenItIsBackAsync(() => q.Queue.TakeAsync(1, TestContext.Current.CancellationToken)));

        Assert.Equal(held with { Attempt = 2 }, again);
    }

    [Fact]
    public async Task ATakerThatStartsBeforeRedisWaitsForIt()
    {
        await using var server = RedisServer.NotYetStarted();
        await using var q = new RedisFixture(server);
        await FailsFastAsync(() => q.Queue.TakeAsync(1, default));

        await server.RestartAsync();

        var id = await WhenItIsBackAsync(() => q.EnqueueAsync());
        Assert.Equal(id, Assert.Single(await WhenItIsBackAsync(() => q.Queue.TakeAsync(1, default))).JobId);
    }

    [Fact]
    public async Task APasswordIsUsedAndAWrongOneFailsFast()
    {
        await using var server = await RedisServer.StartAsync("open sesame, #1");
        await using var q = new RedisFixture(server);
        await q.TakeAfterAsync(await q.EnqueueAsync());
        await using var wrong = new RedisFixture(server, password: "sesame");
        await FailsFastAsync(wrong.EnqueueAsync);
    }

    [Fact]
    public async Task AHostThatNobodyKnowsFailsFastAgainAndAgain()
    {
        await using var server = RedisServer.NotYetStarted();
        await using var q = new RedisFixture(server, host: "redis.invalid");
        for (var i = 0; i < 3; i++) await FailsFastAsync(() => q.Queue.TakeAsync(1, default));
    }

    private static async Task FailsFastAsync(Func<Task> command)
    {
        var started = Stopwatch.GetTimestamp();
        await Assert.ThrowsAnyAsync<Exception>(command);
        // The limit, twice over for a machine that is busy.
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, RedisConnection.LongestCommand * 2);
    }

    private static async Task<T> WhenItIsBackAsync<T>(Func<Task<T>> command)
    {
        T? answer = default;
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                answer = await command();
                return true;
            }
            catch (Exception e) when (e is TimeoutException or StackExchange.Redis.RedisException)
            {
                return false;
            }
        });
        return answer!;
    }
}
