using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ChaturMail.AppHost.Standalone;

/// <summary>A redis-server of the topology's own: its own port, on this machine only, append-only, its data in the data folder.</summary>
internal sealed class RedisServer
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(30);

    private readonly string _program;
    private readonly string _folder;

    private RedisServer(string program, string dataFolder)
    {
        _program = program;
        _folder = Path.Combine(dataFolder, "redis");
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        Port = ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    /// <summary>The port that it listens on.</summary>
    public int Port { get; }

    /// <summary>A server to be started, or null when redis-server is not on the PATH.</summary>
    public static RedisServer? Find(string dataFolder)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Select(folder => Path.Combine(folder, "redis-server")).FirstOrDefault(File.Exists) is { } program
            ? new RedisServer(program, dataFolder) : null;
    }

    /// <summary>The process, ready to be kept running.</summary>
    public SupervisedProcess ToProcess(Action<string> print)
    {
        Directory.CreateDirectory(_folder);
        StopLeftover();
        return new SupervisedProcess(
            "redis",
            [
                _program, "--bind", "127.0.0.1", "--port", Port.ToString(CultureInfo.InvariantCulture), "--dir", _folder, "--pidfile", PidFile,
                "--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction", "--loglevel", "warning",
            ],
            new Dictionary<string, string>(), print);
    }

    /// <summary>Waits until it answers. False when its process ends before, or it takes too long.</summary>
    public async Task<bool> AnswersAsync(Task process, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(LongestStart);
        try
        {
            while (!process.IsCompleted)
            {
                if (await PingAsync(limit.Token)) return true;
                await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
        }

        return false;
    }

    private string PidFile => Path.Combine(_folder, "redis.pid");

    private async Task<bool> PingAsync(CancellationToken cancellation)
    {
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, Port, cancellation);
            await socket.GetStream().WriteAsync("PING\r\n"u8.ToArray(), cancellation);
            var answer = new byte[16];
            var read = await socket.GetStream().ReadAsync(answer, cancellation);
            // While it reads its file it answers -LOADING.
            return Encoding.ASCII.GetString(answer, 0, read).StartsWith("+PONG", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }

    // A killed topology leaves its redis-server behind: two on one append-only file would spoil it.
    private void StopLeftover()
    {
        if (!File.Exists(PidFile) || !int.TryParse(File.ReadAllText(PidFile).Trim(), out var id)) return;
        try
        {
            using var process = Process.GetProcessById(id);
            if (!process.ProcessName.StartsWith("redis", StringComparison.Ordinal)) return;
            ProcessSignal.Terminate(process);
            process.WaitForExit(TimeSpan.FromSeconds(10));
        }
        catch (ArgumentException)
        {
            // It is gone.
        }
    }
}
