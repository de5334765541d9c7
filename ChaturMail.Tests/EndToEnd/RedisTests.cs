using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>A Worker or Redis killed with many paid emails under way.</summary>
public sealed class RedisTests
{
    [Fact]
    public async Task KillingAWorkerWithHalfOfFiftyInFlightLosesNothingAndChargesNothingTwice()
    {
        const int jobs = 50;
        var release = new TaskCompletionSource();
        // Room for half of the jobs each: all are under way only when both work.
        await using var topology = await RedisTopology.PrepareAsync(
            jobs, Answers.After(release.Task, Answers.EchoSubject()), ("Worker__Concurrency", "25"));
        var doomed = topology.StartWorker();
        topology.StartWorker();
        await topology.StartApiAsync();
        var requests = topology.Send(jobs);
        await topology.ArrivalsAsync(jobs);

        await topology.KillAsync(doomed);
        release.SetResult();

        // Every request gets its email in the same answer, those of the killed worker after its lease.
        Assert.All(await Task.WhenAll(requests), answer => Assert.Equal(200, answer.HttpStatus));
        await topology.ExpectAllEndedOnceAsync(jobs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RequestsThatComeWhileRedisIsAwayAreAnsweredWhenItIsBack(bool wiped)
    {
        const int before = 5, after = 5;
        var release = new TaskCompletionSource();
        await using var topology = await RedisTopology.PrepareAsync(before + after, Answers.After(release.Task, Answers.EchoSubject()));
        topology.StartWorker();
        await topology.StartApiAsync();
        var early = topology.Send(before);
        await topology.ArrivalsAsync(before);

        await topology.Redis.KillAsync();
        var late = topology.Send(after, from: before);
        release.SetResult();
        // What ran when Redis went away is found in the store; what came afterwards has its coins reserved and waits.
        Assert.All(await Task.WhenAll(early), answer => Assert.Equal(200, answer.HttpStatus));
        Assert.DoesNotContain(late, request => request.IsCompleted);
        await topology.Redis.RestartAsync(wiped);

        Assert.All(await Task.WhenAll(late), answer => Assert.Equal(200, answer.HttpStatus));
        await topology.ExpectAllEndedOnceAsync(before + after);
    }
}
