using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using ChaturMail.AppHost.Standalone;
using ChaturMail.ServiceDefaults;

namespace ChaturMail.Benchmarks.Load;

/// <summary>
/// A program as a process of its own, whose every end is accounted for: one that nobody asked for, or with another code than the way it
/// was asked leads to, is added to the list of exits.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int KilledCode = 128 + 9;

    // What the machine may have set must not decide a measurement.
    private static readonly string[] ForeignVariables =
    [
        "PORT", "DATA_DIR", "JWT_KEY", "JWT_PREVIOUS_KEYS", "OPENAI_API_KEY", "PROJECT_ID", "DB_URI", "REDIS_IP", "REDIS_PORT", "REDIS_PASSWORD", "OS_ENV", "PUBLIC_URL", "BIND_ADDRESS",
        "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "ASPNETCORE_URLS", "FIREBASE_AUTH_EMULATOR_HOST", "OTEL_EXPORTER_OTLP_ENDPOINT",
    ];

    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(40);

    private readonly Process _process;
    private readonly string _name;
    private readonly ConcurrentQueue<string> _exits;
    private readonly Channel<string> _lines = Channel.CreateBounded<string>(
        new BoundedChannelOptions(100) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Task _watch;
    private volatile int _expectedCode = -1;
    private TimeSpan _used;
    private bool _logIsClosed;

    private ChildProcess(string name, Process process, StreamWriter log, ConcurrentQueue<string> exits)
    {
        (_name, _process, _exits) = (name, process, exits);
        process.OutputDataReceived += (_, line) => Hear(line.Data, log);
        process.ErrorDataReceived += (_, line) => Hear(line.Data, log);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Id = process.Id;
        _watch = WatchAsync(log);
    }

    /// <summary>The process's id.</summary>
    public int Id { get; }

    /// <summary>True until it has ended, for whatever reason.</summary>
    public bool IsRunning => !_watch.IsCompleted;

    /// <summary>Processor time that it has used so far; of one that was killed, until then.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            if (!IsRunning) return _used;
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts a program.</summary>
    /// <param name="logFile">What it prints is added to this file.</param>
    /// <param name="exits">Where an end is written down that nobody asked for.</param>
    public static ChildProcess Start(
        string name, IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment, string logFile, ConcurrentQueue<string> exits)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // A .env file in the working directory must not decide a measurement either.
            WorkingDirectory = Path.GetDirectoryName(logFile)!,
        };
        foreach (var variable in ForeignVariables) start.Environment.Remove(variable);
        // Our end of the pipe closes with us, however we end: the program then stops instead of being left behind.
        start.Environment[StopWithInput.Variable] = "true";
        foreach (var (key, value) in environment) start.Environment[key] = value;
        return new ChildProcess(name, new Process { StartInfo = start }, new StreamWriter(logFile, append: true), exits);
    }

    /// <summary>Waits for a line of the program's output and gives what follows <paramref name="start"/> in it.</summary>
    /// <exception cref="InvalidOperationException">The program ended instead.</exception>
    public async Task<string> LineAsync(string start, CancellationToken cancellation)
    {
        await foreach (var line in _lines.Reader.ReadAllAsync(cancellation))
            if (line.StartsWith(start, StringComparison.Ordinal)) return line[start.Length..];
        throw new InvalidOperationException($"{_name} ended instead of printing \"{start}\".");
    }

    /// <summary>SIGKILL: the program gets no chance to tidy up. False when it had ended before.</summary>
    public async Task<bool> KillAsync()
    {
        if (_watch.IsCompleted) return false;
        _expectedCode = KilledCode;
        _used = ProcessorTime;
        _process.Kill();
        await _watch;
        return true;
    }

    /// <summary>SIGTERM, and SIGKILL for one that does not stop; from a clean stop the exit code is 0.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_watch.IsCompleted)
        {
            _expectedCode = 0;
            ProcessSignal.Terminate(_process);
            try
            {
                await _watch.WaitAsync(LongestStop);
            }
            catch (TimeoutException)
            {
                _process.Kill(entireProcessTree: true);
                await _watch;
            }
        }

        _process.Dispose();
    }

    private async Task WatchAsync(StreamWriter log)
    {
        await _process.WaitForExitAsync();
        if (_process.ExitCode != _expectedCode)
        {
            _exits.Enqueue(_expectedCode < 0
                ? $"{_name} (process {Id}) ended by itself with code {_process.ExitCode}"
                : $"{_name} (process {Id}) ended with code {_process.ExitCode}, expected {_expectedCode}");
        }

        _lines.Writer.TryComplete();
        lock (log)
        {
            _logIsClosed = true;
            log.Dispose();
        }
    }

    private void Hear(string? line, StreamWriter log)
    {
        if (line is null) return;
        _lines.Writer.TryWrite(line);
        lock (log)
        {
            // An exception here, on a thread of nobody's, would end the measurement.
            if (!_logIsClosed) log.WriteLine(line);
        }
    }
}
