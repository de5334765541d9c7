using ChaturMail.Core.Emails;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Language;

namespace ChaturMail.Tests.Worker;

/// <summary>One job to one outcome, in the order that loses nothing, and whatever step fails.</summary>
public sealed class JobRunnerTests
{
    [Fact]
    public async Task AnAnswerIsSavedThenToldThenAcknowledged()
    {
        await using var worker = new WorkerFixture();
        await worker.AcceptAsync();

        await worker.Runner().RunAsync(await worker.TakeAsync(), default);

        Assert.Equal(["complete", "completed", "announce", "acknowledge"], worker.Steps);
        Assert.Equal((750, 250, 1), await worker.CoinsAsync());
    }

    [Theory]
    [InlineData("complete")]
    [InlineData("completed")]
    [InlineData("announce")]
    [InlineData("acknowledge")]
    public async Task WhateverStepFailsTheJobEndsOnceAndIsChargedOnce(string step)
    {
        await using var worker = new WorkerFixture(TimeSpan.FromMilliseconds(50));
        var job = await worker.AcceptAsync();
        worker.FailOnce = step;
        try
        {
            await worker.Runner().RunAsync(await worker.TakeAsync(), default);
        }
        catch (IOException)
        {
            // As if the process had died there: another takes the entry when its lease is over.
            await worker.Runner().RunAsync(await worker.TakeAsync(), default);
        }

        Assert.Equal((750, 250, 1), await worker.CoinsAsync());
        Assert.NotNull(await worker.Stores.Emails.FindAsync("u1", job.Id, default));
        Assert.Equal((0, 0, 0), await worker.DepthAsync());
    }

    [Theory]
    [InlineData("fail")]
    [InlineData("failed")]
    [InlineData("announce")]
    [InlineData("bury")]
    public async Task WhateverStepOfGivingUpFailsTheCoinsComeBackOnce(string step)
    {
        await using var worker = new WorkerFixture(TimeSpan.FromMilliseconds(50));
        worker.Model = (_, _) => Task.FromResult<ModelAnswer>(new ModelAnswer.Failed(ModelFailure.RequestRefused, "400"));
        await worker.AcceptAsync();
        worker.FailOnce = step;
        try
        {
            await worker.Runner().RunAsync(await worker.TakeAsync(), default);
        }
        catch (IOException)
        {
            await worker.Runner().RunAsync(await worker.TakeAsync(), default);
        }

        Assert.Equal((1000, 0, 0), await worker.CoinsAsync());
        // Whoever comes next writes the dead letter as well.
        Assert.Equal((0, 0, 1), await worker.DepthAsync());
    }

    [Fact]
    public async Task AnEntryThatCameAfterItsJobFailedIsAcknowledged()
    {
        await using var worker = new WorkerFixture();
        worker.Model = (_, _) => Task.FromResult<ModelAnswer>(new ModelAnswer.Failed(ModelFailure.RequestRefused, "400"));
        var job = await worker.AcceptAsync();
        await worker.Runner().RunAsync(await worker.TakeAsync(), default);

        // As a sweep does that read the store before the job's end.
        await worker.Embedded.EnqueueAsync(job.Id, default);
        await worker.Runner().RunAsync(await worker.TakeAsync(), default);

        Assert.Equal(["announce", "acknowledge"], worker.Steps.TakeLast(2));
        Assert.Equal("400", Assert.Single(await worker.Embedded.ListDeadAsync(10, default)).Reason);
    }

    [Fact]
    public async Task WhoLostTheJobDoesNotGiveItUpForWhoTookItOver()
    {
        await using var worker = new WorkerFixture(TimeSpan.FromMilliseconds(20));
        await worker.AcceptAsync();
        var lost = await worker.TakeAsync();
        var mine = await worker.TakeAsync();
        worker.Model = (_, _) => Task.FromResult<ModelAnswer>(new ModelAnswer.Failed(ModelFailure.RequestRefused, "400"));

        await worker.Runner().RunAsync(lost, default);
        Assert.Empty(worker.Steps);
        worker.Model = (_, _) => Task.FromResult<ModelAnswer>(Contracts.StoreFixture.Answer());
        await worker.Runner().RunAsync(mine, default);

        Assert.Equal((750, 250, 1), await worker.CoinsAsync());
    }

    [Fact]
    public async Task AStoreThatIsAwayForAMomentDoesNotCostTheAnswer()
    {
        await using var worker = new WorkerFixture();
        var calls = 0;
        worker.Model = (_, _) =>
        {
            calls++;
            return Task.FromResult<ModelAnswer>(Contracts.StoreFixture.Answer());
        };
        await worker.AcceptAsync();
        worker.FailOnce = "complete";

        await worker.Runner().RunAsync(await worker.TakeAsync(), default);

        Assert.Equal((1, (750L, 250L, 1L)), (calls, await worker.CoinsAsync()));
    }

    [Fact]
    public async Task AnAttemptMoreThanAllowedIsNotRunAtAll()
    {
        await using var worker = new WorkerFixture(TimeSpan.FromMilliseconds(20));
        worker.Model = (_, _) => throw new InvalidOperationException("must not run");
        await worker.AcceptAsync();
        // Three runs that took their worker down: taken and never ended.
        for (var i = 0; i < worker.QueueOptions.MaxAttempts; i++) await worker.TakeAsync();

        await worker.Runner().RunAsync(await worker.TakeAsync(), default);

        Assert.Equal(["fail", "failed", "announce", "bury"], worker.Steps);
        Assert.Equal((1000, 0, 0), await worker.CoinsAsync());
    }

    [Fact]
    public async Task AnExceptionOfTheModelIsTriedAgainAndGivenUpInTheEnd()
    {
        await using var worker = new WorkerFixture();
        worker.Model = (_, _) => throw new InvalidOperationException("a bug");
        await worker.AcceptAsync();

        for (var i = 0; i < worker.QueueOptions.MaxAttempts; i++) await worker.Runner().RunAsync(await worker.TakeAsync(), default);

        Assert.Equal((1000, 0, 0), await worker.CoinsAsync());
        Assert.Equal((0, 0, 1), await worker.DepthAsync());
    }

    [Fact]
    public async Task AModelThatTakesLongerThanTheJobMayIsTriedAgain()
    {
        await using var worker = new WorkerFixture();
        worker.Options.JobTimeout = TimeSpan.FromMilliseconds(20);
        worker.Model = async (_, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            throw new InvalidOperationException();
        };
        await worker.AcceptAsync();

        await worker.Runner().RunAsync(await worker.TakeAsync(), default);

        Assert.StartsWith("retry", Assert.Single(worker.Steps), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnEmailWhoseMendingTakesTooLongIsKept()
    {
        await using var worker = new WorkerFixture();
        worker.Options.JobTimeout = TimeSpan.FromMilliseconds(50);
        worker.Model = async (request, cancellation) =>
        {
            if (request.Rewrite is not null) await Task.Delay(Timeout.Infinite, cancellation);
            return Contracts.StoreFixture.Answer() with { Text = $"Dear Maria,\n\n{string.Join(' ', Enumerable.Range(0, 90).Select(i => $"word{i}"))}.\n\nBest regards" };
        };
        await worker.AcceptAsync(new EmailOptions { Length = EmailLength.Short });

        await worker.Runner().RunAsync(await worker.TakeAsync(), default);

        Assert.Equal((750, 250, 1), await worker.CoinsAsync());
    }

    [Fact]
    public async Task ARetryWaitsAsLongAsTheProviderAsks()
    {
        await using var worker = new WorkerFixture();
        worker.Model = (_, _) => Task.FromResult<ModelAnswer>(new ModelAnswer.Failed(ModelFailure.Retryable, "429", TimeSpan.FromSeconds(77)));
        await worker.AcceptAsync();

        await worker.Runner().RunAsync(await worker.TakeAsync(), default);

        Assert.Equal(["retry 00:01:17"], worker.Steps);
    }

    [Fact]
    public async Task ARunThatIsStoppedIsHandedBackWithoutAnAttempt()
    {
        await using var worker = new WorkerFixture();
        worker.Model = async (_, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            throw new InvalidOperationException();
        };
        await worker.AcceptAsync();
        using var stop = new CancellationTokenSource();
        var run = worker.Runner().RunAsync(await worker.TakeAsync(), stop.Token);

        await stop.CancelAsync();
        await run;

        Assert.Equal(["release"], worker.Steps);
        Assert.Equal(1, (await worker.TakeAsync()).Attempt);
    }

    [Theory]
    [InlineData(1, null, 0.5, 500)]
    [InlineData(3, null, 0.5, 2000)]
    [InlineData(10, null, 0.999, 29_970)]
    [InlineData(1, 7000, 0.5, 7000)]
    [InlineData(1, 100, 0.5, 500)]
    [InlineData(11, null, 0.5, null)]
    [InlineData(1, 86_400_000, 0.5, null)]
    public void TheWaitDoublesWithJitterUpToItsLimit(int attempt, int? atLeast, double random, int? expected)
    {
        var policy = new RetryPolicy(11, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        var delay = policy.DelayAfter(attempt, atLeast is { } ms ? TimeSpan.FromMilliseconds(ms) : null, random);
        Assert.Equal(expected, delay?.TotalMilliseconds);
    }
}
