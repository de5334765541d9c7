using System.Diagnostics;
using ChaturMail.ServiceDefaults;

namespace ChaturMail.AppHost.Standalone;

/// <summary>
/// A program kept running: its lines are printed with its name in front, and it is started again when it dies.
/// </summary>
/// <param name="command">The program and its arguments.</param>
internal sealed class SupervisedProcess(
    string name, IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment, Action<string> print)
{
    /// <summary>A program ends itself with this code when its configuration cannot work: starting it again would not help.</summary>
    public const int ConfigurationError = 2;

    private static readonly TimeSpan RestBeforeRestart = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(35);

    /// <summary>Runs the program until <paramref name="stop"/>, then asks it to stop and waits for its end.</summary>
    /// <returns>The exit code: 0 after a stop, <see cref="ConfigurationError"/> when it cannot run at all.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        while (true)
        {
            var code = await RunOnceAsync(stop);
            if (stop.IsCancellationRequested) return 0;
            if (code == ConfigurationError) return code;
            print($"[{name}] ended with code {code}; starting it again");
            try
            {
                await Task.Delay(RestBeforeRestart, stop);
            }
            catch (OperationCanceledException)
            {
                return 0;
            }
        }
    }

    private async Task<int> RunOnceAsync(CancellationToken stop)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Our end of the pipe closes with us, however we end: the program then stops instead of being left behind.
        start.Environment[StopWithInput.Variable] = "true";
        foreach (var (key, value) in environment) start.Environment[key] = value;

        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Print(line.Data);
        process.ErrorDataReceived += (_, line) => Print(line.Data);
        process.Start();
        print($"[{name}] process {process.Id}");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await using var registration = stop.Register(() => ProcessSignal.Terminate(process));
        try
        {
            await process.WaitForExitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            using var patience = new CancellationTokenSource(LongestStop);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                print($"[{name}] does not stop; killed");
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }

        return process.ExitCode;
    }

    private void Print(string? line)
    {
        if (line is not null) print($"[{name}] {line}");
    }
}
