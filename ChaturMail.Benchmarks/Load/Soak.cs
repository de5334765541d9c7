using System.Globalization;
using StackExchange.Redis;

namespace ChaturMail.Benchmarks.Load;

/// <summary>
/// Many clients, workers that are killed all the time and a model that fails: when all has ended, every accepted job must have exactly one
/// end and every account exactly the charges of its emails.
/// </summary>
internal sealed class Soak(SoakOptions options, TimeProvider time, Action<string> print)
{
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(5);

    private readonly SoakCounts _counts = new();
    private readonly List<SoakUser> _users = [];
    private List<SoakJob> _jobs = [];
    private int _next = -1;
    private int _ended;

    /// <summary>Runs it and prints the figures. 0 when nothing was lost, doubled or charged wrongly and no process ended by itself.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        print(string.Create(
            CultureInfo.InvariantCulture,
            $"seed {options.Seed}: {options.Jobs} jobs of {options.Users} users, {options.Connections} connections, {options.Workers} workers, one killed every second"));
        print("settings: " + string.Join(' ', options.Settings.Select(setting => $"{setting.Key}={setting.Value}")));
        await using var model = await ModelStub.StartAsync(options.Model);
        var settings = new Dictionary<string, string>(options.Settings) { ["OpenAI__BaseAddress"] = model.BaseAddress };
        await using var topology = await Topology.StartAsync(options.Workers, settings, cancellation);
        topology.KeepsFolder = options.Keep;
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = topology.Api, Timeout = TimeSpan.FromSeconds(30) };
        for (var user = 0; user < options.Users; user++)
            _users.Add(await SoakUser.SignInAsync(http, string.Create(CultureInfo.InvariantCulture, $"soak.{user}@example.com"), cancellation));
        var (startingCoins, cost) = ((await _users[0].AccountAsync(cancellation)).Available, await _users[0].CostAsync("1", cancellation));
        _jobs = [.. Enumerable.Range(0, options.Jobs).Select(i =>
            new SoakJob(i, options.Seed, _users[i % _users.Count], i % _users.Count, _counts, time))];

        var started = time.GetTimestamp();
        using var redis = await ConnectionMultiplexer.ConnectAsync(string.Create(
            // Patient: on a busy machine an answer may take long, which says nothing about the product.
            CultureInfo.InvariantCulture, $"127.0.0.1:{topology.RedisPort},connectTimeout=30000,syncTimeout=30000,abortConnect=false"));
        var killer = new WorkerKiller(topology, redis, options.Seed, time);
        await RunJobsAsync(topology, killer, cancellation);
        var took = time.GetElapsedTime(started);

        var accounts = await Task.WhenAll(_users.Select(user => user.AccountAsync(cancellation)));
        await killer.WaitForWorkersAsync(cancellation);
        await topology.StopAsync();
        var verdict = await SoakVerdict.ReachAsync(topology.Database, _jobs, accounts, startingCoins, cost, killer.Held);
        PrintFigures(model, killer, verdict, took, topology);
        var isClean = (verdict.Lost, verdict.Doubled, verdict.DoubleCharged, topology.Exits.Count) == (0, 0, 0, 0);
        topology.KeepsFolder |= !isClean;
        if (topology.KeepsFolder) print($"store and logs: {topology.Folder}");
        print(verdict.ToLine(options.Jobs, topology.Exits.Count));
        return isClean ? 0 : 1;
    }

    // Clients, kills and progress side by side; clients that nobody serves any more give up.
    private async Task RunJobsAsync(Topology topology, WorkerKiller killer, CancellationToken cancellation)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var stopKilling = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var killing = killer.RunAsync(stopKilling.Token);
        var clients = Task.WhenAll(Enumerable.Range(0, options.Connections).Select(_ => RunClientAsync(giveUp.Token)));
        var (started, lastEnded, lastChange) = (time.GetTimestamp(), 0, time.GetTimestamp());
        while (await Task.WhenAny(clients, Task.Delay(ProgressEvery, time, cancellation)) != clients)
        {
            cancellation.ThrowIfCancellationRequested();
            var ended = Volatile.Read(ref _ended);
            print(string.Create(
                CultureInfo.InvariantCulture,
                $"{time.GetElapsedTime(started).TotalSeconds,5:0} s  {ended,6} ended  {(ended - lastEnded) / ProgressEvery.TotalSeconds,6:0} a second  {killer.Kills,4} kills"));
            if (ended > lastEnded) (lastEnded, lastChange) = (ended, time.GetTimestamp());
            else if (time.GetElapsedTime(lastChange) > SoakOptions.LongestSilence || topology.IsBroken) await giveUp.CancelAsync();
        }

        await clients;
        await stopKilling.CancelAsync();
        await killing;
        cancellation.ThrowIfCancellationRequested();
    }

    private async Task RunClientAsync(CancellationToken giveUp)
    {
        while (Interlocked.Increment(ref _next) is var next && next < _jobs.Count && !giveUp.IsCancellationRequested)
        {
            await _jobs[next].RunAsync(giveUp);
            if (_jobs[next].End != SoakEnd.None) Interlocked.Increment(ref _ended);
        }
    }

    private void PrintFigures(ModelStub model, WorkerKiller killer, SoakVerdict verdict, TimeSpan took, Topology topology)
    {
        var inVain = _jobs.Select(job => (Answers: Math.Max(0, model.AnswersOf(job.Number) - 1), Held: job.Ids.Any(killer.Held.ContainsKey))).ToList();
        string[] lines =
        [
            $"time          {took.TotalSeconds:0.0} s, {options.Jobs / took.TotalSeconds:0} jobs a second",
            $"kills         {killer.Kills}; the killed held {killer.Held.Count} jobs",
            $"requests      {_counts}",
            $"model         {model.Calls} calls ({SoakCounts.Join(model.Counts)})",
            $"paid in vain  {inVain.Sum(job => job.Answers)} answers beyond one a job, {inVain.Where(job => job.Held).Sum(job => job.Answers)} of them to jobs whose worker was killed",
            $"given up      {verdict.Failed} (told to the client, coins back)",
            $"a job         {new Percentiles(_jobs.Select(job => job.Latency.TotalMilliseconds))} from the first request to its end",
            $"recovered     {verdict.Recovered} from the kill to the end of a job that the killed held",
        ];
        foreach (var line in lines) print(line);
        foreach (var exit in topology.Exits) print($"exit          {exit}");
    }
}
