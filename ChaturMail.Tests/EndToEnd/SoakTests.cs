using System.Diagnostics;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>The soak itself, small: that it runs, and that the product passes it.</summary>
public sealed class SoakTests
{
    [Fact]
    public async Task ASmallSoakLosesNothingAndDoublesNothing()
    {
        RedisServer.RequireInstalled();
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        // Built with the tests, in a folder of its own: its packages are none of theirs.
        start.ArgumentList.Add(Path.Combine(
            AppContext.BaseDirectory.Replace("ChaturMail.Tests", "ChaturMail.Benchmarks", StringComparison.Ordinal), "ChaturMail.Benchmarks.dll"));
        foreach (var argument in new[] { "soak", "--jobs", "200", "--seed", "1", "--workers", "2", "--connections", "64" }) start.ArgumentList.Add(argument);
        using var soak = Process.Start(start)!;
        var (output, errors) = (soak.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), soak.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await soak.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(soak.ExitCode == 0, await output + await errors);
        Assert.StartsWith("jobs=200 lost=0 doubled=0 double_charged=0 exits=0 recovered_p99_ms=", (await output).TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
    }
}
