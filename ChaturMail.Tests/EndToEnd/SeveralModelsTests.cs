using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>Two providers behind real Redis, Api and Worker processes.</summary>
public sealed class SeveralModelsTests
{
    [Fact]
    public async Task WhatOneProviderFailsToWriteTheOtherWritesAndEachCostIsShown()
    {
        const int jobs = 6;
        await using var backup = await ScriptedModelServer.StartAsync(Answers.EchoSubject());
        await using var topology = await RedisTopology.PrepareAsync(
            jobs, Answers.Error(500, "server_error"), ("Models__Providers__backup__BaseAddress", backup.BaseAddress.ToString()),
            ("Models__Providers__backup__ApiKey", "sk-backup"), ("Models__Providers__backup__InputPrice", "100"), ("Models__Providers__backup__OutputPrice", "200"),
            ("Models__Routes__Standard", "openai,backup"), ("Models__Comparison__Provider", "composer"), ("Models__Comparison__Percent", "100"),
            ("Budgets__DeploymentPerDay", "5"), ("Queue__Lease", "00:00:30"));
        for (var i = 0; i < 2; i++) topology.StartWorker();
        await topology.StartApiAsync();

        var answers = await Task.WhenAll(topology.Send(jobs));

        Assert.All(answers, answer => Assert.Equal((200, "scripted"), (answer.HttpStatus, answer.Text("model"))));
        await topology.ExpectAllEndedOnceAsync(jobs);
        // Each job took one run: the failover is no retry.
        Assert.Equal((jobs, jobs), (topology.Model.Calls, backup.Calls));
        var report = await topology.CommandAsync("models", "report");
        // 11 tokens at 100 and 7 at 200 dollars a million, six times.
        Assert.Contains(report, line => System.Text.RegularExpressions.Regex.IsMatch(line, "backup +scripted +answer +6 +66 +42 +0.015000 "));
    }
}
