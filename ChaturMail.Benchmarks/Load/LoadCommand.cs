using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ChaturMail.Benchmarks.Fuzz;

namespace ChaturMail.Benchmarks.Load;

/// <summary>The commands that put load on the whole product: <c>soak</c>, <c>queue</c>, <c>live</c>, <c>chat</c>, <c>fuzz</c> and <c>model</c>.</summary>
internal static class LoadCommand
{
    private const string Usage =
        """
        ChaturMail.Benchmarks COMMAND [OPTIONS]

          soak    kills workers under load and counts what was lost or done twice
          queue   measures the queue and generateEmail
          live    measures the way of a text to a client that reads along
          chat    opens sockets by the thousand and counts what was lost or told twice
          fuzz    sends broken requests to every route and judges the answers
          model   runs the model stub alone, to try the product against it

        COMMAND --help says more. Any other arguments go to BenchmarkDotNet.
        """;

    private const string SoakUsage =
        """
        soak [--jobs N] [--seed TEXT] [--workers N] [--connections N] [--users N] [--keep]

        Starts a redis-server, an Api, Workers and a flaky model stub on free ports with a temporary folder, sends jobs through the Api as
        clients that repeat a request under its Idempotency-Key until its job has ended, and every second kills a random worker (SIGKILL) of
        those that take jobs, not the last of them, and starts another. Some clients hang up and ask again, some send a request twice at once.

          --jobs N         emails that are asked for, 1 to 1,000,000 (10000)
          --seed TEXT      decides about kills, the model's faults and the clients' manners (random, printed)
          --workers N      1 to 16 (4)
          --connections N  clients at once, 1 to 2000 (256)
          --users N        1 to 1000 (20)
          --keep           leave store and logs where they are; done anyway when something is wrong

        Its last line is
          jobs=N lost=… doubled=… double_charged=… exits=… recovered_p99_ms=…

          lost              jobs without an end, or whose end the store does not hold
          doubled           emails beyond one a job, and ids beyond one that an Idempotency-Key gave
          double_charged    charges by which accounts differ: start - used = available, used = emails × cost, for each user
          exits             processes that ended by themselves, or whose clean stop was none
          recovered_p99_ms  over all jobs that were in a worker's hands when it was killed (Redis's list of pending entries says so):
                            milliseconds from the first such kill to the job's end in the store. The lease, 2 s here, is part of it, as
                            are further kills and failures of the model.

        Exit code: 0 when the first four are 0, 1 when not, 2 when it cannot run, 130 when it was interrupted.
        """;

    private const string ModelUsage =
        """
        model [--port N] [--delay-ms N] [--flaky SEED]

        Speaks OpenAI's chat completions on a loopback port until Ctrl+C. Start the product with OPENAI_API_KEY=sk-stub and
        OpenAI__BaseAddress as printed.

          --port N      0 takes a free one (0)
          --delay-ms N  time that an answer takes (0)
          --flaky SEED  one call in nine fails: 500, 429 with Retry-After, garbage, a cut connection, no answer
        """;

    /// <summary>True when the arguments are for these commands.</summary>
    public static bool IsOne(string[] args) => args is ["soak" or "queue" or "live" or "chat" or "fuzz" or "model" or "--help" or "-h", ..];

    /// <summary>Runs a command and gives the exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args[0] is "--help" or "-h") return Print(Usage, 0);
        var (command, rest) = (args[0], args[1..]);
        var usage = command switch { "soak" => SoakUsage, "queue" => QueueCommand.Usage, "live" => LiveCommand.Usage, "chat" => ChatCommand.Usage, "fuzz" => FuzzCommand.Usage, _ => ModelUsage };
        if (rest is ["--help" or "-h", ..]) return Print(usage, 0);
        var arguments = new Arguments(rest);
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return command switch
            {
                "soak" => await SoakAsync(arguments, stop.Token),
                "queue" => await QueueCommand.RunAsync(arguments, Console.WriteLine, stop.Token),
                "live" => await LiveCommand.RunAsync(arguments, Console.WriteLine, stop.Token),
                "chat" => await ChatCommand.RunAsync(arguments, Console.WriteLine, stop.Token),
                "fuzz" => await FuzzCommand.RunAsync(arguments, AnySeed(), Console.WriteLine, stop.Token),
                _ => await ModelAsync(arguments, stop.Token),
            };
        }
        catch (FormatException e)
        {
            Console.Error.WriteLine(e.Message);
            return Print(usage, 2);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 130;
        }
        catch (Exception e) when (e is InvalidOperationException or HttpRequestException or StackExchange.Redis.RedisException or TimeoutException)
        {
            Console.Error.WriteLine($"It could not be measured: {e}");
            return 2;
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task<int> SoakAsync(Arguments arguments, CancellationToken stop)
    {
        var options = new SoakOptions(
            arguments.Number("--jobs", 10_000, 1, 1_000_000),
            arguments.Text("--seed") ?? AnySeed(),
            arguments.Number("--workers", 4, 1, 16), arguments.Number("--connections", 256, 1, 2000), arguments.Number("--users", 20, 1, 1000),
            arguments.Flag("--keep"));
        arguments.ExpectNoMore();
        if (!Topology.IsPossible) throw new InvalidOperationException("redis-server is not on the PATH.");
        return await new Soak(options, TimeProvider.System, Console.WriteLine).RunAsync(stop);
    }

    private static async Task<int> ModelAsync(Arguments arguments, CancellationToken stop)
    {
        var port = arguments.Number("--port", 0, 0, 65_535);
        var delay = TimeSpan.FromMilliseconds(arguments.Number("--delay-ms", 0, 0, 600_000));
        var behavior = new ModelBehavior(delay, TimeSpan.Zero, arguments.Text("--flaky"));
        arguments.ExpectNoMore();
        await using var model = await ModelStub.StartAsync(behavior, port);
        Console.WriteLine($"OpenAI__BaseAddress={model.BaseAddress}");
        await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{model.Calls} calls ({SoakCounts.Join(model.Counts)})"));
        return 0;
    }

    private static string AnySeed() => RandomNumberGenerator.GetInt32(1_000_000).ToString(CultureInfo.InvariantCulture);

    private static int Print(string text, int code)
    {
        (code == 0 ? Console.Out : Console.Error).WriteLine(text);
        return code;
    }
}
