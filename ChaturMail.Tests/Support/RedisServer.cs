using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

[assembly: AssemblyFixture(typeof(ChaturMail.Tests.Support.SharedRedis))]

namespace ChaturMail.Tests.Support;

/// <summary>A redis-server of its own on a free loopback port and a folder of its own, append-only, which a test may kill and wipe.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    // Numbers of Linux.
    private const int SigStop = 19, SigCont = 18;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TextFolder _folder = new();
    private Process? _process;

    private RedisServer(string password) => (Port, Password) = (ProductProcess.FreePort(), password);

    public int Port { get; }

    public string Password { get; }

    /// <summary>Skips the test where there is no Redis.</summary>
    public static void RequireInstalled() => Assert.SkipUnless(IsInstalled(), "redis-server is not on the PATH");

    public static async Task<RedisServer> StartAsync(string password = "")
    {
        RequireInstalled();
        var server = new RedisServer(password);
        await server.RestartAsync();
        return server;
    }

    /// <summary>A port on which there will be a server once it is started again.</summary>
    public static RedisServer NotYetStarted()
    {
        RequireInstalled();
        return new RedisServer("");
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        if (_process is null) return;
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>SIGSTOP: its connections stay open, and new ones are taken by the kernel, but nobody answers.</summary>
    public void Pause() => Assert.Equal(0, Signal(_process!.Id, SigStop));

    /// <summary>SIGCONT: it goes on with all that was sent meanwhile.</summary>
    public void Resume() => Assert.Equal(0, Signal(_process!.Id, SigCont));

    /// <summary>Starts it with what it had when it was killed, or without.</summary>
    public async Task RestartAsync(bool wiped = false)
    {
        await KillAsync();
        if (wiped)
        {
            Directory.Delete(_folder.Path, recursive: true);
            Directory.CreateDirectory(_folder.Path);
        }

        var start = new ProcessStartInfo("redis-server") { RedirectStandardOutput = true, WorkingDirectory = _folder.Path };
        string[] arguments =
        [
            "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder.Path, "--appendonly", "yes",
            // Written before each answer, so that a kill loses nothing; only a machine that loses power could.
            "--appendfsync", "everysec", "--save", "", "--requirepass", Password,
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Patience);
        while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal)) return;
        Assert.Fail("redis-server ended instead of listening");
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _folder.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int pid, int signal);

    private static bool IsInstalled() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "redis-server")));
}

/// <summary>One server for all tests that neither kill nor wipe it, started by the first. Each test has a key prefix of its own.</summary>
public sealed class SharedRedis : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private RedisServer? _server;

    public async Task<RedisServer> ServerAsync()
    {
        await _gate.WaitAsync();
        try
        {
            return _server ??= await RedisServer.StartAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _gate.Dispose();
    }
}
