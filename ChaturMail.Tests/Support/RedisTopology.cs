using System.Globalization;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Language;
using ChaturMail.Core.Live;
using ChaturMail.Core.Live.Redis;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Queue.Redis;
using ChaturMail.Core.Redis;
using ChaturMail.Core.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace ChaturMail.Tests.Support;

/// <summary>
/// What runs in the field, each part a process of its own that a test may kill, stop or start again: an Api, any number of Workers, one
/// Redis, one model provider, one store. One user with coins for so many jobs is all there is, so that every coin can be accounted for.
/// </summary>
internal sealed class RedisTopology : IAsyncDisposable
{
    /// <summary>Coins that a job costs.</summary>
    public const int Cost = 250;

    private const string Prefix = "{chaturmail}:";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly int _affordable;
    private readonly TextFolder _folder = new();
    private readonly List<ProductProcess> _running = [];
    private readonly List<IAsyncDisposable> _started = [];
    private readonly (string, string)[] _environment;
    private readonly RedisConnection _connection;
    private readonly RedisQueue _queue;

    private RedisTopology(RedisServer redis, ScriptedModelServer model, int affordable, (string, string)[] environment)
    {
        (Redis, Model, _affordable) = (redis, model, affordable);
        _environment =
        [
            ("ASPNETCORE_ENVIRONMENT", "Development"), ("DATA_DIR", _folder.Path), ("Worker__InApi", "false"),
            ("REDIS_IP", "127.0.0.1"), ("REDIS_PORT", Text(redis.Port)),
            ("OPENAI_API_KEY", "sk-test"), ("OpenAI__BaseAddress", model.BaseAddress.ToString()), ("Queue__Lease", "00:00:02"),
            // What a test knows of the model's answers is all there is: no composer stands in, and nobody is left alone after failures.
            ("Models__Routes__Standard", "openai"), ("Models__BreakerFailures", "10000"),
            ("Worker__SweepEvery", "00:00:01"), ("Coins__Starting", Text(affordable * Cost)), .. environment,
        ];
        var options = new RedisOptions { Host = "127.0.0.1", Port = redis.Port };
        _connection = new RedisConnection(options, TimeProvider.System, NullLogger<RedisConnection>.Instance);
        _queue = new RedisQueue(_connection, options, TimeProvider.System, TimeSpan.FromMinutes(10), NullLogger<RedisQueue>.Instance);
    }

    public RedisServer Redis { get; }

    public ScriptedModelServer Model { get; }

    /// <summary>The Api that was started last.</summary>
    public ProductProcess Api { get; private set; } = null!;

    public ApiClient Client { get; private set; } = null!;

    /// <summary>The user's session, which outlives the Api that gave it.</summary>
    public string Token { get; private set; } = "";

    /// <summary>Starts Redis and the model provider. Api and Workers follow, in the order that the test wants.</summary>
    /// <param name="affordable">Jobs that the user can pay.</param>
    /// <param name="answer">The model's answer to every call.</param>
    /// <param name="environment">Environment variables of the Api and all Workers.</param>
    public static async Task<RedisTopology> PrepareAsync(int affordable, ScriptedAnswer answer, params (string, string)[] environment) =>
        new(await RedisServer.StartAsync(), await ScriptedModelServer.StartAsync(answer), affordable, environment);

    /// <summary>Starts an Api and waits until it listens and the user is signed in.</summary>
    public async Task StartApiAsync(params (string, string)[] environment)
    {
        Client?.Dispose();
        (Api, Client) = await ProductProcess.StartApiAsync(_folder.Path, [.. _environment, .. environment]);
        _running.Add(Api);
        _started.Add(Api);
        if (Token.Length == 0) Token = await Client.SignInAsync();
    }

    /// <summary>Starts one more Api and gives a client of it, to be disposed of.</summary>
    public async Task<ApiClient> StartAnotherApiAsync()
    {
        var (api, client) = await ProductProcess.StartApiAsync(_folder.Path, _environment);
        _running.Add(api);
        _started.Add(api);
        return client;
    }

    /// <summary>Starts a Worker within the test, with a model of the test's own. To be disposed of.</summary>
    public Task<WorkerInTest> StartWorkerInTestAsync(ILanguageModel model) => WorkerInTest.StartAsync(model, _environment);

    /// <summary>Starts a Worker and does not wait: its first job shows that it works.</summary>
    public ProductProcess StartWorker(params (string, string)[] environment)
    {
        var worker = ProductProcess.Start("ChaturMail.Worker", [], [.. _environment, .. environment]);
        _running.Add(worker);
        _started.Add(worker);
        return worker;
    }

    /// <summary>Runs a command of the Worker's to its good end and gives what it printed.</summary>
    public async Task<IReadOnlyList<string>> CommandAsync(params string[] command)
    {
        await using var process = ProductProcess.Start("ChaturMail.Worker", command, _environment);
        Assert.Equal(0, await process.ExitAsync());
        return process.Lines;
    }

    /// <summary>SIGKILL.</summary>
    public Task KillAsync(ProductProcess process)
    {
        _running.Remove(process);
        return process.KillAsync();
    }

    /// <summary>Waits for the end of a process that was told to stop.</summary>
    public async Task ExpectOrderlyEndAsync(ProductProcess process)
    {
        _running.Remove(process);
        var code = await process.ExitAsync();
        Assert.True(code == 0, $"the process ended with {code}:\n{string.Join('\n', process.Lines)}");
    }

    /// <summary>Asks for emails with the subjects <c>Job 0</c> and so on, all at once.</summary>
    /// <param name="from">Number of the first.</param>
    public Task<ApiAnswer>[] Send(int count, int from = 0) =>
        [.. Enumerable.Range(from, count).Select(i => Client.PostAsync("/email/generateEmail", Body(i), Token))];

    /// <summary>The same, with an <c>Idempotency-Key</c> for each subject.</summary>
    public Task<ApiAnswer>[] SendWithKeys(int count) =>
        [.. Enumerable.Range(0, count).Select(i => Client.GenerateWithKeyAsync(Token, $"key-{i}", Body(i)))];

    /// <summary>Waits until the model has been asked this many times more.</summary>
    public async Task ArrivalsAsync(int count)
    {
        using var limit = new CancellationTokenSource(Patience);
        for (var i = 0; i < count; i++) await Model.ArrivalAsync(limit.Token);
    }

    /// <summary>Takes the store's one write lock, until the result is disposed of: the others wait, and can still read.</summary>
    public IDisposable LockStore()
    {
        var session = OpenStore();
        session.Execute("BEGIN IMMEDIATE");
        return session;
    }

    /// <summary>Makes an operator of a user.</summary>
    public async Task MakeOperatorAsync(string uid)
    {
        using var database = new SqliteDatabase(Path.Combine(_folder.Path, "chaturmail.db"));
        Assert.True(await new SqliteUserStore(database, TimeProvider.System).SetAdminAsync(uid, true, default));
    }

    /// <summary>The ids of the jobs that the store holds in this state.</summary>
    public IReadOnlyList<string> Jobs(JobState state)
    {
        using var store = OpenStore();
        return store.List(row => row.GetString(0), "SELECT id FROM jobs WHERE state = $1", (int)state);
    }

    /// <summary>The queue and the live texts, for a test that takes a worker's place.</summary>
    public (IGenerationQueue Queue, ILiveText Live) Parts => (_queue, new RedisLiveText(_connection));

    /// <summary>Entries that wait and are held, and dead letters.</summary>
    public Task<QueueDepth> DepthAsync() => _queue.MeasureAsync(default);

    public Task<IReadOnlyList<DeadLetter>> DeadLettersAsync() => _queue.ListDeadAsync(100, default);

    /// <summary>How many entries the group's pending list has under the name of a Worker.</summary>
    public async Task<int> PendingAsync(ProductProcess worker)
    {
        var entries = (RedisResult[]?)await _connection.ExecuteAsync("XPENDING", [Prefix + "jobs", RedisQueue.Group, "-", "+", 1000], default);
        return entries!.Count(entry => ((string?)((RedisResult[]?)entry)![1])!.Contains($"-{worker.Id}-", StringComparison.Ordinal));
    }

    /// <summary>
    /// Waits until Redis holds nothing of any job, for a second charge would come later than the last email, and expects that each job
    /// has ended once, that every coin is where it belongs, and that all processes that were not killed still run and end in order.
    /// </summary>
    public async Task ExpectAllEndedOnceAsync(int done, int failed = 0, int dead = 0)
    {
        await Eventually.TrueAsync(async () => await DepthAsync() is { Waiting: 0, Held: 0 });
        Assert.Equal(0, (long)await _connection.ExecuteAsync("HLEN", [Prefix + "index"], default));
        Assert.Equal(0, (long)await _connection.ExecuteAsync("XLEN", [Prefix + "jobs"], default));
        Assert.Equal(dead, (await DepthAsync()).Dead);

        var emails = (await Client.HistoryAsync(Token)).Select(email => email["id"]!.GetValue<string>()).ToList();
        Assert.Equal((done, failed, 0), (Jobs(JobState.Done).Count, Jobs(JobState.Failed).Count, Jobs(JobState.Queued).Count));
        Assert.Equal(Jobs(JobState.Done).Order(), emails.Order());
        var user = await Client.PostAsync("/user/getUserData", new { }, Token);
        Assert.Equal(
            (done, (_affordable - done) * Cost, done * Cost),
            (user.Number("generatedEmailCount"), user.Number("availableTokens"), user.Number("usedTokens")));
        using (var store = OpenStore())
        {
            // The ledger tells the same, whoever was killed in between.
            const string Sums = "SELECT count(*) FROM users WHERE (available_tokens, used_tokens) IS NOT (SELECT sum(coins), sum(spent) FROM coin_ledger WHERE user_id = uid)";
            Assert.Equal(0L, store.Scalar(Sums));
        }

        foreach (var process in _running.ToList()) Assert.False(process.HasExited, string.Join('\n', process.Lines));
        foreach (var process in _running) process.Terminate();
        foreach (var process in _running.ToList()) await ExpectOrderlyEndAsync(process);
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        foreach (var process in _started) await process.DisposeAsync();
        _queue.Dispose();
        await _connection.DisposeAsync();
        await Model.DisposeAsync();
        await Redis.DisposeAsync();
        _folder.Dispose();
    }

    private static object Body(int number) => new { subject = $"Job {number}", keywords = "one, two", promptId = "1", toEmail = "maria.lopez@northwind.example" };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private SqliteSession OpenStore() => new($"Data Source={Path.Combine(_folder.Path, "chaturmail.db")};Pooling=False");
}
