using System.Globalization;
using ChaturMail.Core.Language.Composer;
using ChaturMail.Core.Queue.Redis;
using StackExchange.Redis;

namespace ChaturMail.Benchmarks.Load;

/// <summary>
/// Kills a random worker every second, of those that take jobs and not the last of them, and starts another in its place. Reads from Redis which jobs the killed one held: its entries in the
/// consumer group's pending list, for a consumer's name holds its process's id.
/// </summary>
internal sealed class WorkerKiller(Topology topology, IConnectionMultiplexer redis, string seed, TimeProvider time)
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(30);
    private static readonly RedisKey Stream = "{chaturmail}:jobs";

    private readonly SeededChoice _choice = new(SeededChoice.Hash(seed, "kills"));
    private readonly Dictionary<string, DateTimeOffset> _held = new(StringComparer.Ordinal);

    /// <summary>How many were killed.</summary>
    public int Kills { get; private set; }

    /// <summary>The jobs that a killed worker held, with the time of the first such kill.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Held => _held;

    /// <summary>Kills until <paramref name="stop"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(SoakOptions.KillEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                // On a busy machine a start takes longer than the time between two kills: somebody must be left who works.
                var taking = await TakingAsync();
                if (taking.Count >= Math.Min(2, topology.Workers)) await KillAsync(taking[_choice.Next(taking.Count)]);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>
    /// Waits, within reason, until every worker takes jobs: only from one that has started is a clean end to be expected.
    /// </summary>
    public async Task WaitForWorkersAsync(CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        while (time.GetElapsedTime(started) < LongestStart && (await TakingAsync()).Count < topology.Workers)
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellation);
    }

    private async Task KillAsync(int worker)
    {
        if (topology.WorkerId(worker) is { } id)
        {
            var at = time.GetUtcNow();
            await topology.KillWorkerAsync(worker);
            Kills++;
            foreach (var job in await HeldByAsync(id)) _held.TryAdd(job, at);
        }

        await topology.RestartWorkerAsync(worker);
    }

    // Those that have asked for jobs, and those that ended by themselves, which are to be started again.
    private async Task<List<int>> TakingAsync()
    {
        var names = await ConsumersAsync();
        return [.. Enumerable.Range(0, topology.Workers).Where(worker =>
            topology.WorkerId(worker) is not { } id || names.Any(name => name.StartsWith(Prefix(id), StringComparison.Ordinal)))];
    }

    private async Task<List<string>> HeldByAsync(int processId)
    {
        var database = redis.GetDatabase();
        var jobs = new List<string>();
        foreach (var consumer in (await ConsumersAsync()).Where(name => name.StartsWith(Prefix(processId), StringComparison.Ordinal)))
        {
            foreach (var pending in (RedisResult[])(await database.ExecuteAsync("XPENDING", Stream, RedisQueue.Group, "-", "+", 1000, consumer))!)
            {
                var entry = (RedisValue)((RedisResult[])pending!)[0];
                foreach (var row in (RedisResult[])(await database.ExecuteAsync("XRANGE", Stream, entry, entry))!)
                    jobs.Add((string)((RedisResult[])((RedisResult[])row!)[1]!)[1]!);
            }
        }

        return jobs;
    }

    private async Task<IReadOnlyList<string>> ConsumersAsync()
    {
        try
        {
            // Each is a list of names and values by turns, and begins with "name".
            return [.. ((RedisResult[])(await redis.GetDatabase().ExecuteAsync("XINFO", "CONSUMERS", Stream, RedisQueue.Group))!)
                .Select(consumer => (string)((RedisResult[])consumer!)[1]!)];
        }
        catch (RedisException)
        {
            // The first worker to take makes the group.
            return [];
        }
    }

    private static string Prefix(int processId) => string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{processId}-");
}
