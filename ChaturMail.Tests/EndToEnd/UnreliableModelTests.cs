using System.Collections.Concurrent;
using System.Globalization;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>A model provider that fails in every way there is, under two Workers.</summary>
public sealed class UnreliableModelTests
{
    private const string SeedVariable = "CHATURMAIL_TEST_SEED";
    private const int DefaultSeed = 20_261;
    private const int Jobs = 60;
    private const int MaxAttempts = 4;

    private static readonly ScriptedAnswer[] Faults =
    [
        Answers.Error(500, "server_error"),
        Answers.Raw(503, "text/html", "<html><body><h1>503 Service Unavailable</h1></body></html>"u8.ToArray()),
        Answers.Error(429, "requests", "rate_limit_exceeded", headers: ("Retry-After", "1")),
        Answers.Raw(200, "text/plain", "upstream connect error"u8.ToArray()),
        Answers.Raw(200, "text/html", "<!doctype html><title>Sign in</title>"u8.ToArray()),
        Answers.Json(200, """{"id":"chatcmpl-1","choices":[{"index":0,"message":{"role":"assist"""),
        Answers.Raw(200, "application/json", []),
        Answers.Text("   "),
        Answers.CutShort(),
        Answers.Cut(),
        Answers.Hang(),
        Answers.HalfThenHang(),
    ];

    [Fact]
    public async Task EveryJobEndsOnceAndEveryCoinIsSpentOrGivenBack()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), CultureInfo.InvariantCulture, out var given) ? given : DefaultSeed;
        var script = Enumerable.Range(0, Jobs).ToDictionary(i => $"Job {i}", i => Script(new Random(seed * Jobs + i)));
        var calls = new ConcurrentDictionary<string, int>();
        ScriptedAnswer scripted = call =>
        {
            var subject = RecordedRequest.Of(call).Subject();
            var answers = script[subject];
            // Once good, always good: a machine so busy that an answer comes too late must not change the job's end.
            return answers[Math.Min(calls.AddOrUpdate(subject, 1, (_, before) => before + 1), answers.Length) - 1](call);
        };
        await using var topology = await RedisTopology.PrepareAsync(
            Jobs, scripted, ("Queue__Lease", "00:00:30"), ("Queue__MaxAttempts", $"{MaxAttempts}"),
            ("Queue__FirstRetry", "00:00:00.050"), ("Queue__LongestRetry", "00:00:00.200"));
        // A call that gets no answer ends by its own time-out in one, and by that of the whole job in the other.
        topology.StartWorker(("OpenAI__Timeout", "00:00:03"));
        topology.StartWorker(("Worker__JobTimeout", "00:00:03"));
        await topology.StartApiAsync();

        var answers = await Task.WhenAll(topology.Send(Jobs));

        string Line(int i, bool isWritten) => $"Job {i} {(isWritten ? "200" : "503 model_unavailable")}";
        var expected = Enumerable.Range(0, Jobs).Select(i => Line(i, script[$"Job {i}"].Length < MaxAttempts)).ToList();
        var actual = answers.Select((answer, i) => $"Job {i} {answer.HttpStatus} {answer.Code}".TrimEnd()).ToList();
        Assert.True(expected.SequenceEqual(actual), $"{SeedVariable}={seed}: {string.Join(", ", actual.Except(expected))}");
        var failed = actual.Count(line => line.EndsWith("model_unavailable", StringComparison.Ordinal));
        Assert.True(failed is > 0 and < Jobs, $"{SeedVariable}={seed} tests nothing: {failed} of {Jobs} fail");
        await topology.ExpectAllEndedOnceAsync(done: Jobs - failed, failed, dead: failed);
    }

    [Fact]
    public async Task AJobThatAlwaysFailsIsPaidBackAndLeavesADeadLetterThatSaysWhy()
    {
        const int attempts = 3;
        await using var topology = await RedisTopology.PrepareAsync(
            1, Answers.Error(500, "server_error"), ("Queue__Lease", "00:00:30"), ("Queue__MaxAttempts", $"{attempts}"),
            ("Queue__FirstRetry", "00:00:00.050"));
        topology.StartWorker();
        await topology.StartApiAsync();

        Assert.Equal("model_unavailable", (await Assert.Single(topology.Send(1))).Code);

        await topology.ExpectAllEndedOnceAsync(done: 0, failed: 1, dead: 1);
        var letter = Assert.Single(await topology.DeadLettersAsync());
        Assert.Equal(("openai answered 500 (server_error).", attempts), (letter.Reason, letter.Attempts));
        Assert.Equal(attempts, topology.Model.Calls);
    }

    [Fact]
    public async Task AProviderThatAsksForTimeGetsIt()
    {
        var (asked, retryAfter) = (0, TimeSpan.FromSeconds(2));
        var refused = 0L;
        ScriptedAnswer busyOnce = call =>
        {
            if (Interlocked.Increment(ref asked) > 1) return Answers.EchoSubject()(call);
            refused = TimeProvider.System.GetTimestamp();
            return Answers.Error(429, "requests", "rate_limit_exceeded", headers: ("Retry-After", $"{retryAfter.TotalSeconds}"))(call);
        };
        await using var topology = await RedisTopology.PrepareAsync(
            1, busyOnce, ("Queue__Lease", "00:00:30"), ("Queue__FirstRetry", "00:00:00.001"), ("Queue__LongestRetry", "00:00:00.001"));
        topology.StartWorker();
        await topology.StartApiAsync();

        Assert.Equal(200, (await Assert.Single(topology.Send(1))).HttpStatus);

        await topology.ExpectAllEndedOnceAsync(1);
        Assert.Equal(2, topology.Model.Calls);
        // Redis counts the delay in whole milliseconds of its own clock.
        var waited = TimeProvider.System.GetElapsedTime(refused, topology.Model.Requests[1].ArrivedAt);
        Assert.InRange(waited, retryAfter - TimeSpan.FromMilliseconds(10), TimeSpan.MaxValue);
    }

    /// <summary>Faults and then, for most jobs, an email; with an attempt to spare, lest a busy machine make one of its own.</summary>
    private static ScriptedAnswer[] Script(Random random)
    {
        var isHopeless = random.Next(4) == 0;
        var faults = random.GetItems(Faults, isHopeless ? MaxAttempts : random.Next(MaxAttempts - 1));
        return isHopeless ? faults : [.. faults, Answers.EchoSubject()];
    }
}
