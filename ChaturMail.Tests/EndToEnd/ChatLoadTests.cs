using System.Diagnostics;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>The load of chat itself, small: that it runs, and that the product passes it with an Api that dies.</summary>
public sealed class ChatLoadTests
{
    [Fact]
    public async Task ASmallLoadWithAnApiKilledInTheMiddleLosesNothingAndDoublesNothing()
    {
        RedisServer.RequireInstalled();
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        // Built with the tests, in a folder of its own: its packages are none of theirs.
        start.ArgumentList.Add(Path.Combine(
            AppContext.BaseDirectory.Replace("ChaturMail.Tests", "ChaturMail.Benchmarks", StringComparison.Ordinal), "ChaturMail.Benchmarks.dll"));
        foreach (var argument in new[] { "chat", "--sockets", "40", "--parties", "4", "--rate", "40", "--warm-up", "1", "--seconds", "3", "--kill" }) start.ArgumentList.Add(argument);
        using var load = Process.Start(start)!;
        var (output, errors) = (load.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), load.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await load.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(load.ExitCode == 0, await output + await errors);
        Assert.StartsWith("sent=160 delivered=1600 lost=0 doubled=0 p99_ms=", (await output).TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
    }
}
