using System.Globalization;

namespace ChaturMail.Benchmarks.Load;

/// <summary>Measures the queue beside a bare loop, and generateEmail beside the backend that it replaces.</summary>
internal static class QueueCommand
{
    /// <summary>How the command is used.</summary>
    public const string Usage =
        """
        queue [--jobs N] [--rounds N] [--seconds N] [--only PART]

        Measures, all on this machine, which the load shares with what is measured:

          throughput  jobs a second through the product's queue and a no-op worker, beside a bare loop of XADD, XREADGROUP and XACK of the
                      same client with as many callers at once, with and without XDEL (the product leaves nothing of a job); in turns, medians
          pickup      time from the call that enqueues a job to a waiting worker's having it, nothing else to do
          generate    POST /email/generateEmail through an Api, Redis and two Workers, the model answering at once and after 500 ms, over 64
                      and 512 keep-alive connections, each sending the next request when it has its answer; own share = p50 - the model's time

          --jobs N     jobs a round of throughput (20000)
          --rounds N   rounds of throughput and generate, of which the median is given (5)
          --seconds N  length of a round of generate (8)
          --only PART  throughput, pickup or generate
        """;

    private const int Callers = 64;
    private const int PickUps = 1000;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    // What the Node.js backend did on two processors shared with its load: requests a second and p99.
    private static readonly Dictionary<(int DelayMs, int Connections), (double Rate, double P99)> Old = new()
    {
        [(0, 64)] = (845, 586),
        [(500, 512)] = (709, 1099),
    };

    /// <summary>Runs it and gives the exit code.</summary>
    public static async Task<int> RunAsync(Arguments arguments, Action<string> print, CancellationToken cancellation)
    {
        var (jobs, rounds) = (arguments.Number("--jobs", 20_000, 100, 10_000_000), arguments.Number("--rounds", 5, 1, 100));
        var seconds = arguments.Number("--seconds", 8, 1, 600);
        var only = arguments.Text("--only");
        arguments.ExpectNoMore();
        if (only is not (null or "throughput" or "pickup" or "generate")) throw new FormatException("--only must be throughput, pickup or generate.");
        if (!Topology.IsPossible) throw new InvalidOperationException("redis-server is not on the PATH.");

        print(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} processors, shared by all processes and the load"));
        if (only is null or "throughput" or "pickup")
        {
            await using var redis = await Topology.StartAsync(0, new Dictionary<string, string>(), cancellation);
            var queue = new QueueThroughput(redis.RedisPort, jobs, Callers, TimeProvider.System);
            if (only is not "pickup") await CompareAsync(queue, rounds, print, cancellation);
            if (only is not "throughput") print($"\nenqueue to pick-up, idle: {await queue.PickUpAsync(PickUps)}");
        }

        if (only is null or "generate") await GenerateAsync(rounds, TimeSpan.FromSeconds(seconds), print, cancellation);
        return 0;
    }

    // In turns, so that whatever else the machine does meets all of them alike.
    private static async Task CompareAsync(QueueThroughput queue, int rounds, Action<string> print, CancellationToken cancellation)
    {
        (string Name, Func<Task<QueueRates>> Measure, List<QueueRates> Rates)[] contestants =
        [
            ("XADD, XREADGROUP, XACK", () => queue.BareAsync(removes: false), []),
            ("XADD, XREADGROUP, XACK, XDEL", () => queue.BareAsync(removes: true), []),
            ("the product's queue", queue.ProductAsync, []),
        ];
        // The first round compiles the code.
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var (_, measure, rates) in contestants)
            {
                cancellation.ThrowIfCancellationRequested();
                var measured = await measure();
                if (round > 0) rates.Add(measured);
            }
        }

        print($"\n{Callers} callers at once, {rounds} rounds in turns, medians of jobs a second\n");
        print("| | in | out | through | the product's ratio, by round |");
        print("|---|---|---|---|---|");
        var product = contestants[^1].Rates;
        foreach (var (name, _, rates) in contestants)
        {
            var ratios = product.Zip(rates, (own, bare) => own.Through / bare.Through).ToList();
            print(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {Median(rates, r => r.In):0} | {Median(rates, r => r.Out):0} | {Median(rates, r => r.Through):0} | {new Percentiles(ratios).Median:0.00} ({ratios.Min():0.00} to {ratios.Max():0.00}) |"));
        }
    }

    private static async Task GenerateAsync(int rounds, TimeSpan duration, Action<string> print, CancellationToken cancellation)
    {
        await using var model = await ModelStub.StartAsync(new ModelBehavior(TimeSpan.Zero, TimeSpan.Zero));
        var settings = new Dictionary<string, string>
        {
            // A slot for each request that may wait for the model: otherwise the slots would be what is measured.
            ["Worker__Concurrency"] = "256",
            ["Coins__Starting"] = "1000000000",
            ["OpenAI__BaseAddress"] = model.BaseAddress,
        };
        await using var topology = await Topology.StartAsync(2, settings, cancellation);
        using var http = new HttpClient { BaseAddress = topology.Api };
        var user = await SoakUser.SignInAsync(http, "load@example.com", cancellation);
        var request = HttpLoad.Post(topology.Api, "/email/generateEmail", SoakUser.Body("Project meeting"), user.Token);
        var load = new HttpLoad(topology.Api, request, TimeProvider.System);
        await load.RunAsync(Callers, WarmUp, duration, cancellation);

        print($"\ngenerateEmail: Api, Redis, two Workers; Worker__Concurrency=256; medians of {rounds} rounds of {duration.TotalSeconds:0} s\n");
        model.Behavior = new ModelBehavior(TimeSpan.FromMilliseconds(500), TimeSpan.Zero);
        var stub = new Uri(model.BaseAddress);
        var alone = await new HttpLoad(stub, HttpLoad.Post(stub, "/v1/chat/completions", "{}", "sk-load"), TimeProvider.System)
            .RunAsync(Callers, WarmUp, duration, cancellation);
        print($"The stub alone with 500 ms, over {Callers} connections: {alone.Latency}\n");
        print("| model ms | connections | requests/s | of the old | p50 ms | p99 ms | of the old | own share ms | CPU ms/request, Api + Workers | errors |");
        print("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var (delayMs, connections) in new[] { (0, 64), (0, 512), (500, 64), (500, 512) })
        {
            model.Behavior = new ModelBehavior(TimeSpan.FromMilliseconds(delayMs), TimeSpan.Zero);
            var results = new List<(HttpLoadResult Load, double Cpu)>();
            for (var round = 0; round < rounds; round++)
            {
                var before = topology.ProcessorTime;
                var result = await load.RunAsync(connections, WarmUp, duration, cancellation);
                // The warm-up's requests cost as well, so its share of the time is taken off.
                var cpu = (topology.ProcessorTime - before) * (duration / (duration + WarmUp));
                results.Add((result, cpu.TotalMilliseconds / Math.Max(1, result.Latency.Count)));
            }

            print(Row(delayMs, connections, results));
        }
    }

    private static string Row(int delayMs, int connections, List<(HttpLoadResult Load, double Cpu)> results)
    {
        var (rate, p50) = (Median(results, r => r.Load.RequestsPerSecond), Median(results, r => r.Load.Latency.Median));
        var (p99, cpu) = (Median(results, r => r.Load.Latency.At(0.99)), Median(results, r => r.Cpu));
        var (rateOfOld, p99OfOld) = Old.TryGetValue((delayMs, connections), out var old)
            ? (Ratio(rate, old.Rate), Ratio(p99, old.P99)) : ("", "");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {delayMs} | {connections} | {rate:0} | {rateOfOld} | {p50:0.0} | {p99:0.0} | {p99OfOld} | {p50 - delayMs:0.0} | {cpu:0.00} | {results.Sum(r => r.Load.Errors)} |");
    }

    private static string Ratio(double value, double old) => string.Create(CultureInfo.InvariantCulture, $"{value / old:0.00} × {old:0}");

    private static double Median<T>(IEnumerable<T> items, Func<T, double> value) => new Percentiles(items.Select(value)).Median;
}
