using System.Globalization;
using System.Text.RegularExpressions;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Queue.Redis;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>A Worker killed between any two steps of its jobs, at exactly that point: see "The steps" in docs/queue.md.</summary>
public sealed partial class KilledWorkerTests
{
    private const int Jobs = 4;
    private const string DoomedKey = "sk-doomed";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const string Announcement = "PUBLISH\r\n$18\r\n{chaturmail}:ended\r\n";

    // A job's id and its first attempt; an event's id is followed by a text.
    [GeneratedRegex(@"\$24\r\n[0-9a-f]{24}\r\n:1\r\n")]
    private static partial Regex FirstJob();

    /// <summary>The last step that the killed Worker has made with its jobs, or with the first of them.</summary>
    public enum LastStep
    {
        /// <summary>Redis has given them out, and the Worker has not heard of it.</summary>
        Taken,

        /// <summary>The model writes.</summary>
        Asked,

        /// <summary>The model's answer has arrived, and is not saved.</summary>
        Answered,

        /// <summary>The emails are saved, and nobody is told.</summary>
        Saved,

        /// <summary>The Api is told, and Redis still holds the entries.</summary>
        Announced,
    }

    [Theory]
    [InlineData(LastStep.Taken)]
    [InlineData(LastStep.Asked)]
    [InlineData(LastStep.Answered)]
    [InlineData(LastStep.Saved)]
    [InlineData(LastStep.Announced)]
    public async Task JobsOfAWorkerThatIsKilledAtAnyStepAreEndedOnceByAnother(LastStep step)
    {
        var release = new TaskCompletionSource();
        using var received = new SemaphoreSlim(0);
        await using var topology = await RedisTopology.PrepareAsync(
            Jobs, Answers.After(release.Task, Answers.Last(Answers.EchoSubject(), received)));
        await using var proxy = Proxy(topology, step);
        var doomed = topology.StartWorker(("REDIS_PORT", Port(proxy)), ("OPENAI_API_KEY", DoomedKey));
        await topology.StartApiAsync();
        var requests = topology.Send(Jobs);
        using var locked = await ReachAsync(topology, proxy, step, release, received);

        await topology.KillAsync(doomed);

        locked?.Dispose();
        Assert.InRange(await topology.PendingAsync(doomed), step == LastStep.Taken ? 1 : Jobs, Jobs);
        var isSaved = step is LastStep.Saved or LastStep.Announced;
        Assert.Equal(isSaved ? Jobs : 0, topology.Jobs(JobState.Done).Count);
        // What is saved is answered from the store, with no Worker alive and even without an announcement.
        if (isSaved) await Task.WhenAll(requests);
        else Assert.DoesNotContain(requests, request => request.IsCompleted);
        release.TrySetResult();
        topology.StartWorker();

        // 200 and not 202: nobody's time was over, and nobody has to look into the history.
        Assert.All(await Task.WhenAll(requests), answer => Assert.Equal(200, answer.HttpStatus));
        await topology.ExpectAllEndedOnceAsync(Jobs);
        // What was saved is not written again, and what was not is.
        var written = topology.Model.Requests.Where(request => !IsFromDoomed(request)).Select(request => request.Subject());
        Assert.Equal(isSaved ? 0 : Jobs, written.Distinct().Count());
    }

    [Fact]
    public async Task AFailedJobWhoseWorkerIsKilledBeforeItTellsIsRefundedOnceAndHasItsDeadLetter()
    {
        await using var topology = await RedisTopology.PrepareAsync(1, Answers.Error(400, "invalid_request_error"));
        await using var proxy = Proxy(topology, LastStep.Saved);
        var doomed = topology.StartWorker(("REDIS_PORT", Port(proxy)));
        await topology.StartApiAsync();
        var request = Assert.Single(topology.Send(1));
        await proxy.Held.WaitAsync(Patience);

        await topology.KillAsync(doomed);
        topology.StartWorker();

        Assert.Equal("request_refused", (await request).Code);
        await topology.ExpectAllEndedOnceAsync(done: 0, failed: 1, dead: 1);
        Assert.StartsWith("request_refused;", Assert.Single(await topology.DeadLettersAsync()).Reason, StringComparison.Ordinal);
        Assert.Equal(1, topology.Model.Calls);
    }

    private static HoldingProxy Proxy(RedisTopology topology, LastStep step) => step switch
    {
        LastStep.Taken => HoldingProxy.HoldFromServer(topology.Redis.Port, FirstJob()),
        LastStep.Saved => HoldingProxy.HoldFromClient(topology.Redis.Port, Announcement),
        // A client sends a script's text before it names the script by its hash.
        LastStep.Announced => HoldingProxy.HoldFromClient(topology.Redis.Port, RedisScripts.Acknowledge),
        _ => HoldingProxy.Forward(topology.Redis.Port),
    };

    /// <summary>Returns when the step is made; with a lock to be given back when the next one was kept from being made by it.</summary>
    private static async Task<IDisposable?> ReachAsync(
        RedisTopology topology, HoldingProxy proxy, LastStep step, TaskCompletionSource release, SemaphoreSlim received)
    {
        if (step == LastStep.Taken)
        {
            await proxy.Held.WaitAsync(Patience);
            return null;
        }

        await topology.ArrivalsAsync(Jobs);
        if (step == LastStep.Asked) return null;
        var locked = step == LastStep.Answered ? topology.LockStore() : null;
        release.SetResult();
        for (var i = 0; i < Jobs; i++) Assert.True(await received.WaitAsync(Patience), "the answer was not read");
        if (step == LastStep.Answered) return locked;

        await proxy.Held.WaitAsync(Patience);
        await Eventually.TrueAsync(() => Task.FromResult(topology.Jobs(JobState.Done).Count == Jobs));
        return null;
    }

    private static bool IsFromDoomed(RecordedRequest request) => request.Authorization == "Bearer " + DoomedKey;

    private static string Port(HoldingProxy proxy) => proxy.Port.ToString(CultureInfo.InvariantCulture);
}
