using ChaturMail.Core.Emails;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Contracts;

/// <summary>A queue of one adapter on an empty broker of its own, in which time passes when the test says so.</summary>
public abstract class QueueFixture : IAsyncDisposable
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    /// <summary>Well beyond what a slow machine adds to the time that a test lets pass.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    public ManualTimeProvider Time { get; } = new(1_800_000_000);

    public abstract IGenerationQueue Queue { get; }

    /// <summary>What the broker's clock says.</summary>
    public virtual DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>Lets time pass, for the queue and for its broker.</summary>
    public virtual Task PassAsync(TimeSpan by)
    {
        Time.Advance(by);
        return Task.CompletedTask;
    }

    /// <summary>Lets what is in the queue grow older by some milliseconds, on the broker's own clock.</summary>
    public virtual Task AgeAsync() => PassAsync(TimeSpan.FromMilliseconds(5));

    public abstract ValueTask DisposeAsync();

    public async Task<string> EnqueueAsync()
    {
        var id = DocumentId.New(Time);
        await Queue.EnqueueAsync(id, default);
        return id;
    }

    public async Task<QueueEntry> TakeOneAsync() => Assert.Single(await Queue.TakeAsync(1, TestContext.Current.CancellationToken));

    /// <summary>Takes the one entry that there is, of this job.</summary>
    public async Task<QueueEntry> TakeAfterAsync(string jobId)
    {
        var entry = await TakeOneAsync();
        Assert.Equal(jobId, entry.JobId);
        return entry;
    }

    public async Task ExpectAsync(int waiting = 0, int held = 0, int dead = 0)
    {
        var depth = await Queue.MeasureAsync(default);
        Assert.Equal((waiting, held, dead), (depth.Waiting, depth.Held, depth.Dead));
    }
}

/// <summary>What every <see cref="IGenerationQueue"/> does.</summary>
public abstract class GenerationQueueContract
{
    protected abstract Task<QueueFixture> OpenAsync();

    [Fact]
    public async Task EntriesAreTakenOldestFirstAndNeverMoreThanAskedFor()
    {
        await using var q = await OpenAsync();
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(await q.EnqueueAsync());
            await q.PassAsync(TimeSpan.FromMilliseconds(1));
        }

        var first = await q.Queue.TakeAsync(3, default);
        var rest = await q.Queue.TakeAsync(10, default);

        Assert.Equal(ids[..3], first.Select(e => e.JobId).Order(StringComparer.Ordinal));
        Assert.Equal(ids[3..], rest.Select(e => e.JobId).Order(StringComparer.Ordinal));
        Assert.All(first.Concat(rest), e => Assert.Equal(1, e.Attempt));
        await q.ExpectAsync(held: 5);
    }

    [Fact]
    public async Task AnEntryThatIsHeldIsNotGivenToAnother()
    {
        await using var q = await OpenAsync();
        await q.EnqueueAsync();
        await q.TakeOneAsync();
        await q.PassAsync(QueueFixture.Lease - QueueFixture.Margin);

        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => q.Queue.TakeAsync(1, soon.Token));
    }

    [Fact]
    public async Task ManyTakersAtOnceShareTheEntriesWithoutOverlap()
    {
        await using var q = await OpenAsync();
        for (var i = 0; i < 100; i++) await q.EnqueueAsync();

        var taken = new System.Collections.Concurrent.ConcurrentBag<string>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (taken.Count < 100)
            {
                using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
                try
                {
                    foreach (var entry in await q.Queue.TakeAsync(7, soon.Token)) taken.Add(entry.JobId);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
        })));

        Assert.Equal(100, taken.Count);
        Assert.Equal(100, taken.Distinct().Count());
    }

    [Fact]
    public async Task AWaitingTakerIsWokenByANewEntry()
    {
        await using var q = await OpenAsync();
        var waiting = q.Queue.TakeAsync(1, TestContext.Current.CancellationToken);

        var id = await q.EnqueueAsync();

        Assert.Equal(id, Assert.Single(await waiting.WaitAsync(TimeSpan.FromSeconds(10))).JobId);
    }

    [Fact]
    public async Task EnqueuingTwiceGivesOneEntry()
    {
        await using var q = await OpenAsync();
        var id = await q.EnqueueAsync();
        await q.Queue.EnqueueAsync(id, default);
        await q.ExpectAsync(waiting: 1);

        var entry = await q.TakeOneAsync();
        await q.Queue.EnqueueAsync(id, default);
        await q.ExpectAsync(held: 1);
        await q.Queue.AcknowledgeAsync(entry, default);
        await q.ExpectAsync();
    }

    [Fact]
    public async Task AnAbandonedEntryIsGivenToAnotherWhenItsLeaseIsOver()
    {
        await using var q = await OpenAsync();
        var id = await q.EnqueueAsync();
        await q.TakeOneAsync();

        await q.PassAsync(QueueFixture.Lease + TimeSpan.FromMilliseconds(1));

        Assert.Equal(new QueueEntry(id, 2), await q.TakeOneAsync());
    }

    [Fact]
    public async Task AnEntryWhoseLeaseIsExtendedIsNotAbandoned()
    {
        await using var q = await OpenAsync();
        await q.EnqueueAsync();
        var entry = await q.TakeOneAsync();
        for (var i = 0; i < 5; i++)
        {
            await q.PassAsync(QueueFixture.Lease / 2);
            await q.Queue.ExtendAsync([entry], default);
        }

        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => q.Queue.TakeAsync(1, soon.Token));
    }

    [Fact]
    public async Task WhoLostAnEntryCanNeitherAcknowledgeNorRetryNorBuryIt()
    {
        await using var q = await OpenAsync();
        await q.EnqueueAsync();
        var lost = await q.TakeOneAsync();
        await q.PassAsync(QueueFixture.Lease + TimeSpan.FromMilliseconds(1));
        var mine = await q.TakeOneAsync();
        await q.Queue.ExtendAsync([lost], default);

        await q.Queue.AcknowledgeAsync(lost, default);
        await q.Queue.RetryAsync(lost, TimeSpan.Zero, default);
        await q.Queue.ReleaseAsync(lost, default);
        await q.Queue.BuryAsync(lost, "late", default);

        await q.ExpectAsync(held: 1);
        Assert.Equal((false, true), (await q.Queue.HoldsAsync(lost, default), await q.Queue.HoldsAsync(mine, default)));
        await q.Queue.AcknowledgeAsync(mine, default);
        await q.ExpectAsync();
        Assert.False(await q.Queue.HoldsAsync(mine, default));
    }

    [Fact]
    public async Task ARetryComesBackAfterItsDelayWithTheNextAttempt()
    {
        await using var q = await OpenAsync();
        var id = await q.EnqueueAsync();
        await q.Queue.RetryAsync(await q.TakeOneAsync(), TimeSpan.FromMinutes(2), default);
        await q.ExpectAsync(waiting: 1);

        await q.PassAsync(TimeSpan.FromMinutes(2) - QueueFixture.Margin);
        using (var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200)))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => q.Queue.TakeAsync(1, soon.Token));
        await q.PassAsync(QueueFixture.Margin);

        Assert.Equal(new QueueEntry(id, 2), await q.TakeOneAsync());
    }

    [Fact]
    public async Task AReleasedEntryComesBackAtOnceAndTheAttemptDoesNotCount()
    {
        await using var q = await OpenAsync();
        var id = await q.EnqueueAsync();
        await q.Queue.ReleaseAsync(await q.TakeOneAsync(), default);

        Assert.Equal(new QueueEntry(id, 1), await q.TakeOneAsync());
    }

    [Fact]
    public async Task AttemptsAreCountedOverRetriesAbandonmentAndRelease()
    {
        await using var q = await OpenAsync();
        var id = await q.EnqueueAsync();
        await q.Queue.RetryAsync(await q.TakeOneAsync(), TimeSpan.Zero, default);
        Assert.Equal(new QueueEntry(id, 2), await q.TakeOneAsync());
        await q.PassAsync(QueueFixture.Lease + TimeSpan.FromMilliseconds(1));
        var third = await q.TakeOneAsync();
        Assert.Equal(new QueueEntry(id, 3), third);
        await q.Queue.ReleaseAsync(third, default);
        Assert.Equal(third, await q.TakeOneAsync());
    }

    [Fact]
    public async Task AJobThatWaitsForItsRetryIsNotEnqueuedAgain()
    {
        await using var q = await OpenAsync();
        var id = await q.EnqueueAsync();
        await q.Queue.RetryAsync(await q.TakeOneAsync(), TimeSpan.FromMinutes(2), default);

        await q.Queue.EnqueueAsync(id, default);

        await q.ExpectAsync(waiting: 1);
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => q.Queue.TakeAsync(1, soon.Token));
    }

    [Fact]
    public async Task AbandonedEntriesAreGivenOutAsSparinglyAsNewOnes()
    {
        await using var q = await OpenAsync();
        for (var i = 0; i < 30; i++) await q.EnqueueAsync();
        Assert.Equal(30, (await q.Queue.TakeAsync(100, default)).Count);
        await q.PassAsync(QueueFixture.Lease + TimeSpan.FromMilliseconds(1));

        var again = await q.Queue.TakeAsync(7, default);

        Assert.Equal(7, again.Count);
        Assert.All(again, entry => Assert.Equal(2, entry.Attempt));
    }

    [Fact]
    public async Task ABuriedEntryIsListedAmongTheDeadLettersWithItsReason()
    {
        await using var q = await OpenAsync();
        var first = await q.EnqueueAsync();
        await q.Queue.BuryAsync(await q.TakeOneAsync(), "no credit", default);
        await q.PassAsync(TimeSpan.FromSeconds(1));
        var second = await q.EnqueueAsync();
        await q.Queue.BuryAsync(await q.TakeOneAsync(), "refused", default);

        var dead = await q.Queue.ListDeadAsync(10, default);
        Assert.Equal([(second, "refused", 1), (first, "no credit", 1)], dead.Select(d => (d.JobId, d.Reason, d.Attempts)));
        Assert.Equal(q.Now, dead[0].BuriedAt, TimeSpan.FromSeconds(5));
        Assert.Single(await q.Queue.ListDeadAsync(1, default));
        await q.ExpectAsync(dead: 2);

        Assert.True(await q.Queue.DropDeadAsync(first, default));
        Assert.False(await q.Queue.DropDeadAsync(first, default));
        await q.ExpectAsync(dead: 1);
    }

    [Fact]
    public async Task DeadLettersComeNewestFirstPageByPageThoughSomeGoMeanwhile()
    {
        await using var q = await OpenAsync();
        // Some within one millisecond, too.
        for (var i = 0; i < 7; i++)
        {
            await q.EnqueueAsync();
            await q.Queue.BuryAsync(await q.TakeOneAsync(), "refused", default);
            if (i % 3 == 0) await q.PassAsync(TimeSpan.FromMilliseconds(2));
        }

        var all = await q.Queue.ListDeadAsync(10, default);
        var found = new List<DeadLetter>();
        while (await q.Queue.ListDeadAsync(3, found.LastOrDefault()?.Place, default) is { Count: > 0 } page)
        {
            Assert.True(page.Count <= 3);
            found.AddRange(page);
            Assert.True(await q.Queue.DropDeadAsync(page[^1].JobId, default));
        }

        Assert.Equal(7, all.Count);
        Assert.Equal(all, found);
        // A place as clients hold it.
        Assert.Equal(all[0].Place, EmailCursor.Decode(all[0].Place.Encode()));
        Assert.Empty(await q.Queue.ListDeadAsync(3, new EmailCursor(0, new string('0', 24)), default));
    }

    [Fact]
    public async Task ADeadLetterIsFoundByItsJobAndDroppingItLeavesALaterOne()
    {
        await using var q = await OpenAsync();
        var id = await q.EnqueueAsync();
        Assert.Null(await q.Queue.FindDeadAsync(id, default));
        await q.Queue.BuryAsync(await q.TakeOneAsync(), "first", default);
        var first = await q.Queue.FindDeadAsync(id, default);
        Assert.Equal((id, "first"), (first!.JobId, first.Reason));
        await q.PassAsync(TimeSpan.FromMilliseconds(2));
        await q.Queue.EnqueueAsync(id, default);
        await q.Queue.BuryAsync(await q.TakeOneAsync(), "second", default);

        await q.Queue.DropDeadAsync(first, default);

        var second = await q.Queue.FindDeadAsync(id, default);
        Assert.Equal("second", second!.Reason);
        await q.ExpectAsync(dead: 1);
        Assert.True(await q.Queue.DropDeadAsync(second, default));
        Assert.False(await q.Queue.DropDeadAsync(second, default));
        await q.ExpectAsync();
    }

    [Fact]
    public async Task ADeadLetterTellsWhenItsJobWasFirstTriedAndWhenItWasGivenUp()
    {
        await using var q = await OpenAsync();
        await q.EnqueueAsync();
        var began = q.Now;
        await q.Queue.RetryAsync(await q.TakeOneAsync(), TimeSpan.FromMinutes(5), default);
        await q.PassAsync(TimeSpan.FromMinutes(5) + TimeSpan.FromMilliseconds(1));
        await q.Queue.BuryAsync(await q.TakeOneAsync(), "no credit", default);

        var letter = Assert.Single(await q.Queue.ListDeadAsync(10, default));

        Assert.Equal(began, letter.FirstTriedAt, QueueFixture.Margin);
        Assert.Equal(q.Now, letter.BuriedAt, QueueFixture.Margin);
    }

    [Fact]
    public async Task TheDepthTellsReadyEntriesFromDelayedOnesAndHowLongTheOldestIsReady()
    {
        await using var q = await OpenAsync();
        Assert.Equal(new QueueDepth(0, 0, 0, 0, TimeSpan.Zero), await q.Queue.MeasureAsync(default));
        await q.EnqueueAsync();
        await q.Queue.RetryAsync(await q.TakeOneAsync(), TimeSpan.FromHours(1), default);
        await q.EnqueueAsync();
        await q.TakeOneAsync();
        // Held and delayed entries are not ready, so nothing is old.
        Assert.Equal(new QueueDepth(1, 1, 0, 1, TimeSpan.Zero), await q.Queue.MeasureAsync(default));

        await q.EnqueueAsync();
        await q.AgeAsync();
        await q.EnqueueAsync();

        var depth = await q.Queue.MeasureAsync(default);
        Assert.Equal((3, 1, 1), (depth.Waiting, depth.Held, depth.Delayed));
        Assert.InRange(depth.Oldest, TimeSpan.FromMilliseconds(1), QueueFixture.Margin);
    }

    [Fact]
    public async Task ACancelledTakerTakesNothing()
    {
        await using var q = await OpenAsync();
        using var cancel = new CancellationTokenSource();
        var waiting = q.Queue.TakeAsync(1, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        await q.EnqueueAsync();
        await q.ExpectAsync(waiting: 1);
    }
}
