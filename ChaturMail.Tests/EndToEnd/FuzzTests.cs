using System.Diagnostics;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>The fuzz run itself, small: load/fuzz.sh is the long one.</summary>
public sealed class FuzzTests
{
    [Fact]
    public async Task WhateverIsSentTheAnswerIsTheEnvelopeAndMemoryDoesNotGrow()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        // Built with the tests, in a folder of its own: its packages are none of theirs.
        start.ArgumentList.Add(Path.Combine(
            AppContext.BaseDirectory.Replace("ChaturMail.Tests", "ChaturMail.Benchmarks", StringComparison.Ordinal), "ChaturMail.Benchmarks.dll"));
        var seed = Environment.GetEnvironmentVariable("CHATURMAIL_TEST_SEED") ?? "1";
        foreach (var argument in new[] { "fuzz", "--requests", "3000", "--seed", seed }) start.ArgumentList.Add(argument);
        // As for every process of the product's here (ProductProcess); its Api inherits it.
        start.Environment["DOTNET_TieredPGO"] = "0";
        using var fuzz = Process.Start(start)!;
        var (output, errors) = (fuzz.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), fuzz.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await fuzz.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(fuzz.ExitCode == 0, await output + await errors);
        Assert.StartsWith("requests=3000 5xx=0 not_envelope=0 rss_growth_mb=", (await output).TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
    }
}
