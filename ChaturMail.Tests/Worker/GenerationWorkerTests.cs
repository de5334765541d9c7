using ChaturMail.Tests.Contracts;
using ChaturMail.Tests.Support;
using ChaturMail.Worker;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.Worker;

/// <summary>The loop: its slots, its leases, its stop; and the sweep beside it.</summary>
public sealed class GenerationWorkerTests
{
    [Fact]
    public async Task NoMoreJobsAreTakenThanThereAreFreeSlots()
    {
        await using var fixture = new WorkerFixture();
        fixture.Options.Concurrency = 2;
        var release = new TaskCompletionSource();
        var (running, most) = (0, 0);
        using var arrived = new SemaphoreSlim(0);
        fixture.Model = async (_, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            arrived.Release();
            await release.Task;
            Interlocked.Decrement(ref running);
            return StoreFixture.Answer();
        };
        for (var i = 0; i < 4; i++) await fixture.AcceptAsync();
        using var worker = fixture.Worker();
        await worker.StartAsync(default);

        for (var i = 0; i < 2; i++) await arrived.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((2, 2, 0), await fixture.DepthAsync());
        release.SetResult();

        await Eventually.TrueAsync(async () => (await fixture.CoinsAsync()).Count == 4);
        await worker.StopAsync(default);
        Assert.Equal(2, most);
    }

    [Fact]
    public async Task TheLeaseOfARunningJobIsKept()
    {
        await using var fixture = new WorkerFixture(TimeSpan.FromMilliseconds(300));
        var release = new TaskCompletionSource();
        var calls = 0;
        fixture.Model = async (_, _) =>
        {
            Interlocked.Increment(ref calls);
            await release.Task;
            return StoreFixture.Answer();
        };
        await fixture.AcceptAsync();
        using var worker = fixture.Worker();
        await worker.StartAsync(default);

        // Six beats are two leases: without them the job would have been taken again.
        await Eventually.TrueAsync(() => Task.FromResult(fixture.Steps.Count(s => s == "extend") >= 6));
        Assert.Equal(1, calls);
        release.SetResult();
        await Eventually.TrueAsync(async () => (await fixture.CoinsAsync()).Count == 1);
        await worker.StopAsync(default);
    }

    [Fact]
    public async Task AWorkerThatStopsTakesNothingMoreAndHandsBackWhatRunsTooLong()
    {
        await using var fixture = new WorkerFixture();
        fixture.Options.Grace = TimeSpan.FromMilliseconds(50);
        fixture.Options.Concurrency = 1;
        using var arrived = new SemaphoreSlim(0);
        fixture.Model = async (_, cancellation) =>
        {
            arrived.Release();
            await Task.Delay(Timeout.Infinite, cancellation);
            throw new InvalidOperationException();
        };
        for (var i = 0; i < 2; i++) await fixture.AcceptAsync();
        using var worker = fixture.Worker();
        await worker.StartAsync(default);
        await arrived.WaitAsync(TestContext.Current.CancellationToken);

        await worker.StopAsync(default);

        Assert.Equal(["release"], fixture.Steps);
        Assert.Equal((2, 0, 0), await fixture.DepthAsync());
        Assert.All(await fixture.Embedded.TakeAsync(2, TestContext.Current.CancellationToken), entry => Assert.Equal(1, entry.Attempt));
    }

    [Fact]
    public async Task TheSweepEnqueuesWhatTheQueueLostAndRemovesWhatIsOld()
    {
        await using var fixture = new WorkerFixture();
        await fixture.Stores.SignInAsync("u1");
        var now = TimeProvider.System.GetUtcNow();
        var lost = fixture.Stores.JobOf("u1") with { AcceptedAt = now.AddMinutes(-1) };
        var young = fixture.Stores.JobOf("u1");
        foreach (var job in new[] { lost, young }) await fixture.Stores.Jobs.AcceptAsync(job, default);
        var old = await fixture.Stores.GenerateAsync("u1");
        // Seen from eight days later, the ended job is old.
        var clock = new ManualTimeProvider(now.AddMilliseconds(500));
        using var sweeper = new JobSweeper(fixture.Stores.Jobs, fixture.Embedded, fixture.Options, clock, NullLogger<JobSweeper>.Instance);
        await sweeper.StartAsync(default);

        Assert.Equal(lost.Id, (await fixture.TakeAsync()).JobId);
        Assert.NotNull(await fixture.Stores.Jobs.FindAsync(old.Id, default));
        clock.Set(now.AddDays(8));

        await Eventually.TrueAsync(async () => await fixture.Stores.Jobs.FindAsync(old.Id, default) is null);
        Assert.NotNull(await fixture.Stores.Emails.FindAsync("u1", old.Id, default));
        await sweeper.StopAsync(default);
    }

    [Fact]
    public async Task ARepairThatFailsDoesNotKeepLostJobsFromTheQueue()
    {
        await using var fixture = new WorkerFixture { FailOnce = "repair" };
        await fixture.Stores.SignInAsync("u1");
        var now = TimeProvider.System.GetUtcNow();
        var lost = fixture.Stores.JobOf("u1") with { AcceptedAt = now.AddMinutes(-1) };
        await fixture.Stores.Jobs.AcceptAsync(lost, default);
        using var sweeper = new JobSweeper(
            new StepStore(fixture), fixture.Embedded, fixture.Options, new ManualTimeProvider(now), NullLogger<JobSweeper>.Instance);
        await sweeper.StartAsync(default);

        Assert.Equal(lost.Id, (await fixture.TakeAsync()).JobId);
        Assert.Null(fixture.FailOnce);
        await sweeper.StopAsync(default);
    }
}
