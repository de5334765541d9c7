using ChaturMail.Core.Generation;
using ChaturMail.Core.Language;
using ChaturMail.Core.Language.Composer;
using ChaturMail.Core.Spending;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit;

/// <summary>What stands between a provider and a request: rest after failures, slots, pace and budgets.</summary>
public sealed class ModelProviderTests
{
    // A thousand tokens in and a hundred out are what the scripted model writes: 0.002 dollars.
    private static ProviderOptions Priced(string name = "openai", int concurrency = 0) =>
        new() { Name = name, InputPrice = 1, OutputPrice = 10, MaxOutputTokens = 900, Concurrency = concurrency };

    private const long Cost = 2_000_000;

    [Fact]
    public async Task AProviderThatKeepsFailingIsLeftAloneAndTriedAgainLater()
    {
        var time = new ManualTimeProvider(1_795_000_000);
        await using var models = new RoutedModels { Time = time, Routes = { Standard = "openai,backup" }, Breaker = { BreakerFailures = 4 } };
        var failing = models.Add("openai", [.. Enumerable.Repeat(RoutedModels.Failure(ModelFailure.Retryable), 5), RoutedModels.Text()]);
        var backup = models.Add("backup", RoutedModels.Text());

        for (var i = 0; i < 10; i++) Assert.IsType<ModelAnswer.Written>(await models.WriteAsync());
        Assert.Equal((4, 10), (failing.Calls, backup.Calls));

        // One call tries it, and its failure is enough.
        time.Advance(models.Breaker.BreakerRest + TimeSpan.FromSeconds(1));
        for (var i = 0; i < 3; i++) await models.WriteAsync();
        Assert.Equal((5, 13), (failing.Calls, backup.Calls));

        time.Advance(models.Breaker.BreakerRest + TimeSpan.FromSeconds(1));
        for (var i = 0; i < 3; i++) await models.WriteAsync();
        Assert.Equal((8, 13), (failing.Calls, backup.Calls));
    }

    [Theory]
    [InlineData(ModelFailure.ProviderOnly)]
    [InlineData(ModelFailure.OutOfCredit)]
    public async Task AProviderThatIsOfNoUseIsLeftAloneForAMinuteAtOnce(ModelFailure kind)
    {
        var time = new ManualTimeProvider(1_795_000_000);
        await using var models = new RoutedModels { Time = time, Routes = { Standard = "openai" } };
        var useless = models.Add("openai", RoutedModels.Failure(kind), RoutedModels.Text());

        for (var i = 0; i < 3; i++) Assert.Equal(kind, Assert.IsType<ModelAnswer.Failed>(await models.WriteAsync()).Kind);
        Assert.Equal(1, useless.Calls);

        time.Advance(TimeSpan.FromSeconds(61));
        Assert.IsType<ModelAnswer.Written>(await models.WriteAsync());
    }

    [Fact]
    public async Task AProviderThatAsksForTimeIsNotAskedBeforeAndBreaksNothing()
    {
        var time = new ManualTimeProvider(1_795_000_000);
        await using var models = new RoutedModels { Time = time, Routes = { Standard = "openai,backup" }, Breaker = { BreakerFailures = 2 } };
        var busy = models.Add("openai", RoutedModels.Failure(ModelFailure.Retryable, 60), RoutedModels.Failure(ModelFailure.Retryable, 60), RoutedModels.Text());
        models.Add("backup", RoutedModels.Text());

        foreach (var calls in new[] { 1, 2, 3 })
        {
            for (var i = 0; i < 3; i++) await models.WriteAsync();
            if (calls < 3) Assert.Equal(calls, busy.Calls);
            time.Advance(TimeSpan.FromSeconds(61));
        }

        Assert.Equal(5, busy.Calls);
    }

    [Fact]
    public async Task NoMoreCallsAreUnderWayThanTheProviderHasSlotsAndTheWaitIsNotTheRuns()
    {
        await using var models = new RoutedModels { Routes = { Standard = "openai" } };
        var (now, most) = (0, 0);
        using var arrived = new SemaphoreSlim(0);
        using var release = new SemaphoreSlim(0);
        var model = models.Add(Priced(concurrency: 2), RoutedModels.Text());
        model.During = async (_, cancellation) =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref now));
            arrived.Release();
            await release.WaitAsync(cancellation);
            Interlocked.Decrement(ref now);
        };
        var clock = new ManualTimeProvider(0);
        using var runClock = new RunClock(TimeSpan.FromMinutes(1), clock);

        var calls = Enumerable.Range(0, 5).Select(i => models.WriteAsync(RoutedModels.Request with { Clock = i == 4 ? runClock : null })).ToList();
        for (var i = 0; i < 2; i++) await arrived.WaitAsync(TestContext.Current.CancellationToken);
        // The fifth waits. Its clock stands still: ten minutes later there is the whole minute left for the call.
        clock.Advance(TimeSpan.FromMinutes(10));
        release.Release(5);
        await Task.WhenAll(calls);

        Assert.Equal((2, 5), (most, model.Calls));
        Assert.False(runClock.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task ABusyProviderIsPassedOverForAFreeOneAndComeBackToWhenThatFails()
    {
        await using var models = new RoutedModels { Routes = { Standard = "openai,backup" } };
        var release = new TaskCompletionSource();
        var busy = models.Add(Priced(concurrency: 1), RoutedModels.Text());
        busy.During = (_, _) => release.Task;
        var backup = models.Add("backup", RoutedModels.Text(), RoutedModels.Failure(ModelFailure.Retryable));
        var holding = models.WriteAsync();

        Assert.Equal("backup", Assert.IsType<ModelAnswer.Written>(await models.WriteAsync()).Usage!.Provider);
        var second = models.WriteAsync();
        await Eventually.TrueAsync(() => Task.FromResult(backup.Calls == 2));
        release.SetResult();

        Assert.Equal("openai", Assert.IsType<ModelAnswer.Written>(await second).Usage!.Provider);
        await holding;
    }

    [Fact]
    public async Task WhoeverIsCancelledWhileWaitingLeavesTheSlotToTheNext()
    {
        await using var models = new RoutedModels { Routes = { Standard = "openai" } };
        var release = new TaskCompletionSource();
        var model = models.Add(Priced(concurrency: 1), RoutedModels.Text());
        model.During = (_, _) => release.Task;
        var holding = models.WriteAsync();
        using var cancel = new CancellationTokenSource();
        var waiting = models.Router.WriteAsync(RoutedModels.Request, cancel.Token);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        release.SetResult();

        await holding;
        Assert.IsType<ModelAnswer.Written>(await models.WriteAsync());
    }

    [Fact]
    public async Task ACallIsCountedAtItsWorstBeforeItIsMadeAndAtItsPriceAfterwards()
    {
        await using var models = new RoutedModels { Budgets = { UserPerDay = 0.05m, DeploymentPerDay = 1 } };
        await models.Stores.SignInAsync("u1");
        var during = 0L;
        var model = models.Add(Priced(), RoutedModels.Text());
        model.During = async (_, _) => during = await SpentAsync(models);

        await models.WriteAsync();

        // 900 tokens out are 0.009 dollars, and the prompt is some 3,000 tokens.
        Assert.InRange(during, 10_000_000, 20_000_000);
        Assert.Equal(Cost, await SpentAsync(models));
        var total = Assert.Single(await models.Stores.Spending.ListTotalsAsync(default, default));
        Assert.Equal(("openai", "scripted", ModelRole.Answer, 1000L, 100L, Cost),
            (total.Sum.Provider, total.Sum.Model, total.Sum.Role, total.Sum.InputTokens, total.Sum.OutputTokens, total.Sum.CostNanoUsd));
    }

    [Fact]
    public async Task WithoutRoomInTheBudgetTheCallIsNotMade()
    {
        await using var models = new RoutedModels { Routes = { Standard = "openai" }, Budgets = { UserPerDay = 0.02m } };
        await models.Stores.SignInAsync("u1");
        var model = models.Add(Priced(), RoutedModels.Text());

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() => models.WriteAsync())));

        // Each counts at its worst while it is under way, so that there may be fewer than the ten that the budget has room for, never more.
        Assert.InRange(model.Calls, 1, 10);
        Assert.Equal(model.Calls * Cost, await SpentAsync(models));
        Assert.All(answers.OfType<ModelAnswer.Failed>(), failed => Assert.Equal(ModelFailure.OverBudget, failed.Kind));
        Assert.Equal(40 - model.Calls, answers.OfType<ModelAnswer.Failed>().Count());
    }

    [Fact]
    public async Task OverTheBudgetTheComposerWrites()
    {
        await using var models = new RoutedModels { Budgets = { DeploymentPerDay = 0.000001m } };
        models.Add(Priced(), RoutedModels.Text());
        Assert.Equal(OfflineComposer.ModelName, Assert.IsType<ModelAnswer.Written>(await models.WriteAsync()).Model);
    }

    [Fact]
    public async Task ABudgetThatCannotBeCheckedAllowsNothing()
    {
        await using var models = new RoutedModels { Spending = new BrokenSpending(), Budgets = { UserPerDay = 1 } };
        var model = models.Add(Priced(), RoutedModels.Text());
        Assert.Equal(ModelFailure.Retryable, Assert.IsType<ModelAnswer.Failed>(await models.WriteAsync()).Kind);
        Assert.Equal(0, model.Calls);
    }

    [Fact]
    public async Task WithoutBudgetsOrPricesNothingIsWrittenDown()
    {
        await using var models = new RoutedModels { Spending = new BrokenSpending(), Budgets = { UserPerDay = 1 } };
        models.Add("free", RoutedModels.Text());
        Assert.Equal(0, Assert.IsType<ModelAnswer.Written>(await models.WriteAsync()).Usage!.CostNanoUsd);
    }

    [Fact]
    public async Task APriceThatCannotBeWrittenDownCostsNoEmail()
    {
        await using var models = new RoutedModels { Spending = new BrokenSpending() };
        models.Add(Priced(), RoutedModels.Text());
        Assert.Equal(Cost, Assert.IsType<ModelAnswer.Written>(await models.WriteAsync()).Usage!.CostNanoUsd);
    }

    [Fact]
    public async Task ACallThatEndsWithoutWordStaysCounted()
    {
        await using var models = new RoutedModels { Budgets = { UserPerDay = 1 } };
        await models.Stores.SignInAsync("u1");
        var model = models.Add(Priced(), RoutedModels.Text());
        model.During = (_, cancellation) => Task.Delay(Timeout.Infinite, cancellation);
        using var stop = new CancellationTokenSource();
        var call = models.Router.WriteAsync(RoutedModels.Request, stop.Token);
        await Eventually.TrueAsync(() => Task.FromResult(model.Calls == 1));

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);

        Assert.InRange(await SpentAsync(models), Cost + 1, long.MaxValue);
    }

    [Fact]
    public async Task AFailedCallThatCostNothingIsNotCounted()
    {
        await using var models = new RoutedModels { Budgets = { UserPerDay = 1 } };
        await models.Stores.SignInAsync("u1");
        models.Add(Priced(), RoutedModels.Failure(ModelFailure.Retryable));
        await models.WriteAsync();
        Assert.Equal(0, await SpentAsync(models));
    }

    private static Task<long> SpentAsync(RoutedModels models) =>
        models.Stores.Spending.SpentByUserAsync("u1", DateOnly.FromDateTime(models.Time.GetUtcNow().UtcDateTime), default);

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most)) Interlocked.CompareExchange(ref most, value, seen);
    }

    private sealed class BrokenSpending : ISpendingStore
    {
        public Task<ReservationResult> ReserveAsync(SpendingReservation reservation, SpendingLimits limits, CancellationToken cancellation) => throw new IOException();

        public Task SettleAsync(SpendingReservation reservation, long costNanoUsd, CancellationToken cancellation) => throw new IOException();

        public Task AddCallAsync(ModelCall spent, CancellationToken cancellation) => throw new IOException();

        public Task<long> SpentByUserAsync(string uid, DateOnly day, CancellationToken cancellation) => throw new IOException();

        public Task<EmailsOfUser> EmailsSinceAsync(string uid, DateTimeOffset since, CancellationToken cancellation) => throw new IOException();

        public Task<IReadOnlyList<ModelTotal>> ListTotalsAsync(DateOnly from, CancellationToken cancellation) => throw new IOException();

        public Task AddComparisonAsync(Comparison comparison, CancellationToken cancellation) => throw new IOException();

        public Task<IReadOnlyList<Comparison>> ListComparisonsAsync(int limit, CancellationToken cancellation) => throw new IOException();

        public Task DeleteOldAsync(DateOnly daysBefore, DateTimeOffset comparedBefore, CancellationToken cancellation) => throw new IOException();
    }
}
