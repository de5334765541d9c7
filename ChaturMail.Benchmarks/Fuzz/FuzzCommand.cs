using System.Globalization;
using System.Text.Json;
using ChaturMail.Benchmarks.Load;
using ChaturMail.Core.Storage.Sqlite;

namespace ChaturMail.Benchmarks.Fuzz;

/// <summary>The command <c>fuzz</c>.</summary>
internal static class FuzzCommand
{
    /// <summary>Megabytes by which the Api may grow between its warm-up and the end.</summary>
    private const int MostGrowth = 64;

    private const int LeastWarmUp = 3000;

    // Beside what the document lists: probes, files and the document itself.
    private static readonly string[] OtherAddresses = ["/health", "/alive", "/icons/request.svg", "/docs/index.html", "/openapi/v1.json"];

    public const string Usage =
        """
        fuzz [--requests N] [--seed TEXT] [--connections N] [--keep]

        Starts an Api with its worker inside, and a redis-server where there is one, on free ports with a temporary folder, reads from the
        Api's own document which routes there are, and sends requests that are broken in one way each: as nobody, as a user, as an operator.

          --requests N     1 to 10,000,000 (20000)
          --seed TEXT      decides about every request (random, printed)
          --connections N  1 to 64 (8)
          --keep           leave store and logs where they are; done anyway when something is wrong

        The first 20 answers that are wrong are printed with their requests. Its last line is
          requests=N 5xx=… not_envelope=… rss_growth_mb=…

          5xx            answers of 500 and above; 505 to another version of HTTP is none
          not_envelope   answers of API routes and unknown addresses that are neither the envelope nor a stream that was asked for, that hold a
                         trace of the inside (a stack, an exception's name, HTML), are compressed, lack a security header, or did not come. What is
                         no HTTP is refused by the server below the API: by an empty 4xx or the connection's end.
          rss_growth_mb  the Api's resident memory at the end less that after a fifth of the requests (3000, or half of them, where that is more), each when it rests

        Exit code: 0 when the first two are 0 and the growth is at most 64 MB, 1 when not, 2 when it cannot run, 130 when it was interrupted.
        """;

    /// <summary>Runs it and gives the exit code.</summary>
    public static async Task<int> RunAsync(Arguments arguments, string anySeed, Action<string> print, CancellationToken cancellation)
    {
        var options = new FuzzOptions(
            arguments.Number("--requests", 20_000, 1, 10_000_000), arguments.Text("--seed") ?? anySeed, arguments.Number("--connections", 8, 1, 64));
        var keep = arguments.Flag("--keep");
        arguments.ExpectNoMore();
        print($"seed {options.Seed}");
        await using var topology = await Topology.StartAloneAsync(
            new Dictionary<string, string>
            {
                ["Coins__Starting"] = "1000000000",
                ["Generation__Wait"] = "00:00:10",
                ["Admin__SecondFactor"] = "false",
                // A young generation of a fixed size: what the runtime grants itself while there is memory is not what a request leaves behind.
                ["DOTNET_GCgen0size"] = "0x2000000",
                ["DOTNET_gcConcurrent"] = "0",
                ["DOTNET_gcServer"] = "0",
            }, cancellation);
        using var http = new HttpClient { BaseAddress = topology.Api };
        using var document = JsonDocument.Parse(await http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative), cancellation));
        IReadOnlyList<FuzzRoute> routes =
        [
            .. FuzzRoute.ReadAll(document.RootElement),
            .. OtherAddresses.Select(path => new FuzzRoute(path, "GET", [])),
        ];
        print($"{routes.Count(route => route.IsApi)} routes of the API, {routes.Count(route => !route.IsApi)} other addresses");

        using var database = new SqliteDatabase(topology.Database);
        var users = new SqliteUserStore(database, TimeProvider.System);
        var run = new FuzzRun(options, topology.Api, uid => users.SetAdminAsync(uid, true, cancellation), TimeProvider.System, print);
        await run.SendUpToAsync(Math.Max(options.Requests / 5, Math.Min(options.Requests / 2, LeastWarmUp)), routes, cancellation);
        var warm = await RestingMegabytesAsync(topology.ApiId, cancellation);
        await run.SendUpToAsync(options.Requests, routes, cancellation);
        var growth = Math.Max(0, await RestingMegabytesAsync(topology.ApiId, cancellation) - warm);
        foreach (var exit in topology.Exits) print(exit);

        print($"answers by status: {run.Counts}");
        print(string.Create(CultureInfo.InvariantCulture, $"memory after the warm-up: {warm} MB"));
        print(string.Create(CultureInfo.InvariantCulture, $"requests={options.Requests} 5xx={run.ServerErrors} not_envelope={run.NotEnvelope} rss_growth_mb={growth}"));
        var good = run is { ServerErrors: 0, NotEnvelope: 0 } && growth <= MostGrowth && topology.Exits.Count == 0;
        topology.KeepsFolder = keep || !good;
        if (topology.KeepsFolder) Console.Error.WriteLine($"Store and logs are in {topology.Folder}.");
        return good ? 0 : 1;
    }

    // The least of a few looks: what runs a moment longer than its request is not what stays.
    private static async Task<int> RestingMegabytesAsync(int process, CancellationToken cancellation)
    {
        var least = int.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var line = (await File.ReadAllLinesAsync($"/proc/{process}/status", cancellation)).Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            least = Math.Min(least, int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024);
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellation);
        }

        return least;
    }
}
