using System.Collections.Concurrent;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Language;
using ChaturMail.Core.Language.Routing;
using ChaturMail.Core.Live.Embedded;
using ChaturMail.Core.Prompts;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Queue.Embedded;
using ChaturMail.Tests.Contracts;
using ChaturMail.Tests.Support;
using ChaturMail.Worker;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.Worker;

/// <summary>A worker's parts on a store and a queue of their own, with a model and a failing step that the test decides about.</summary>
internal sealed class WorkerFixture : IAsyncDisposable
{
    public WorkerFixture(TimeSpan? lease = null)
    {
        Embedded = new EmbeddedQueue(Stores.Database, TimeProvider.System, lease ?? TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(10));
        QueueOptions.Lease = lease ?? QueueOptions.Lease;
    }

    public SqliteFixture Stores { get; } = new();

    public EmbeddedQueue Embedded { get; }

    public WorkerOptions Options { get; } = new() { SweepEvery = TimeSpan.FromSeconds(1) };

    public QueueOptions QueueOptions { get; } = new() { FirstRetry = TimeSpan.FromMilliseconds(1), MaxAttempts = 3 };

    public Func<ModelRequest, CancellationToken, Task<ModelAnswer>> Model { get; set; } =
        (_, _) => Task.FromResult<ModelAnswer>(StoreFixture.Answer());

    /// <summary>What happened, in order: names of the steps that changed something.</summary>
    public ConcurrentQueue<string> Steps { get; } = new();

    /// <summary>Push messages; null as without a service account.</summary>
    public ScriptedPush? Push { get; set; }

    public EmbeddedLiveText Live { get; } = new(TimeProvider.System);

    /// <summary>Null where no emails are compared.</summary>
    public ModelComparison? Comparison { get; set; }

    /// <summary>What the notice of a job's end logs.</summary>
    public LogSink Lines { get; } = new();

    /// <summary>A step that throws the next time it is reached.</summary>
    public string? FailOnce { get; set; }

    public JobRunner Runner() => new(
        new StepStore(this), new StepQueue(this), new SilentOutcomes(this),
        new GenerationPipeline(new PromptLibrary(ComposerCatalog.Catalog, Stores.OwnPrompts, new CoinOptions()), new ScriptedModel(this), QueueOptions.ToRetryPolicy(), () => 0.5),
        QueueOptions.ToRetryPolicy(), Options,
        new EndNotice(Stores.Users, TimeProvider.System, new Logger<EndNotice>(new LoggerFactory([Lines])), Push), Live, TimeProvider.System, NullLogger<JobRunner>.Instance, Comparison);

    public GenerationWorker Worker() => new(
        new StepQueue(this), Runner(), QueueOptions, Options, new Started(), TimeProvider.System, NullLogger<GenerationWorker>.Instance);

    /// <summary>An accepted job in the queue.</summary>
    public async Task<GenerationJob> AcceptAsync(EmailOptions? options = null)
    {
        await Stores.SignInAsync("u1");
        var job = Stores.JobOf("u1") with { Options = options ?? EmailOptions.None };
        Assert.Equal(ChaturMail.Core.Storage.Acceptance.Accepted, await Stores.Jobs.AcceptAsync(job, default));
        await Embedded.EnqueueAsync(job.Id, default);
        return job;
    }

    public async Task<QueueEntry> TakeAsync() => Assert.Single(await Embedded.TakeAsync(1, TestContext.Current.CancellationToken));

    /// <summary>The user's coins available and used, and their number of emails.</summary>
    public async Task<(long Available, long Used, long Count)> CoinsAsync()
    {
        var user = await Stores.Users.FindAsync("u1", default);
        return (user!.AvailableTokens, user.UsedTokens, user.GeneratedEmailCount);
    }

    /// <summary>Entries that wait and are held, and dead letters.</summary>
    public async Task<(int Waiting, int Held, int Dead)> DepthAsync()
    {
        var depth = await Embedded.MeasureAsync(default);
        return (depth.Waiting, depth.Held, depth.Dead);
    }

    public async ValueTask DisposeAsync()
    {
        Embedded.Dispose();
        await Stores.DisposeAsync();
    }

    internal void Step(string name)
    {
        if (FailOnce == name)
        {
            FailOnce = null;
            throw new IOException(name);
        }

        Steps.Enqueue(name);
    }

    private sealed class ScriptedModel(WorkerFixture fixture) : ILanguageModel
    {
        public Task<ModelAnswer> WriteAsync(ModelRequest request, CancellationToken cancellation) => fixture.Model(request, cancellation);
    }

    private sealed class SilentOutcomes(WorkerFixture fixture) : IOutcomeChannel
    {
        public Task AnnounceAsync(string jobId, CancellationToken cancellation)
        {
            fixture.Step("announce");
            return Task.CompletedTask;
        }

        public IOutcomeListener Listen(string jobId) => throw new NotSupportedException();
    }

    private sealed class Started : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted { get; } = new(canceled: true);

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication()
        {
        }
    }
}
