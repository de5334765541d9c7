using ChaturMail.Core.Language;
using ChaturMail.Core.Language.Composer;
using ChaturMail.Core.Language.OpenAI;
using ChaturMail.Core.Language.Routing;
using ChaturMail.Core.Limits;
using ChaturMail.Core.Spending;
using ChaturMail.Tests.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.Support;

/// <summary>A router over models that a test scripts, with the real composer last unless the route says otherwise.</summary>
internal sealed class RoutedModels : IAsyncDisposable
{
    private readonly Lazy<ModelRouter> _router;
    private readonly List<(ProviderOptions Options, ILanguageModel Model)> _providers = [];

    public RoutedModels() => _router = new Lazy<ModelRouter>(() => new ModelRouter(
        new ModelCatalog([.. _providers.Select(p => p.Options)], Routes),
        [.. _providers.Select(p => Guarded(p.Options, p.Model, new ModelLedger(Spending, Budgets, Time, NullLogger<ModelLedger>.Instance))), Composer()]));

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public RouteOptions Routes { get; } = new();

    public BreakerOptions Breaker { get; } = new();

    public BudgetOptions Budgets { get; } = new();

    public SqliteFixture Stores { get; } = new();

    /// <summary>Where costs are noted; the fixture's unless a test has another.</summary>
    public ISpendingStore Spending
    {
        get => field ?? Stores.Spending;
        set;
    }

    public ModelRouter Router => _router.Value;

    public static ModelRequest Request => new(ComposerCatalog.Catalog.Find("1")!, "Leave", ["annual leave"], "maria.lopez@northwind.example", "Asha Rao", 1) { UserId = "u1" };

    public static ModelAnswer.Written Text(string text = "Dear Maria,\n\nHello.\n\nAsha") => new(text, "scripted", 1000, 100, null);

    public static ModelAnswer.Failed Failure(ModelFailure kind, int? retryAfter = null) =>
        new(kind, kind + ".", retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

    /// <summary>Adds a provider that answers by script: the first call gets the first answer, and the last answer repeats.</summary>
    public ScriptedModel Add(string name, params ModelAnswer[] answers) => Add(new ProviderOptions { Name = name }, answers);

    public ScriptedModel Add(ProviderOptions options, params ModelAnswer[] answers)
    {
        var model = new ScriptedModel(answers);
        _providers.Add((options, model));
        return model;
    }

    /// <summary>Adds a provider that is asked over HTTP.</summary>
    public void Add(string name, ScriptedModelServer server)
    {
        var options = new ProviderOptions { Name = name, ApiKey = "sk-test", BaseAddress = server.BaseAddress };
        _providers.Add((options, new OpenAiModel(options, Time)));
    }

    public Task<ModelAnswer> WriteAsync(ModelRequest? request = null) => Router.WriteAsync(request ?? Request, TestContext.Current.CancellationToken);

    public ModelProvider Guarded(ProviderOptions options, ILanguageModel model, ModelLedger? ledger) => new(
        options, model, new ModelPace(options.Name, options.RequestsPerMinute, new LocalRateLimiter(Time), Time), Breaker, ledger, Time,
        NullLogger<ModelProvider>.Instance);

    public async ValueTask DisposeAsync()
    {
        if (_router.IsValueCreated) Router.Dispose();
        await Stores.DisposeAsync();
    }

    private ModelProvider Composer() => Guarded(
        new ProviderOptions { Name = ModelCatalog.Composer, Model = OfflineComposer.ModelName }, new OfflineComposer(ComposerCatalog.Catalog), ledger: null);
}

/// <summary>A model in the test's own process.</summary>
internal sealed class ScriptedModel(ModelAnswer[] answers) : ILanguageModel
{
    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    public ModelRequest? Last { get; private set; }

    /// <summary>What happens during a call.</summary>
    public Func<ModelRequest, CancellationToken, Task> During { get; set; } = (_, _) => Task.CompletedTask;

    public async Task<ModelAnswer> WriteAsync(ModelRequest request, CancellationToken cancellation)
    {
        var number = Interlocked.Increment(ref _calls);
        Last = request;
        await During(request, cancellation);
        return answers[Math.Min(number, answers.Length) - 1];
    }
}
