using System.Globalization;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>An Api and two Workers as processes of their own around one Redis, fifty paid emails under way.</summary>
public sealed class RedisTests
{
    private const int Jobs = 50;
    private const int Cost = 250;

    [Fact]
    public async Task KillingAWorkerWithHalfOfFiftyInFlightLosesNothingAndChargesNothingTwice()
    {
        await using var redis = await RedisServer.StartAsync();
        using var folder = new TextFolder();
        var release = new TaskCompletionSource();
        await using var model = await ScriptedModelServer.StartAsync(Answers.After(release.Task, Answers.EchoSubject()));
        // Room for half of the jobs each: all are under way only when both work.
        var environment = Environment(redis, folder, model, ("Worker__Concurrency", "25"));
        var (api, client) = await ProductProcess.StartApiAsync(folder.Path, environment);
        await using var _ = api;
        using var __ = client;
        await using var doomed = ProductProcess.Start("ChaturMail.Worker", [], environment);
        await using var other = ProductProcess.Start("ChaturMail.Worker", [], environment);
        var token = await client.SignInAsync();
        var requests = Enumerable.Range(0, Jobs).Select(_ => client.GenerateAsync(token)).ToArray();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        for (var i = 0; i < Jobs; i++) await model.ArrivalAsync(limit.Token);

        await doomed.KillAsync();
        release.SetResult();

        // Every request gets its email in the same answer, those of the killed worker after its lease.
        Assert.All(await Task.WhenAll(requests), answer => Assert.Equal(200, answer.HttpStatus));
        await ExpectAllOnceAsync(client, token, Jobs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RequestsThatComeWhileRedisIsAwayAreAnsweredWhenItIsBack(bool wiped)
    {
        const int requestsBefore = 5, requestsAfter = 5;
        await using var redis = await RedisServer.StartAsync();
        using var folder = new TextFolder();
        var release = new TaskCompletionSource();
        await using var model = await ScriptedModelServer.StartAsync(Answers.After(release.Task, Answers.EchoSubject()));
        var environment = Environment(redis, folder, model);
        var (api, client) = await ProductProcess.StartApiAsync(folder.Path, environment);
        await using var _ = api;
        using var __ = client;
        await using var worker = ProductProcess.Start("ChaturMail.Worker", [], environment);
        var token = await client.SignInAsync();
        var requests = Enumerable.Range(0, requestsBefore).Select(_ => client.GenerateAsync(token)).ToList();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        for (var i = 0; i < requestsBefore; i++) await model.ArrivalAsync(limit.Token);

        await redis.KillAsync();
        requests.AddRange(Enumerable.Range(0, requestsAfter).Select(_ => client.GenerateAsync(token)));
        release.SetResult();
        // What ran when Redis went away is found in the store; what came afterwards has its coins reserved and waits.
        Assert.All(await Task.WhenAll(requests[..requestsBefore]), answer => Assert.Equal(200, answer.HttpStatus));
        Assert.DoesNotContain(requests[requestsBefore..], request => request.IsCompleted);
        await redis.RestartAsync(wiped);

        Assert.All(await Task.WhenAll(requests), answer => Assert.Equal(200, answer.HttpStatus));
        await ExpectAllOnceAsync(client, token, requestsBefore + requestsAfter);
    }

    private static (string, string)[] Environment(RedisServer redis, TextFolder folder, ScriptedModelServer model, params (string, string)[] more) =>
    [
        ("ASPNETCORE_ENVIRONMENT", "Development"), ("DATA_DIR", folder.Path), ("Worker__InApi", "false"),
        ("REDIS_IP", "127.0.0.1"), ("REDIS_PORT", redis.Port.ToString(CultureInfo.InvariantCulture)),
        ("OPENAI_API_KEY", "sk-test"), ("OpenAI__BaseAddress", model.BaseAddress.ToString()), ("Queue__Lease", "00:00:02"),
        ("Worker__SweepEvery", "00:00:01"), ("Coins__Starting", (Jobs * Cost).ToString(CultureInfo.InvariantCulture)), .. more,
    ];

    private static async Task ExpectAllOnceAsync(ApiClient client, string token, int jobs)
    {
        var user = await client.PostAsync("/user/getUserData", new { }, token);
        var history = await client.HistoryAsync(token);
        Assert.Equal(
            (jobs, (Jobs - jobs) * Cost, jobs * Cost),
            (user.Number("generatedEmailCount"), user.Number("availableTokens"), user.Number("usedTokens")));
        Assert.Equal(jobs, history.Select(e => e["id"]!.GetValue<string>()).Distinct().Count());
        Assert.Equal(jobs, history.Count);
    }
}
