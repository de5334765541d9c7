using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ChaturMail.AppHost.Standalone;

namespace ChaturMail.Tests.Support;

/// <summary>One of the product's programs as a process of its own, which a test may kill.</summary>
internal sealed class ProductProcess : IAsyncDisposable
{
    // What the machine may have set must not decide a test.
    private static readonly string[] ForeignVariables =
    [
        "PORT", "DATA_DIR", "JWT_KEY", "JWT_PREVIOUS_KEYS", "OPENAI_API_KEY", "PROJECT_ID", "DB_URI", "REDIS_IP", "REDIS_PORT", "REDIS_PASSWORD", "OS_ENV", "PUBLIC_URL", "BIND_ADDRESS",
        "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "ASPNETCORE_URLS", "FIREBASE_AUTH_EMULATOR_HOST", "PRIVATE_KEY", "CLIENT_EMAIL", "PRIVATE_KEY_ID", "TYPE", "TOKEN_URI", "OTEL_EXPORTER_OTLP_ENDPOINT",
    ];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly SemaphoreSlim _news = new(0);

    private ProductProcess(Process process) => _process = process;

    public IReadOnlyList<string> Lines => [.. _lines];

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public static ProductProcess Start(
        string program, IEnumerable<string> arguments, (string Name, string Value)[]? environment = null, string? workingDirectory = null)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? Path.GetTempPath(),
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, program + ".dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var name in ForeignVariables) start.Environment.Remove(name);
        // A process that lives for seconds gains nothing from code that is measured to be compiled again.
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in environment ?? []) start.Environment[name] = value;
        var started = new ProductProcess(new Process { StartInfo = start });
        started._process.OutputDataReceived += (_, e) => started.Hear(e.Data);
        started._process.ErrorDataReceived += (_, e) => started.Hear(e.Data);
        started._process.Start();
        started._process.BeginOutputReadLine();
        started._process.BeginErrorReadLine();
        return started;
    }

    /// <summary>Starts an Api in Development on a free port and waits until it listens.</summary>
    public static async Task<(ProductProcess Process, ApiClient Client)> StartApiAsync(string dataFolder, params (string Name, string Value)[] environment)
    {
        var process = Start("ChaturMail.Api", [], [
            ("ASPNETCORE_ENVIRONMENT", "Development"), ("DATA_DIR", dataFolder), ("PORT", "0"), ("BIND_ADDRESS", "127.0.0.1"),
            ("RateLimits__GenerationsPerUser", "0"), .. environment]);
        const string listens = "ChaturMail listens on ";
        var line = await process.LineAsync(l => l.StartsWith(listens, StringComparison.Ordinal));
        return (process, new ApiClient(new Uri(line[listens.Length..])));
    }

    /// <summary>A port that nobody listens on.</summary>
    public static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    /// <summary>Waits for a line of the process's output.</summary>
    public async Task<string> LineAsync(Func<string, bool> wanted)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            if (_lines.FirstOrDefault(wanted) is { } line) return line;
            Assert.False(_process.HasExited, "the process has ended:\n" + string.Join('\n', _lines));
            try
            {
                await _news.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail("the line did not come:\n" + string.Join('\n', _lines));
            }
        }
    }

    /// <summary>SIGTERM.</summary>
    public void Terminate() => ProcessSignal.Terminate(_process);

    /// <summary>SIGKILL: the process gets no chance to tidy up.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Waits for the end of the process and gives its exit code.</summary>
    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _news.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is null) return;
        _lines.Enqueue(line);
        try
        {
            _news.Release();
        }
        catch (ObjectDisposedException)
        {
            // The last words of a process whose test is over.
        }
    }
}
