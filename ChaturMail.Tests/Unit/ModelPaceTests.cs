using System.Diagnostics;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Limits;

namespace ChaturMail.Tests.Unit;

public sealed class ModelPaceTests
{
    [Fact]
    public async Task JobsOfAllProcessesPassAtTheProvidersPaceInTheOrderOfTheirComing()
    {
        // Six hundred a minute: ten at once, then one every tenth of a second.
        var limiter = new LocalRateLimiter(TimeProvider.System);
        using var one = new ModelPace(600, limiter, TimeProvider.System);
        using var other = new ModelPace(600, limiter, TimeProvider.System);
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < 5; i++) await Task.WhenAll(one.WaitAsync(default), other.WaitAsync(default));
        var first = one.WaitAsync(default);
        var second = one.WaitAsync(default);

        await second;

        Assert.True(first.IsCompletedSuccessfully);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(0.19), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task WhoeverGivesUpWaitingDoesNotHoldUpTheNext()
    {
        using var pace = new ModelPace(60, new LocalRateLimiter(TimeProvider.System), TimeProvider.System);
        await pace.WaitAsync(default);
        using var cancel = new CancellationTokenSource();
        var (impatient, patient) = (pace.WaitAsync(cancel.Token), pace.WaitAsync(default));
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        await patient.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task WithoutALimitNobodyWaits()
    {
        using var pace = new ModelPace(0, new LocalRateLimiter(TimeProvider.System), TimeProvider.System);
        for (var i = 0; i < 1000; i++) Assert.True(pace.WaitAsync(default).IsCompletedSuccessfully);
        await Task.CompletedTask;
    }
}
