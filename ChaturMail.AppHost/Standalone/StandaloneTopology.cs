using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ChaturMail.AppHost.Standalone;

/// <summary>The product as plain processes on this machine: an Api and workers on one embedded store, and Redis where there is one.</summary>
public static class StandaloneTopology
{
    private const string Usage =
        """
        Starts ChaturMail as plain processes: one Api and one or more Workers on the same embedded store, with the
        queue on a redis-server of their own where it is on the PATH.

          dotnet run --project ChaturMail.AppHost [-- OPTIONS]

          --workers N   Worker processes, 1 to 16 (default 1)
          --port N      port of the Api (default: PORT, else 4545)
          --data DIR    folder of the store and of Redis (default: DATA_DIR, else ./data)
          --embedded    queue in the embedded store, without Redis
          --help        this text

        Lines of each process are printed with its name in front. One that dies is started again.
        Ctrl+C or SIGTERM stops all of them.
        """;

    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);

    /// <summary>Runs until Ctrl+C or SIGTERM. Returns the exit code: 0, or 2 when arguments or configuration cannot work.</summary>
    public static async Task<int> MainAsync(string[] args)
    {
        if (args.Any(arg => arg is "--help" or "-h"))
        {
            Console.WriteLine(Usage);
            return 0;
        }

        if (Parse(args) is not { } options)
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        if (!IsFree(options))
        {
            await Console.Error.WriteLineAsync($"Port {options.Port} is taken. Choose another one with --port.");
            return 2;
        }

        using var stop = new CancellationTokenSource();
        // Ours and the children's end is in order: the signal must not end this process first.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return await RunAsync(options, stop);

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    // Redis stops last: those that stop before it still hand back what they hold.
    private static async Task<int> RunAsync(Options options, CancellationTokenSource stop)
    {
        var environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") ?? "Development",
            ["DATA_DIR"] = options.Data,
            ["PORT"] = options.Port.ToString(CultureInfo.InvariantCulture),
            ["BIND_ADDRESS"] = options.Address,
            ["Worker__InApi"] = "false",
        };
        if (!options.Embedded && Environment.GetEnvironmentVariable("REDIS_IP") is { Length: > 0 } given)
        {
            Print($"The queue is on {given}, as REDIS_IP says.");
            return await RunProgramsAsync(options, environment, stop);
        }

        if (options.Embedded) environment["Queue__Adapter"] = "embedded";
        if (options.Embedded || RedisServer.Find(options.Data) is not { } redis)
        {
            Print(options.Embedded ? "The queue is embedded, as asked." : "redis-server is not on the PATH: the queue is embedded.");
            return await RunProgramsAsync(options, environment, stop);
        }

        using var stopRedis = new CancellationTokenSource();
        var process = redis.ToProcess(Print).RunAsync(stopRedis.Token);
        if (!await redis.AnswersAsync(process, stop.Token))
        {
            Print("redis-server does not answer. Start with --embedded to do without it.");
            await stopRedis.CancelAsync();
            await process;
            return SupervisedProcess.ConfigurationError;
        }

        Print($"The queue is on redis-server, port {redis.Port}.");
        environment["REDIS_IP"] = "127.0.0.1";
        environment["REDIS_PORT"] = redis.Port.ToString(CultureInfo.InvariantCulture);
        var code = await RunProgramsAsync(options, environment, stop);
        await stopRedis.CancelAsync();
        await process;
        return code;
    }

    private static async Task<int> RunProgramsAsync(Options options, Dictionary<string, string> environment, CancellationTokenSource stop)
    {
        var processes = new List<Task<int>> { Supervise("api", "ChaturMail.Api.dll") };
        if (await IsHealthyAsync(options, processes[0], stop.Token))
        {
            for (var i = 1; i <= options.Workers; i++) processes.Add(Supervise($"worker-{i}", "ChaturMail.Worker.dll"));
            Print($"ChaturMail runs on port {options.Port} with {options.Workers} worker(s). Ctrl+C stops it.");
        }
        else if (!stop.IsCancellationRequested)
        {
            Print("The Api did not become healthy.");
            await stop.CancelAsync();
            await Task.WhenAll(processes);
            return SupervisedProcess.ConfigurationError;
        }

        var first = await Task.WhenAny(processes);
        await stop.CancelAsync();
        await Task.WhenAll(processes);
        return await first;

        Task<int> Supervise(string name, string program) => new SupervisedProcess(
            name, ["dotnet", Path.Combine(AppContext.BaseDirectory, program)], environment, Print).RunAsync(stop.Token);
    }

    private static async Task<bool> IsHealthyAsync(Options options, Task api, CancellationToken stop)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(LongestStart);
        try
        {
            while (!api.IsCompleted)
            {
                try
                {
                    using var response = await http.GetAsync(new Uri($"http://{(options.Address == "*" ? "localhost" : options.Address)}:{options.Port}/health"), limit.Token);
                    if (response.IsSuccessStatusCode) return true;
                }
                catch (HttpRequestException)
                {
                    // Not listening yet.
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
        }

        return false;
    }

    // Another program that answers on the port must not be taken for the Api.
    private static bool IsFree(Options options)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.TryParse(options.Address, out var address) ? address : IPAddress.Loopback, options.Port);
            listener.Start();
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }

    private static void Print(string line) => Console.WriteLine(line);

    private static Options? Parse(string[] args)
    {
        var port = Environment.GetEnvironmentVariable("PORT") is { Length: > 0 } fromEnvironment ? fromEnvironment : "4545";
        var data = Environment.GetEnvironmentVariable("DATA_DIR") is { Length: > 0 } folder ? folder : "data";
        var address = Environment.GetEnvironmentVariable("BIND_ADDRESS") is { Length: > 0 } bind ? bind : "localhost";
        var workers = "1";
        var embedded = args.Contains("--embedded");
        args = [.. args.Where(arg => arg != "--embedded")];
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length) return null;
            switch (args[i])
            {
                case "--workers": workers = args[i + 1]; break;
                case "--port": port = args[i + 1]; break;
                case "--data": data = args[i + 1]; break;
                default: return null;
            }
        }

        return int.TryParse(workers, out var count) && count is >= 1 and <= 16 && int.TryParse(port, out var number) && number is >= 1 and <= 65535
            ? new Options(count, number, Path.GetFullPath(data), address, embedded) : null;
    }

    private sealed record Options(int Workers, int Port, string Data, string Address, bool Embedded);
}
