using ChaturMail.Core.Generation;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>A Worker that is told to stop while jobs run in it and others wait.</summary>
public sealed class StoppedWorkerTests
{
    private const int Slots = 10;
    private const int Jobs = 40;
    private const string StoppedKey = "sk-stopped";

    [Fact]
    public async Task WhatAStoppedWorkerCannotFinishIsHandedBackAndTheOtherDoesTheRest()
    {
        var (finish, rest) = (new TaskCompletionSource(), new TaskCompletionSource());
        var asked = 0;
        // Of those that run in the stopped Worker every other is answered in time.
        ScriptedAnswer mixed = call => !IsFromStopped(RecordedRequest.Of(call)) ? Answers.After(rest.Task, Answers.EchoSubject())(call)
            : Interlocked.Increment(ref asked) % 2 == 0 ? Answers.Hang()(call)
            : Answers.After(finish.Task, Answers.EchoSubject())(call);
        // The lease is long: only entries that were handed back can be taken by the other.
        await using var topology = await RedisTopology.PrepareAsync(
            Jobs, mixed, ("Queue__Lease", "00:10:00"), ("Worker__Concurrency", $"{Slots}"), ("Worker__Grace", "00:00:05"));
        var stopped = topology.StartWorker(("OPENAI_API_KEY", StoppedKey));
        topology.StartWorker();
        await topology.StartApiAsync();
        var requests = topology.Send(Jobs);
        await topology.ArrivalsAsync(2 * Slots);

        stopped.Terminate();
        await stopped.LineAsync(line => line.Contains($"Stopping: {Slots} jobs run", StringComparison.Ordinal));
        finish.SetResult();
        await topology.ExpectOrderlyEndAsync(stopped);

        Assert.Equal(0, await topology.PendingAsync(stopped));
        var done = topology.Jobs(JobState.Done).Count;
        Assert.InRange(done, 1, Slots / 2);
        var depth = await topology.DepthAsync();
        Assert.Equal((Jobs - Slots - done, Slots, 0), (depth.Waiting, depth.Held, depth.Dead));
        rest.SetResult();
        Assert.All(await Task.WhenAll(requests), answer => Assert.Equal(200, answer.HttpStatus));
        await topology.ExpectAllEndedOnceAsync(Jobs);
        // It took nothing more, and nothing that it finished was written again.
        var calls = topology.Model.Requests;
        Assert.Equal((Slots, Jobs - done), (calls.Count(IsFromStopped), calls.Count(call => !IsFromStopped(call))));
    }

    private static bool IsFromStopped(RecordedRequest request) => request.Authorization == "Bearer " + StoppedKey;
}
