using System.Globalization;
using System.Net;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Worker;

/// <summary>What an orchestrator asks a Worker.</summary>
public sealed class ProbeServerTests
{
    [Fact]
    public async Task AWorkerAnswersProbesOnItsPortAndTwoWithoutOneDoNotCollide()
    {
        using var folder = new TextFolder();
        var port = ProductProcess.FreePort();
        (string, string)[] shared = [("ASPNETCORE_ENVIRONMENT", "Development"), ("DATA_DIR", folder.Path), ("PORT", port.ToString(CultureInfo.InvariantCulture))];
        await using var silent = ProductProcess.Start("ChaturMail.Worker", [], shared);
        await using var worker = ProductProcess.Start("ChaturMail.Worker", [], [.. shared, ("Worker__Port", port.ToString(CultureInfo.InvariantCulture))]);

        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                return await http.GetStringAsync("/health") == "Healthy";
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        foreach (var probe in new[] { "/alive", "/health" })
        {
            using var answer = await http.GetAsync(new Uri(probe, UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.False(silent.HasExited);
        worker.Terminate();
        Assert.Equal(0, await worker.ExitAsync());
    }

    [Fact]
    public async Task AWorkerWhosePortIsTakenSaysSoAndEnds()
    {
        using var folder = new TextFolder();
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var worker = ProductProcess.Start(
            "ChaturMail.Worker", [],
            [("ASPNETCORE_ENVIRONMENT", "Development"), ("DATA_DIR", folder.Path), ("Worker__Port", port.ToString(CultureInfo.InvariantCulture))]);
        Assert.Equal(2, await worker.ExitAsync());
        Assert.Contains(worker.Lines, line => line.Contains(port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
    }
}
