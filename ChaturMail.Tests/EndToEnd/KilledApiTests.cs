using System.Globalization;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Queue.Redis;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>An Api killed with requests that have been paid for and wait for their emails.</summary>
public sealed class KilledApiTests
{
    private const int Jobs = 20;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WhatAKilledApiAcceptedIsInTheHistoryOnceAndAskingAgainWithTheKeyCostsNothing(bool isEnqueued)
    {
        var release = new TaskCompletionSource();
        // Some run when the Api is killed, and some wait.
        await using var topology = await RedisTopology.PrepareAsync(
            Jobs, Answers.After(release.Task, Answers.EchoSubject()), ("Worker__Concurrency", "5"), ("Queue__Lease", "00:00:30"));
        await using var proxy = isEnqueued
            ? HoldingProxy.Forward(topology.Redis.Port)
            : HoldingProxy.HoldFromClient(topology.Redis.Port, RedisScripts.Enqueue);
        topology.StartWorker();
        topology.StartWorker();
        await topology.StartApiAsync(("REDIS_PORT", proxy.Port.ToString(CultureInfo.InvariantCulture)));
        var requests = topology.SendWithKeys(Jobs);
        if (isEnqueued) await topology.ArrivalsAsync(10);
        await Eventually.TrueAsync(() => Task.FromResult(topology.Jobs(JobState.Queued).Count == Jobs));

        await topology.KillAsync(topology.Api);
        foreach (var request in requests) await Assert.ThrowsAnyAsync<HttpRequestException>(() => request);
        release.SetResult();

        // With no Api at all: those that were not enqueued are found by the sweep of a Worker.
        await Eventually.TrueAsync(() => Task.FromResult(topology.Jobs(JobState.Done).Count == Jobs));
        await topology.StartApiAsync();
        var emails = (await topology.Client.HistoryAsync(topology.Token))
            .ToDictionary(email => email["subject"]!.GetValue<string>(), email => email["id"]!.GetValue<string>());
        var again = await Task.WhenAll(topology.SendWithKeys(Jobs));
        Assert.All(again, answer => Assert.Equal((200, emails[answer.Text("subject")]), (answer.HttpStatus, answer.Text("id"))));
        await topology.ExpectAllEndedOnceAsync(Jobs);
        Assert.Equal(Jobs, topology.Model.Calls);
    }
}
