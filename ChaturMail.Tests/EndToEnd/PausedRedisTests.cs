using ChaturMail.Core.Generation;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>A Redis that takes connections and commands and answers none, for ten seconds, while emails are asked for and written.</summary>
public sealed class PausedRedisTests
{
    private const int Slots = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenRequests = TimeSpan.FromSeconds(0.5);

    [Fact]
    public async Task WithRedisSilentForTenSecondsAllEndsOnceAndNothingIsStartedAgain()
    {
        const int running = 2 * Slots, before = running + 10, during = 20, after = 10;
        var release = new TaskCompletionSource();
        await using var topology = await RedisTopology.PrepareAsync(
            before + during + after, Answers.After(release.Task, Answers.EchoSubject()), ("Worker__Concurrency", $"{Slots}"));
        topology.StartWorker();
        topology.StartWorker();
        await topology.StartApiAsync();
        var early = topology.Send(before);
        await topology.ArrivalsAsync(running);

        topology.Redis.Pause();
        var time = TimeProvider.System;
        var paused = time.GetTimestamp();
        release.SetResult();
        var meanwhile = new List<Task<ApiAnswer>>();
        for (var i = 0; i < during; i++)
        {
            meanwhile.AddRange(topology.Send(1, from: before + i));
            // The scenario is ten seconds of load without Redis: there is nothing to wait for but the clock.
            await Task.Delay(BetweenRequests);
        }

        // What ran is saved and answered without Redis, and what came meanwhile is accepted, and waits.
        var ran = topology.Model.Requests.Select(request => request.Subject()).Distinct().Count();
        await Eventually.TrueAsync(() => Task.FromResult(early.Count(request => request.IsCompleted) == ran));
        await Eventually.TrueAsync(async () => await topology.Client.Http.GetStringAsync("/health") == "Degraded");
        Assert.Equal(before - ran + during, topology.Jobs(JobState.Queued).Count);
        Assert.DoesNotContain(meanwhile, request => request.IsCompleted);
        Assert.True(time.GetElapsedTime(paused) >= Pause);
        topology.Redis.Resume();

        var answers = await Task.WhenAll([.. early, .. meanwhile, .. topology.Send(after, from: before + during)]);
        Assert.All(answers, answer => Assert.Equal(200, answer.HttpStatus));
        await topology.ExpectAllEndedOnceAsync(before + during + after);
    }
}
