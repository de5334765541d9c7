using System.Globalization;
using ChaturMail.Core.Generation;
using ChaturMail.Tests.Support;
using ChaturMail.Worker;

namespace ChaturMail.Tests.Worker;

/// <summary>The command line of the queue.</summary>
public sealed class QueueCommandsTests
{
    [Fact]
    public async Task ADeadLetterIsListedShownTriedAgainAndForgotten()
    {
        await using var fixture = new WorkerFixture();
        var (first, second) = (await BuryAsync(fixture), await BuryAsync(fixture));

        Assert.Contains("0        0     2", (await RunAsync(fixture, "status")).Output, StringComparison.Ordinal);
        var list = (await RunAsync(fixture, "dead", "list")).Output;
        Assert.Contains(first, list, StringComparison.Ordinal);
        Assert.Contains(second, list, StringComparison.Ordinal);
        var shown = (await RunAsync(fixture, "dead", "show", first)).Output;
        Assert.Contains("no credit", shown, StringComparison.Ordinal);
        Assert.Contains("Failed", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("annual leave", shown, StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync(fixture, "dead", "drop", second)).Code);
        Assert.Equal(0, (await RunAsync(fixture, "dead", "retry", first)).Code);
        Assert.Equal((750, 0, 0), await fixture.CoinsAsync());
        await fixture.Runner().RunAsync(await fixture.TakeAsync(), default);

        Assert.Equal((750, 250, 1), await fixture.CoinsAsync());
        Assert.Equal((0, 0, 0), await fixture.DepthAsync());
    }

    [Fact]
    public async Task AllDeadLettersAreTriedAgainAtOnce()
    {
        await using var fixture = new WorkerFixture();
        for (var i = 0; i < 3; i++) await BuryAsync(fixture);

        Assert.Equal(0, (await RunAsync(fixture, "dead", "retry", "--all")).Code);

        Assert.Equal((3, 0, 0), await fixture.DepthAsync());
        Assert.Equal((250, 0, 0), await fixture.CoinsAsync());
    }

    [Theory]
    [InlineData(1, "dead", "show", "6b018b08c371b1bcac5105a3")]
    [InlineData(1, "dead", "retry", "6b018b08c371b1bcac5105a3")]
    [InlineData(1, "dead", "drop", "6b018b08c371b1bcac5105a3")]
    [InlineData(2, "dead")]
    [InlineData(2, "nonsense")]
    public async Task WhatCannotBeDoneIsSaid(int code, params string[] command)
    {
        await using var fixture = new WorkerFixture();
        var (actual, output) = await RunAsync(fixture, command);
        Assert.Equal(code, actual);
        Assert.NotEmpty(output);
    }

    [Fact]
    public async Task DrainingWritesWhatWaitsAndEnds()
    {
        using var folder = new TextFolder();
        string token;
        var (api, client) = await ProductProcess.StartApiAsync(folder.Path, ("Worker__InApi", "false"), ("Generation__Wait", "00:00:01"));
        await using var _ = api;
        using var __ = client;
        token = await client.SignInAsync();
        Assert.Equal(202, (await client.GenerateAsync(token)).HttpStatus);

        await using var drain = ProductProcess.Start(
            "ChaturMail.Worker", ["queue", "drain"], [("ASPNETCORE_ENVIRONMENT", "Development"), ("DATA_DIR", folder.Path)]);
        Assert.Equal(0, await drain.ExitAsync());

        Assert.Single(await client.HistoryAsync(token));
    }

    private static async Task<string> BuryAsync(WorkerFixture fixture)
    {
        var job = await fixture.AcceptAsync();
        await fixture.Stores.Jobs.FailAsync(job.Id, FailureCode.ModelUnavailable, default);
        await fixture.Embedded.BuryAsync(await fixture.TakeAsync(), "no credit", default);
        return job.Id;
    }

    private static async Task<(int Code, string Output)> RunAsync(WorkerFixture fixture, params string[] command)
    {
        await using var output = new StringWriter(CultureInfo.InvariantCulture);
        var code = await new QueueCommands(fixture.Stores.Jobs, fixture.Embedded, output).RunAsync(command, default);
        return (code, output.ToString());
    }
}
