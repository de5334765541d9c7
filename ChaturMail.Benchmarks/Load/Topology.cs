using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ChaturMail.Benchmarks.Load;

/// <summary>
/// A redis-server, Apis and Workers of one's own, as processes on free loopback ports with a temporary folder. All of it goes with
/// this process, however that ends.
/// </summary>
internal sealed class Topology : IAsyncDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, string> _environment;
    private readonly List<ChildProcess> _workers = [];
    private readonly ConcurrentQueue<string> _exits = new();
    private readonly List<ChildProcess> _apis = [];
    private ChildProcess? _redis;

    private Topology(IReadOnlyDictionary<string, string> environment)
    {
        Folder = Directory.CreateTempSubdirectory("chaturmail-load-").FullName;
        RedisPort = FreePort();
        _environment = new Dictionary<string, string>(environment)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["DATA_DIR"] = Path.Combine(Folder, "data"),
            ["PORT"] = "0",
            ["BIND_ADDRESS"] = "127.0.0.1",
            ["REDIS_IP"] = "127.0.0.1",
            ["REDIS_PORT"] = RedisPort.ToString(CultureInfo.InvariantCulture),
            ["OPENAI_API_KEY"] = "sk-load",
            ["Models__Routes__Standard"] = "openai",
            ["Models__BreakerFailures"] = "10000",
            ["Worker__InApi"] = "false",
            ["RateLimits__PerAddress"] = "0",
            ["RateLimits__PerUser"] = "0",
            ["RateLimits__GenerationsPerUser"] = "0",
            ["Server__MaxConnectionsPerAddress"] = "0",
        };
    }

    /// <summary>The folder of everything: data, logs, Redis's file.</summary>
    public string Folder { get; }

    /// <summary>The store's file.</summary>
    public string Database => Path.Combine(Folder, "data", "chaturmail.db");

    /// <summary>Where Redis listens, on 127.0.0.1.</summary>
    public int RedisPort { get; }

    /// <summary>Where the Api listens, the first of them.</summary>
    public Uri Api => Apis[0];

    /// <summary>Where each Api listens.</summary>
    public List<Uri> Apis { get; } = [];

    /// <summary>The ends of processes that nobody asked for, a sentence each.</summary>
    public IReadOnlyCollection<string> Exits => _exits;

    /// <summary>How many workers there are.</summary>
    public int Workers => _workers.Count;

    /// <summary>True when redis-server is on the PATH.</summary>
    public static bool IsPossible => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "redis-server")));

    /// <summary>Starts everything and waits until the Api listens.</summary>
    /// <param name="workers">Number of Workers; none for a Redis alone, without an Api.</param>
    /// <param name="environment">Settings of Api and Workers beside those that every measurement has.</param>
    /// <param name="apis">Number of Apis, where there are Workers.</param>
    public static Task<Topology> StartAsync(int workers, IReadOnlyDictionary<string, string> environment, CancellationToken cancellation, int apis = 1) =>
        StartAsync(new Topology(environment), true, workers > 0 ? apis : 0, workers, cancellation);

    /// <summary>Starts a Redis and an Api, for a measurement that takes the workers' place.</summary>
    public static Task<Topology> StartWithoutWorkersAsync(IReadOnlyDictionary<string, string> environment, CancellationToken cancellation) =>
        StartAsync(new Topology(environment), true, 1, 0, cancellation);

    /// <summary>Starts an Api with its worker and the offline composer inside, on a Redis where there is one.</summary>
    public static async Task<Topology> StartAloneAsync(IReadOnlyDictionary<string, string> environment, CancellationToken cancellation)
    {
        var topology = new Topology(environment);
        (topology._environment["Worker__InApi"], topology._environment["Models__Routes__Standard"], topology._environment["OPENAI_API_KEY"]) = ("true", "composer", "");
        if (!IsPossible) topology._environment["REDIS_IP"] = "";
        return await StartAsync(topology, IsPossible, 1, 0, cancellation);
    }

    private static async Task<Topology> StartAsync(
        Topology topology, bool withRedis, int apis, int workers, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(LongestStart);
        try
        {
            if (withRedis) await topology.StartRedisAsync(limit.Token);
            for (var i = 0; i < apis; i++)
            {
                // One after the other: the first makes the store.
                var api = topology.StartProgram(i == 0 ? "api" : $"api-{i + 1}", "ChaturMail.Api.dll");
                topology._apis.Add(api);
                topology.Apis.Add(new Uri(await api.LineAsync("ChaturMail listens on ", limit.Token)));
            }

            for (var i = 0; i < workers; i++) topology._workers.Add(topology.StartWorker(i));
            return topology;
        }
        catch
        {
            await topology.DisposeAsync();
            throw;
        }
    }

    /// <summary>The process id of a worker, or null when it has ended.</summary>
    public int? WorkerId(int worker) => _workers[worker].IsRunning ? _workers[worker].Id : null;

    /// <summary>The Api's process id, the first's of them.</summary>
    public int ApiId => _apis[0].Id;

    /// <summary>SIGKILL to an Api.</summary>
    public Task KillApiAsync(int api) => _apis[api].KillAsync();

    /// <summary>SIGKILL to a worker.</summary>
    public Task KillWorkerAsync(int worker) => _workers[worker].KillAsync();

    /// <summary>Starts a worker that was killed, or ended, again.</summary>
    public async Task RestartWorkerAsync(int worker)
    {
        await _workers[worker].DisposeAsync();
        _workers[worker] = StartWorker(worker);
    }

    /// <summary>True when the Api, the first of them, or Redis has ended: nothing more is to be measured.</summary>
    public bool IsBroken => _redis is { IsRunning: false } || _apis is [{ IsRunning: false }, ..];

    /// <summary>Processor time that Apis and Workers have used.</summary>
    public TimeSpan ProcessorTime => ApiProcessorTime + WorkerProcessorTime;

    /// <summary>Processor time that Apis have used; of one that was killed until then.</summary>
    public TimeSpan ApiProcessorTime => Sum(_apis);

    /// <summary>Processor time that Workers have used.</summary>
    public TimeSpan WorkerProcessorTime => Sum(_workers);

    /// <summary>Leaves the folder where it is, for somebody to look at it.</summary>
    public bool KeepsFolder { get; set; }

    /// <summary>Stops the programs, Redis last, since they hand back what they hold. The folder stays.</summary>
    public async Task StopAsync()
    {
        await Task.WhenAll(_workers.Concat(_apis).Select(process => process.DisposeAsync().AsTask()));
        if (_redis is not null) await _redis.DisposeAsync();
        _redis = null;
        _apis.Clear();
        _workers.Clear();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (!KeepsFolder) Directory.Delete(Folder, recursive: true);
    }

    private async Task StartRedisAsync(CancellationToken cancellation)
    {
        // Redis does not watch its standard input, so a shell does that for it: when this process is gone, so is Redis.
        const string script =
            """
            exec 3<&0
            redis-server "$@" </dev/null &
            redis=$!
            { cat <&3; kill $redis; } >/dev/null 2>&1 &
            watch=$!
            trap 'kill $watch $redis; wait $redis; exit 0' TERM
            wait $redis
            """;
        _redis = ChildProcess.Start(
            "redis",
            [
                "/bin/sh", "-c", script, "sh", "--bind", "127.0.0.1", "--port", RedisPort.ToString(CultureInfo.InvariantCulture), "--dir", Folder,
                "--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction", "--loglevel", "warning",
            ],
            new Dictionary<string, string>(), Path.Combine(Folder, "redis.log"), _exits);
        while (!await AnswersAsync(cancellation))
        {
            if (!_redis.IsRunning) throw new InvalidOperationException(string.Join(Environment.NewLine, _exits));
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellation);
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellation)
    {
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, RedisPort, cancellation);
            await socket.GetStream().WriteAsync("PING\r\n"u8.ToArray(), cancellation);
            var answer = new byte[16];
            var read = await socket.GetStream().ReadAsync(answer, cancellation);
            return Encoding.ASCII.GetString(answer, 0, read).StartsWith("+PONG", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }

    private static TimeSpan Sum(List<ChildProcess> processes) => processes.Aggregate(TimeSpan.Zero, (sum, process) => sum + process.ProcessorTime);

    private ChildProcess StartWorker(int worker) => StartProgram($"worker-{worker + 1}", "ChaturMail.Worker.dll");

    private ChildProcess StartProgram(string name, string program) => ChildProcess.Start(
        name, ["dotnet", Path.Combine(AppContext.BaseDirectory, program)], _environment, Path.Combine(Folder, name + ".log"), _exits);

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
