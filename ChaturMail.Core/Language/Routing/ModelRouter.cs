using ChaturMail.Core.Emails;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Spending;

namespace ChaturMail.Core.Language.Routing;

/// <summary>
/// Several models in conjunction: asks those of the template's route in their order until one writes, each once. What a passing failure
/// of all of them needs is another run of the job, which is not this one's to make. The offline composer is a lesser writer: beside real
/// models it is asked only when no other run would help. docs/generation.md draws it.
/// </summary>
public sealed class ModelRouter : ILanguageModel, IDisposable
{
    /// <summary>What the user is told when the composer wrote because no model of the route could.</summary>
    public const string StoodIn = "The usual model was not available, so the offline composer wrote this email.";

    // How long a request waits for its turn at a provider while there is another one to ask.
    private static readonly TimeSpan ShortWait = TimeSpan.FromSeconds(1);

    private readonly ModelCatalog _catalog;
    private readonly Dictionary<string, ModelProvider> _providers;

    /// <summary>Routes the catalog's requests to these providers, which are the router's own from then on.</summary>
    /// <param name="providers">Each model of the catalog, the composer too.</param>
    public ModelRouter(ModelCatalog catalog, IEnumerable<ModelProvider> providers) =>
        (_catalog, _providers) = (catalog, providers.ToDictionary(provider => provider.Name));

    /// <summary>The provider of this name, or null.</summary>
    public ModelProvider? Find(string name) => _providers.GetValueOrDefault(name);

    /// <inheritdoc/>
    public async Task<ModelAnswer> WriteAsync(ModelRequest request, CancellationToken cancellation)
    {
        if (request.Options.Model is { } named)
        {
            return Find(named) is { } only ? (await AskPatientlyAsync(only, request, cancellation))
                : new ModelAnswer.Failed(ModelFailure.ProviderOnly, "The model that was asked for is not configured any more.");
        }

        var route = TranslationPrompt.Is(request) ? _catalog.Translation : _catalog.Route(request.Prompt.Tier);
        if (route.Count == 0) return new ModelAnswer.Failed(ModelFailure.Unsupported, "No model of this server translates.");
        if (route.Count == 1) return await AskPatientlyAsync(_providers[route[0]], request, cancellation);

        var run = new Run(request);
        var hasComposer = route[^1] == ModelCatalog.Composer;
        var real = (hasComposer ? route.SkipLast(1) : route).Select(name => _providers[name]).ToList();
        ModelAnswer? answer = null;
        try
        {
            answer = await AskInOrderAsync(real, run, cancellation);
        }
        catch (OperationCanceledException) when (hasComposer && request is { IsLastAttempt: true, Clock.Token.IsCancellationRequested: true })
        {
            // Hanging models have used up the run's time, and the composer needs none.
            run.RanOutOfTime();
        }

        if (answer is null && hasComposer && !run.IsWorthAnotherRun)
            answer = await run.AskAsync(_providers[ModelCatalog.Composer], Timeout.InfiniteTimeSpan, CancellationToken.None);
        return answer ?? run.Failure();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var provider in _providers.Values) provider.Dispose();
    }

    // Null when none wrote.
    private static async Task<ModelAnswer?> AskInOrderAsync(List<ModelProvider> providers, Run run, CancellationToken cancellation)
    {
        var busy = new List<ModelProvider>();
        for (var i = 0; i < providers.Count; i++)
        {
            var isLast = i == providers.Count - 1;
            if (await run.AskAsync(providers[i], isLast ? Timeout.InfiniteTimeSpan : ShortWait, cancellation) is { } answer) return answer;
            if (!run.WasAsked) busy.Add(providers[i]);
        }

        foreach (var provider in busy)
            if (await run.AskAsync(provider, Timeout.InfiniteTimeSpan, cancellation) is { } answer) return answer;
        return null;
    }

    private static async Task<ModelAnswer> AskPatientlyAsync(ModelProvider provider, ModelRequest request, CancellationToken cancellation) =>
        // Never null, for the wait has no end.
        (await provider.AskAsync(request, RoleOf(request), Timeout.InfiniteTimeSpan, cancellation))!;

    private static ModelRole RoleOf(ModelRequest request) => TranslationPrompt.Is(request) ? ModelRole.Translation : ModelRole.Answer;

    /// <summary>One request on its way along a route, with what it met.</summary>
    private sealed class Run(ModelRequest request)
    {
        private readonly List<ModelAnswer.Failed> _failures = [];
        private EmailUsage? _usage;

        /// <summary>False when the provider that was last in turn was too busy.</summary>
        public bool WasAsked { get; private set; }

        /// <summary>True when the job is to be tried again, for a failure is passing and there is a try left.</summary>
        public bool IsWorthAnotherRun => !request.IsLastAttempt && _failures.Exists(IsRetryable) && !(LeastWait() > RetryPolicy.LongestRetryAfter);

        /// <summary>The text, or the refusal that ends the run; null when the next provider is to be asked.</summary>
        public async Task<ModelAnswer?> AskAsync(ModelProvider provider, TimeSpan longestWait, CancellationToken cancellation)
        {
            if (_failures.Count > 0) request.Sink?.Restart();
            var answer = await provider.AskAsync(request, RoleOf(request), longestWait, cancellation);
            WasAsked = answer is not null;
            switch (answer)
            {
                case ModelAnswer.Written written:
                    return provider.Name == ModelCatalog.Composer ? StandIn(written) : written with { Usage = EmailUsage.Sum(_usage, written.Usage) };
                case ModelAnswer.Failed failed:
                    _failures.Add(failed);
                    _usage = EmailUsage.Sum(_usage, failed.Usage);
                    return failed.Kind == ModelFailure.RequestRefused ? failed with { Usage = _usage } : null;
                default:
                    return null;
            }
        }

        /// <summary>The provider that was last in turn was still at it when the run's time was over.</summary>
        public void RanOutOfTime() => _failures.Add(new ModelAnswer.Failed(ModelFailure.Retryable, "The run's time was over."));

        /// <summary>The most telling failure of all.</summary>
        public ModelAnswer.Failed Failure()
        {
            var reason = string.Join(' ', _failures.Select(failed => failed.Reason));
            var kind = new[]
            {
                ModelFailure.Retryable, ModelFailure.OutOfCredit, ModelFailure.ProviderOnly, ModelFailure.OverBudget,
            }.Where(kind => _failures.Exists(failed => failed.Kind == kind)).DefaultIfEmpty(ModelFailure.Unsupported).First();
            return new ModelAnswer.Failed(kind, reason, kind == ModelFailure.Retryable ? LeastWait() : null) { Usage = _usage };
        }

        private ModelAnswer.Written StandIn(ModelAnswer.Written written) => written with
        {
            Note = written.Note is { } note ? $"{StoodIn} {note}" : StoodIn,
            Usage = _usage is null ? written.Usage : _usage with { Provider = ModelCatalog.Composer },
        };

        // One provider that names no time may be asked again at once.
        private TimeSpan? LeastWait()
        {
            var passing = _failures.Where(IsRetryable).ToList();
            return passing.Count == 0 || passing.Exists(failed => failed.RetryAfter is null) ? null : passing.Min(failed => failed.RetryAfter);
        }

        private static bool IsRetryable(ModelAnswer.Failed failed) => failed.Kind == ModelFailure.Retryable;
    }
}
