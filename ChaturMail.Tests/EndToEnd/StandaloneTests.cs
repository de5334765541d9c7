using System.Diagnostics;
using System.Globalization;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>The standalone topology: Api and Workers as processes of their own on one embedded store.</summary>
public sealed class StandaloneTests
{
    [Theory]
    [InlineData("--embedded")]
    [InlineData]
    public async Task ItWritesEmailsSurvivesAKilledWorkerAndStopsAllOfItself(params string[] arguments)
    {
        if (arguments.Length == 0) RedisServer.RequireInstalled();
        using var folder = new TextFolder();
        var port = ProductProcess.FreePort();
        await using var host = ProductProcess.Start(
            "ChaturMail.AppHost", [.. arguments, "--workers", "1", "--port", port.ToString(CultureInfo.InvariantCulture), "--data", folder.Path],
            [("Queue__Lease", "00:00:01")]);
        await host.LineAsync(line => line.StartsWith("ChaturMail runs on port", StringComparison.Ordinal));
        using var client = new ApiClient(new Uri($"http://localhost:{port}"));
        var token = await client.SignInAsync();

        Assert.Equal(200, (await client.GenerateAsync(token)).HttpStatus);

        using (var worker = Process.GetProcessById(WorkerId(host.Lines.Last(IsWorkersStart)))) worker.Kill();
        await host.LineAsync(line => line.StartsWith("[worker-1] ended with code", StringComparison.Ordinal));
        Assert.Equal(200, (await client.GenerateAsync(token)).HttpStatus);
        Assert.Equal(2, (await client.HistoryAsync(token)).Count);

        var children = host.Lines.Where(line => line.Contains("] process ", StringComparison.Ordinal)).Select(WorkerId).ToList();
        // The Api, the worker twice, and Redis.
        Assert.Equal(arguments.Length == 0 ? 4 : 3, children.Count);
        host.Terminate();
        Assert.Equal(0, await host.ExitAsync());
        Assert.All(children, id => Assert.Throws<ArgumentException>(() => Process.GetProcessById(id)));
    }

    [Fact]
    public async Task ARedisThatAKilledTopologyLeftBehindIsStoppedByTheNext()
    {
        RedisServer.RequireInstalled();
        using var folder = new TextFolder();
        var arguments = new[] { "--port", ProductProcess.FreePort().ToString(CultureInfo.InvariantCulture), "--data", folder.Path };
        await using var first = ProductProcess.Start("ChaturMail.AppHost", arguments);
        using var left = Process.GetProcessById(WorkerId(await first.LineAsync(line => line.StartsWith("[redis] process ", StringComparison.Ordinal))));
        await first.LineAsync(line => line.StartsWith("The queue is on redis-server", StringComparison.Ordinal));
        await first.KillAsync();

        await using var second = ProductProcess.Start("ChaturMail.AppHost", ["--port", ProductProcess.FreePort().ToString(CultureInfo.InvariantCulture), "--data", folder.Path]);
        await second.LineAsync(line => line.StartsWith("The queue is on redis-server", StringComparison.Ordinal));

        Assert.True(left.HasExited);
        second.Terminate();
        Assert.Equal(0, await second.ExitAsync());
    }

    [Fact]
    public async Task WhenItIsKilledItsProcessesStopByThemselves()
    {
        using var folder = new TextFolder();
        var port = ProductProcess.FreePort();
        await using var host = ProductProcess.Start("ChaturMail.AppHost", ["--embedded", "--port", port.ToString(CultureInfo.InvariantCulture), "--data", folder.Path]);
        await host.LineAsync(line => line.StartsWith("ChaturMail runs on port", StringComparison.Ordinal));
        var children = host.Lines.Where(line => line.Contains("] process ", StringComparison.Ordinal)).Select(WorkerId).Select(Process.GetProcessById).ToList();

        await host.KillAsync();

        foreach (var child in children)
            using (child) await child.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(2, children.Count);
    }

    [Fact]
    public async Task APortThatIsTakenIsToldAtOnce()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        await using var host = ProductProcess.Start("ChaturMail.AppHost", ["--port", port.ToString(CultureInfo.InvariantCulture)]);
        Assert.Equal(2, await host.ExitAsync());
    }

    [Theory]
    [InlineData("--workers", "0")]
    [InlineData("--port", "x")]
    [InlineData("--nonsense", "1")]
    [InlineData("--port")]
    public async Task ArgumentsThatCannotBeAreExplained(params string[] arguments)
    {
        await using var host = ProductProcess.Start("ChaturMail.AppHost", arguments);
        Assert.Equal(2, await host.ExitAsync());
        await Eventually.TrueAsync(() => Task.FromResult(host.Lines.Any(line => line.Contains("--workers N", StringComparison.Ordinal))));
    }

    private static bool IsWorkersStart(string line) => line.StartsWith("[worker-1] process ", StringComparison.Ordinal);

    private static int WorkerId(string line) => int.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture);
}
