using System.Diagnostics;
using ChaturMail.Core.Language.Routing;
using ChaturMail.Core.Limits;

namespace ChaturMail.Tests.Unit;

public sealed class ModelPaceTests
{
    [Fact]
    public async Task JobsOfAllProcessesPassAtTheProvidersPaceInTheOrderOfTheirComing()
    {
        // Six hundred a minute: ten at once, then one every tenth of a second.
        var limiter = new LocalRateLimiter(TimeProvider.System);
        using var one = new ModelPace("p", 600, limiter, TimeProvider.System);
        using var other = new ModelPace("p", 600, limiter, TimeProvider.System);
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < 5; i++) await Task.WhenAll(one.WaitAsync(Timeout.InfiniteTimeSpan, default), other.WaitAsync(Timeout.InfiniteTimeSpan, default));
        var first = one.WaitAsync(Timeout.InfiniteTimeSpan, default);
        var second = one.WaitAsync(Timeout.InfiniteTimeSpan, default);

        await second;

        Assert.True(first.IsCompletedSuccessfully);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(0.19), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task WhoeverGivesUpWaitingDoesNotHoldUpTheNext()
    {
        using var pace = new ModelPace("p", 60, new LocalRateLimiter(TimeProvider.System), TimeProvider.System);
        await pace.WaitAsync(Timeout.InfiniteTimeSpan, default);
        using var cancel = new CancellationTokenSource();
        var (impatient, patient) = (pace.WaitAsync(Timeout.InfiniteTimeSpan, cancel.Token), pace.WaitAsync(Timeout.InfiniteTimeSpan, default));
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        await patient.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task WithoutALimitNobodyWaits()
    {
        using var pace = new ModelPace("p", 0, new LocalRateLimiter(TimeProvider.System), TimeProvider.System);
        for (var i = 0; i < 1000; i++) Assert.True(pace.WaitAsync(Timeout.InfiniteTimeSpan, default).IsCompletedSuccessfully);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task WhoeverWouldWaitLongerThanTheyMayIsToldAtOnce()
    {
        using var pace = new ModelPace("p", 1, new LocalRateLimiter(TimeProvider.System), TimeProvider.System);
        Assert.True(await pace.WaitAsync(TimeSpan.FromSeconds(1), default));
        Assert.False(await pace.WaitAsync(TimeSpan.FromSeconds(1), default));
    }

    [Fact]
    public async Task EachProviderHasAPaceOfItsOwn()
    {
        var limiter = new LocalRateLimiter(TimeProvider.System);
        using var one = new ModelPace("one", 1, limiter, TimeProvider.System);
        using var other = new ModelPace("other", 1, limiter, TimeProvider.System);
        Assert.True(await one.WaitAsync(TimeSpan.FromSeconds(1), default));
        Assert.True(await other.WaitAsync(TimeSpan.FromSeconds(1), default));
    }
}
