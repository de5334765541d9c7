using System.Globalization;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text;
using ChaturMail.Core.Live;
using ChaturMail.Core.Live.Redis;
using ChaturMail.Core.Redis;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Benchmarks.Load;

/// <summary>Measures how long a piece of text is on its way from the model to a client that reads along.</summary>
internal static class LiveCommand
{
    /// <summary>How the command is used.</summary>
    public const string Usage =
        """
        live [--pieces N] [--emails N] [--gap-ms N]

        Starts a redis-server and an Api on free ports with a temporary folder, asks it for emails by streamEmail, and takes the worker's place
        with the worker's own pump: the time is that from the model's handing over of a piece to its receipt by the client, both in this process.

          --pieces N  pieces of each email, 1 to 10,000 (200)
          --emails N  emails, one after the other, 1 to 1000 (10)
          --gap-ms N  time between two pieces (10)
        """;

    /// <summary>Runs it and gives the exit code.</summary>
    public static async Task<int> RunAsync(Arguments arguments, Action<string> print, CancellationToken cancellation)
    {
        var (pieces, emails) = (arguments.Number("--pieces", 200, 1, ILiveText.MostPieces), arguments.Number("--emails", 10, 1, 1000));
        var gap = TimeSpan.FromMilliseconds(arguments.Number("--gap-ms", 10, 0, 10_000));
        arguments.ExpectNoMore();
        if (!Topology.IsPossible) throw new InvalidOperationException("redis-server is not on the PATH.");
        await using var topology = await Topology.StartWithoutWorkersAsync(
            new Dictionary<string, string> { ["Coins__Starting"] = "1000000000", ["Generation__Wait"] = "00:10:00" }, cancellation);
        using var http = new HttpClient { BaseAddress = topology.Api };
        var user = await SoakUser.SignInAsync(http, "live@example.com", cancellation);
        await using var redis = new RedisConnection(
            new RedisOptions { Host = "127.0.0.1", Port = topology.RedisPort }, TimeProvider.System, NullLogger<RedisConnection>.Instance);
        var live = new RedisLiveText(redis);

        var (first, all) = (new List<double>(), new List<double>());
        // One more than asked for: the first warms everything up.
        for (var i = 0; i <= emails; i++)
        {
            var times = await MeasureAsync(http, user.Token, live, pieces, gap, cancellation);
            if (i == 0) continue;
            first.Add(times[0]);
            all.AddRange(times);
        }

        print($"first piece: {new Percentiles(first)}");
        print($"all pieces:  {new Percentiles(all)}");
        return 0;
    }

    private static async Task<List<double>> MeasureAsync(
        HttpClient http, string token, ILiveText live, int pieces, TimeSpan gap, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/email/streamEmail")
        {
            Content = new StringContent(
                """{"subject":"Leave","keywords":"annual leave","promptId":"1","toEmail":"maria@example.com"}""", Encoding.UTF8, "application/json"),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        };
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        response.EnsureSuccessStatusCode();
        await using var events = SseParser.Create(await response.Content.ReadAsStreamAsync(cancellation)).EnumerateAsync(cancellation).GetAsyncEnumerator(cancellation);
        await events.MoveNextAsync();
        var id = events.Current.EventId!;

        var sent = new long[pieces];
        await using var pump = new LivePump(live, id[..id.IndexOf(':', StringComparison.Ordinal)], 1, time, NullLogger.Instance);
        var writing = Task.Run(
            async () =>
            {
                for (var i = 0; i < pieces; i++)
                {
                    Volatile.Write(ref sent[i], time.GetTimestamp());
                    pump.Append(string.Create(CultureInfo.InvariantCulture, $"{i} "));
                    await Task.Delay(gap, time, cancellation);
                }
            },
            cancellation);
        var times = new List<double>(pieces);
        while (times.Count < pieces && await events.MoveNextAsync())
        {
            // What gathered while the one before was on its way comes as one: each piece in it ends with its blank.
            foreach (var _ in events.Current.Data.Where(c => c == ' '))
                times.Add(time.GetElapsedTime(Volatile.Read(ref sent[times.Count])).TotalMilliseconds);
        }

        await writing;
        return times;
    }
}
