using System.Diagnostics;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Queue.Redis;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;
using StackExchange.Redis;

namespace ChaturMail.Tests.Contracts;

public sealed class RedisQueueTests(SharedRedis redis, ITestOutputHelper output) : GenerationQueueContract
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    protected override async Task<QueueFixture> OpenAsync() => await OpenRedisAsync();

    [Fact]
    public async Task ATakerIsWokenByAnotherProcessWithinMilliseconds()
    {
        await using var q = await OpenRedisAsync();
        var taker = q.OpenQueue(QueueFixture.Lease);
        var times = new List<double>();
        for (var i = 0; i < 110; i++)
        {
            var taking = taker.TakeAsync(1, TestContext.Current.CancellationToken);
            // The message of the last round may still be on its way and would spare this one its waiting.
            await Task.Delay(2);
            var id = DocumentId.New(TimeProvider.System);
            var started = Stopwatch.GetTimestamp();
            await q.Queue.EnqueueAsync(id, default);
            var entry = Assert.Single(await taking.WaitAsync(Patience));
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            Assert.Equal(id, entry.JobId);
            await taker.AcknowledgeAsync(entry, default);
        }

        var sorted = times.Skip(10).Order().ToList();
        output.WriteLine($"pick-up: median {sorted[50]:F2} ms, p95 {sorted[95]:F2} ms, longest {sorted[^1]:F2} ms");
        Assert.InRange(sorted[50], 0, 50);
    }

    [Fact]
    public async Task NothingIsLeftOfTenThousandAcknowledgedJobs()
    {
        const int jobs = 10_000;
        await using var q = await OpenRedisAsync();
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, jobs).Select(_ => q.EnqueueAsync()));
        var enqueued = Stopwatch.GetElapsedTime(started);
        var done = 0;
        while (done < jobs)
        {
            var taken = await q.Queue.TakeAsync(64, TestContext.Current.CancellationToken);
            await Task.WhenAll(taken.Select(entry => q.Queue.AcknowledgeAsync(entry, default)));
            done += taken.Count;
        }

        var all = Stopwatch.GetElapsedTime(started);
        output.WriteLine($"enqueued {jobs / enqueued.TotalSeconds:F0}/s, taken and acknowledged {jobs / (all - enqueued).TotalSeconds:F0}/s");
        Assert.Equal(jobs, done);
        await q.ExpectAsync();
        Assert.Equal(0, await q.CountAsync("XLEN", "jobs"));
        Assert.Equal(0, await q.CountAsync("EXISTS", "index"));
        Assert.Equal(0, await q.CountAsync("EXISTS", "delayed"));
    }

    [Fact]
    public async Task AnAbandonedEntryIsGivenToAnotherProcessWhenItsRealLeaseIsOver()
    {
        await using var q = await OpenRedisAsync();
        var lease = TimeSpan.FromMilliseconds(900);
        var (dead, living, other) = (q.OpenQueue(lease), q.OpenQueue(lease), q.OpenQueue(lease));
        var (abandoned, kept) = (await q.EnqueueAsync(), await q.EnqueueAsync());
        Assert.Equal(abandoned, Assert.Single(await dead.TakeAsync(1, default)).JobId);
        var held = Assert.Single(await living.TakeAsync(1, default));
        using var stop = new CancellationTokenSource();
        var beating = BeatAsync(living, held, lease / 4, stop.Token);

        Assert.Equal(new QueueEntry(abandoned, 2), Assert.Single(await other.TakeAsync(10, TestContext.Current.CancellationToken)));

        Assert.Equal(kept, held.JobId);
        await stop.CancelAsync();
        await beating;
        await living.AcknowledgeAsync(held, default);
        await q.ExpectAsync(held: 1);
    }

    [Fact]
    public async Task AllAbandonedEntriesAreFoundAmongManyThatAreNot()
    {
        await using var q = await OpenRedisAsync();
        var living = q.OpenQueue(QueueFixture.Lease);
        for (var i = 0; i < 600; i++) await q.EnqueueAsync();
        var gone = (await q.Queue.TakeAsync(150, default)).ToList();
        var held = await living.TakeAsync(300, default);
        gone.AddRange(await q.Queue.TakeAsync(150, default));
        await q.PassAsync(QueueFixture.Lease);
        await living.ExtendAsync(held, default);

        var again = await q.Queue.TakeAsync(1000, TestContext.Current.CancellationToken);

        Assert.Equal(gone.Select(e => e.JobId).Order(), again.Select(e => e.JobId).Order());
    }

    [Fact]
    public async Task ABusyTakerGetsAllAbandonedEntriesBeforeThoseThatWait()
    {
        await using var q = await OpenRedisAsync();
        for (var i = 0; i < 6; i++) await q.EnqueueAsync();
        var gone = await q.Queue.TakeAsync(3, default);
        await q.PassAsync(QueueFixture.Lease);
        var busy = q.OpenQueue(QueueFixture.Lease);

        var again = new List<QueueEntry>();
        for (var i = 0; i < 3; i++) again.AddRange(await busy.TakeAsync(1, TestContext.Current.CancellationToken));

        Assert.Equal(gone.Select(e => e.JobId).Order(), again.Select(e => e.JobId).Order());
    }

    [Fact]
    public async Task OnlyTheHolderExtendsAndEndsAnEntry()
    {
        await using var q = await OpenRedisAsync();
        var other = q.OpenQueue(QueueFixture.Lease);
        await q.EnqueueAsync();
        var entry = await q.TakeOneAsync();

        // The same job and attempt, as after a Redis that lost its data: the consumer decides.
        await other.AcknowledgeAsync(entry, default);
        await other.ReleaseAsync(entry, default);
        await q.PassAsync(QueueFixture.Lease);
        await other.ExtendAsync([entry], default);

        Assert.Equal(2, (await q.TakeOneAsync()).Attempt);
    }

    [Fact]
    public async Task UnreadableEntriesBecomeDeadLettersAndHoldUpNothing()
    {
        await using var q = await OpenRedisAsync();
        for (var i = 0; i < 20; i++)
        {
            await q.ExecuteAsync("XADD", q.Key("jobs"), "*", "nonsense", "1");
            await q.ExecuteAsync("XADD", q.Key("jobs"), "*", "job", "");
            await q.ExecuteAsync("XADD", q.Key("jobs"), "*", "job", new string('x', 65));
            await q.ExecuteAsync("XADD", q.Key("jobs"), "*", "job", new byte[] { 0, 255, 10 });
        }

        var id = await q.EnqueueAsync();

        Assert.Equal(id, (await q.TakeOneAsync()).JobId);
        await q.ExpectAsync(held: 1, dead: 80);
        var letter = (await q.Queue.ListDeadAsync(1, default))[0];
        Assert.Equal(("unreadable entry", 0), (letter.Reason, letter.Attempts));
    }

    [Fact]
    public async Task ACopyOfAnEntryIsDropped()
    {
        await using var q = await OpenRedisAsync();
        var id = await q.EnqueueAsync();
        await q.ExecuteAsync("XADD", q.Key("jobs"), "*", "job", id);

        Assert.Single(await q.Queue.TakeAsync(10, default));
        await q.ExpectAsync(held: 1);
    }

    [Theory]
    [InlineData("w")]
    [InlineData("h")]
    [InlineData("d")]
    [InlineData("garbage")]
    public async Task AnEntryThatWasDeletedByHandIsEnqueuedAgain(string state)
    {
        await using var q = await OpenRedisAsync();
        var id = await q.EnqueueAsync();
        if (state is "h" or "d") await q.TakeOneAsync();
        if (state == "d") await q.Queue.RetryAsync(new QueueEntry(id, 1), TimeSpan.FromHours(1), default);
        if (state == "garbage") await q.ExecuteAsync("HSET", q.Key("index"), id, "nonsense");
        await q.ExecuteAsync("DEL", q.Key("jobs"), q.Key("delayed"));

        await q.Queue.EnqueueAsync(id, default);

        Assert.Equal(id, (await q.TakeOneAsync()).JobId);
        await q.ExpectAsync(held: 1);
    }

    [Fact]
    public async Task ADeadLetterKeepsItsReasonAttemptsAndTimesAndTheirNumberIsBounded()
    {
        await using var q = await OpenRedisAsync();
        var id = await q.EnqueueAsync();
        await q.Queue.RetryAsync(await q.TakeOneAsync(), TimeSpan.Zero, default);
        await q.Queue.BuryAsync(await q.TakeOneAsync(), "no credit", default);
        var letter = ((RedisResult[]?)await q.ExecuteAsync("XRANGE", q.Key("dead"), "-", "+"))!;
        var fields = ((RedisResult[]?)((RedisResult[]?)letter[0])![1])!;
        Assert.Equal(["job", "reason", "attempts", "first", "last"], fields.Where((_, i) => i % 2 == 0).Select(field => (string?)field));
        Assert.InRange((long)fields[9] - (long)fields[7], 0, 60_000);
        Assert.Equal((id, "no credit", 2), (await q.Queue.ListDeadAsync(1, default)).Select(d => (d.JobId, d.Reason, d.Attempts)).Single());

        // Filled to the bound by a script, as by a bad day.
        await q.Connection.EvaluateAsync(
            "for i = 1, 10000 do redis.call('XADD', KEYS[1], '*', 'job', i) end return 0", [q.Key("dead")], [], default);
        await q.EnqueueAsync();
        await q.Queue.BuryAsync(await q.TakeOneAsync(), "one more", default);

        Assert.Equal(10_000, await q.CountAsync("XLEN", "dead"));
        Assert.Equal("one more", (await q.Queue.ListDeadAsync(1, default))[0].Reason);
    }

    [Fact]
    public async Task ConsumersOfGoneProcessesAreRemovedOnlyWhenTheyHoldNothing()
    {
        await using var q = await OpenRedisAsync();
        var (busy, idle) = (q.OpenQueue(QueueFixture.Lease), q.OpenQueue(QueueFixture.Lease));
        await q.EnqueueAsync();
        await q.EnqueueAsync();
        await busy.TakeAsync(1, default);
        await idle.AcknowledgeAsync(Assert.Single(await idle.TakeAsync(1, default)), default);

        Assert.Equal(0, await q.Redis.RemoveGoneConsumersAsync(TimeSpan.FromMinutes(1), default));
        Assert.Equal(1, await q.Redis.RemoveGoneConsumersAsync(TimeSpan.Zero, default));

        await q.ExpectAsync(held: 1);
        // Who was taken for gone and is not simply goes on.
        await q.EnqueueAsync();
        Assert.Single(await idle.TakeAsync(1, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task WhatCameWithALostAnswerGoesBackAtOnce()
    {
        await using var server = await RedisServer.StartAsync();
        await using var q = new RedisFixture(server);
        var taker = q.OpenQueue(QueueFixture.Lease);
        await q.EnqueueAsync();
        var known = Assert.Single(await taker.TakeAsync(1, default));
        var id = await q.EnqueueAsync();
        // Redis takes the command now and answers when nobody waits any more.
        await q.ExecuteAsync("CLIENT", "PAUSE", "2500");
        await Assert.ThrowsAnyAsync<TimeoutException>(() => taker.TakeAsync(10, default));

        QueueEntry? again = null;
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                again = Assert.Single(await taker.TakeAsync(10, TestContext.Current.CancellationToken));
                return true;
            }
            catch (TimeoutException)
            {
                return false;
            }
        });

        Assert.Equal(new QueueEntry(id, 1), again);
        await taker.AcknowledgeAsync(known, default);
        await q.ExpectAsync(held: 1);
    }

    private async Task<RedisFixture> OpenRedisAsync() => new(await redis.ServerAsync());

    private static async Task BeatAsync(RedisQueue queue, QueueEntry entry, TimeSpan every, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(every);
        try
        {
            while (await timer.WaitForNextTickAsync(stop)) await queue.ExtendAsync([entry], CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
