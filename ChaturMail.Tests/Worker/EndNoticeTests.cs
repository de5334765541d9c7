using ChaturMail.Core.Language;
using ChaturMail.Core.Push;

namespace ChaturMail.Tests.Worker;

/// <summary>The push message at a job's end: only where nobody waits, once, and never to the job's harm.</summary>
public sealed class EndNoticeTests
{
    [Fact]
    public async Task AJobThatIsWaitedForSendsNothing()
    {
        await using var worker = new WorkerFixture { Push = new ScriptedPush() };
        await worker.AcceptAsync();
        await worker.Runner().RunAsync(await worker.TakeAsync(), default);
        Assert.Empty(worker.Push!.Sent);
    }

    [Fact]
    public async Task AJobThatNobodyWaitsForSendsItsIdAndNoTextOfTheUsersAfterItIsSavedAndTold()
    {
        await using var worker = new WorkerFixture();
        worker.Push = new ScriptedPush { Answer = _ => Step(worker, PushResult.Sent.Instance) };
        var job = await AcceptUnattendedAsync(worker);

        await worker.Runner().RunAsync(await worker.TakeAsync(), default);

        Assert.Equal(["complete", "completed", "announce", "push", "acknowledge"], worker.Steps);
        var (token, message) = Assert.Single(worker.Push.Sent);
        Assert.Equal("fcm-u1", token);
        Assert.Equal([("emailId", job.Id), ("state", "done")], message.Data.Select(pair => (pair.Key, pair.Value)));
        foreach (var text in new[] { job.Subject, job.Keywords, job.ToEmail, job.SenderName })
            Assert.DoesNotContain(text, message.Title + message.Body, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task AJobThatFailedForGoodSaysSo()
    {
        await using var worker = new WorkerFixture { Push = new ScriptedPush() };
        worker.Model = (_, _) => Task.FromResult<ModelAnswer>(new ModelAnswer.Failed(ModelFailure.RequestRefused, "400"));
        await AcceptUnattendedAsync(worker);

        await worker.Runner().RunAsync(await worker.TakeAsync(), default);

        Assert.Equal("failed", Assert.Single(worker.Push!.Sent).Message.Data["state"]);
        Assert.Equal(["fail", "failed", "announce", "bury"], worker.Steps);
    }

    [Fact]
    public async Task ASecondRunOfTheJobSendsNoSecondMessage()
    {
        await using var worker = new WorkerFixture(TimeSpan.FromMilliseconds(50)) { Push = new ScriptedPush(), FailOnce = "acknowledge" };
        await AcceptUnattendedAsync(worker);
        var entry = await worker.TakeAsync();
        await Assert.ThrowsAsync<IOException>(() => worker.Runner().RunAsync(entry, default));

        await worker.Runner().RunAsync(await worker.TakeAsync(), default);

        Assert.Single(worker.Push!.Sent);
        Assert.Equal((0, 0, 0), await worker.DepthAsync());
    }

    [Fact]
    public async Task ADeviceThatIsGoneIsForgotten()
    {
        await using var worker = new WorkerFixture { Push = new ScriptedPush { Answer = _ => Task.FromResult<PushResult>(PushResult.Unregistered.Instance) } };
        await AcceptUnattendedAsync(worker);

        await worker.Runner().RunAsync(await worker.TakeAsync(), default);

        Assert.Null(await worker.Stores.Users.FindPushTokenAsync("u1", default));
    }

    public static TheoryData<string> Faults => ["failed", "thrown", "hanging", "off"];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task WhateverBecomesOfTheMessageTheJobEndsAndNoTokenIsLogged(string fault)
    {
        await using var worker = new WorkerFixture();
        worker.Push = fault switch
        {
            "failed" => new ScriptedPush { Answer = _ => Task.FromResult<PushResult>(new PushResult.Failed("HTTP 500")) },
            "thrown" => new ScriptedPush { Answer = _ => throw new InvalidOperationException("fcm-u1") },
            "hanging" => new ScriptedPush { Answer = async stop => await Task.Delay(Timeout.Infinite, stop).ContinueWith(_ => (PushResult)PushResult.Sent.Instance, stop) },
            _ => null,
        };
        await AcceptUnattendedAsync(worker);

        await worker.Runner().RunAsync(await worker.TakeAsync(), default);

        Assert.Equal((750, 250, 1), await worker.CoinsAsync());
        Assert.Equal((0, 0, 0), await worker.DepthAsync());
        var line = Assert.Single(worker.Lines.Lines);
        Assert.Contains("push message", line, StringComparison.Ordinal);
        Assert.DoesNotContain("fcm-u1", line, StringComparison.Ordinal);
        Assert.NotNull(await worker.Stores.Users.FindPushTokenAsync("u1", default));
    }

    private static async Task<Core.Generation.GenerationJob> AcceptUnattendedAsync(WorkerFixture worker)
    {
        var job = await worker.AcceptAsync();
        Assert.True(await worker.Stores.Jobs.RequestNotificationAsync(job.Id, default));
        return job;
    }

    private static Task<PushResult> Step(WorkerFixture worker, PushResult result)
    {
        worker.Step("push");
        return Task.FromResult(result);
    }
}
