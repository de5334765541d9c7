using ChaturMail.Core.Emails;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Spending;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;

namespace ChaturMail.Core.Language.Routing;

/// <summary>
/// One provider with what stands between it and a request: its rest after failures, its slots, its pace, the budgets; and what is noted
/// of each call. Asks once a call and retries nothing. Safe for concurrent use, by the whole process.
/// </summary>
public sealed class ModelProvider : IDisposable
{
    private const double BreakingRatio = 0.5;

    // A provider asks for a moment: that is waited for in place, like one's turn. What takes longer is the job's retry to wait for.
    private static readonly TimeSpan LongestMoment = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan BreakingSample = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RestOfUseless = TimeSpan.FromMinutes(1);

    private readonly ProviderOptions _options;
    private readonly ILanguageModel _model;
    private readonly ModelPace _pace;
    private readonly ModelLedger? _ledger;
    private readonly TimeProvider _time;
    private readonly ILogger<ModelProvider> _log;
    private readonly SemaphoreSlim? _slots;
    private readonly ResiliencePipeline<ModelAnswer> _circuit;
    private volatile Rest? _rest;

    /// <summary>Takes a provider in. The model and the pace are its own from then on.</summary>
    /// <param name="ledger">Null for a model that neither costs nor counts anything.</param>
    public ModelProvider(
        ProviderOptions options, ILanguageModel model, ModelPace pace, BreakerOptions breaker, ModelLedger? ledger, TimeProvider time,
        ILogger<ModelProvider> log)
    {
        (_options, _model, _pace, _ledger, _time, _log) = (options, model, pace, ledger, time, log);
        _slots = options.Concurrency > 0 ? new SemaphoreSlim(options.Concurrency) : null;
        _circuit = new ResiliencePipelineBuilder<ModelAnswer> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<ModelAnswer>
            {
                FailureRatio = BreakingRatio,
                MinimumThroughput = breaker.BreakerFailures,
                SamplingDuration = BreakingSample,
                BreakDuration = breaker.BreakerRest,
                // Who says when to come again is not broken.
                ShouldHandle = call => ValueTask.FromResult(call.Outcome is { Exception: not null and not OperationCanceledException }
                    or { Result: ModelAnswer.Failed { Kind: ModelFailure.Retryable, RetryAfter: null } }),
                OnOpened = opened =>
                {
                    LetRest(opened.BreakDuration, ModelFailure.Retryable, "it keeps failing", isAsked: false);
                    return default;
                },
            })
            .Build();
    }

    /// <summary>Name in the configuration.</summary>
    public string Name => _options.Name;

    /// <summary>Asks the provider once.</summary>
    /// <param name="longestWait">How long the request may wait for its turn; <see cref="Timeout.InfiniteTimeSpan"/> for as long as it takes.</param>
    /// <returns>Null when the turn would have come later; the provider was not asked then.</returns>
    public async Task<ModelAnswer?> AskAsync(ModelRequest request, ModelRole role, TimeSpan longestWait, CancellationToken cancellation)
    {
        // Nothing stands before the composer, which is in this process and costs nothing.
        if (_ledger is null) return Answer(await CallModelAsync(new Call(request, role), cancellation));
        if (await RestingAsync(request.Clock, longestWait, cancellation) is { } resting) return resting;
        if (!await TakeTurnAsync(request.Clock, longestWait, cancellation)) return null;
        try
        {
            // Those before may have found out meanwhile that it is of no use.
            return await RestingAsync(request.Clock, longestWait, cancellation) ?? await CallAsync(request, role, cancellation);
        }
        finally
        {
            _slots?.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _slots?.Dispose();
        _pace.Dispose();
        (_model as IDisposable)?.Dispose();
    }

    // The failure that the provider rests for, or null when it may be asked.
    private async Task<ModelAnswer.Failed?> RestingAsync(RunClock? clock, TimeSpan longestWait, CancellationToken cancellation)
    {
        while (_rest is { } rest)
        {
            var left = rest.Until - _time.GetUtcNow();
            if (left <= TimeSpan.Zero) return null;
            var mayWait = rest.IsAsked && left <= LongestMoment && (longestWait == Timeout.InfiniteTimeSpan || left <= longestWait);
            if (!mayWait) return new ModelAnswer.Failed(rest.Kind, $"{Name} is left alone: {rest.Why}.", rest.IsAsked ? left : null);
            using var pause = clock?.Pause();
            await Task.Delay(left, _time, cancellation);
        }

        return null;
    }

    private async Task<bool> TakeTurnAsync(RunClock? clock, TimeSpan longestWait, CancellationToken cancellation)
    {
        if (_slots is null && !_pace.IsLimited) return true;
        using var pause = clock?.Pause();
        if (_slots is not null && !await _slots.WaitAsync(longestWait, cancellation)) return false;
        var isOurs = false;
        try
        {
            return isOurs = await _pace.WaitAsync(longestWait, cancellation);
        }
        finally
        {
            if (!isOurs) _slots?.Release();
        }
    }

    private async Task<ModelAnswer> CallAsync(ModelRequest request, ModelRole role, CancellationToken cancellation)
    {
        // Twice the estimate is more than any vocabulary makes of a prompt, so that a budget holds.
        var worst = _options is { InputPrice: 0, OutputPrice: 0 } ? 0 : _options.CostNanoUsd(2L * TokenEstimate.Of(request), _options.MostOutputTokens(request));
        var (reservation, refusal) = await _ledger!.ReserveAsync(Name, request.UserId, worst, cancellation);
        if (refusal is not null) return refusal;

        var context = ResilienceContextPool.Shared.Get(cancellation);
        Outcome<ModelAnswer> outcome;
        var call = new Call(request, role);
        try
        {
            outcome = await _circuit.ExecuteOutcomeAsync((running, which) => CallModelAsync(which, running.CancellationToken), context, call);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }

        if (outcome.Exception is BrokenCircuitException)
        {
            await _ledger.SettleAsync(reservation, made: null);
            return new ModelAnswer.Failed(ModelFailure.Retryable, $"{Name} is left alone: it keeps failing.");
        }

        // After any other exception, a cancellation above all, nobody knows what was paid: the reservation stays.
        var answer = Answer(outcome);
        Remember(answer);
        await _ledger.SettleAsync(reservation, NoteOf(answer, role, call.Duration));
        return answer;
    }

    private static ModelAnswer Answer(Outcome<ModelAnswer> outcome)
    {
        outcome.ThrowIfException();
        return outcome is { Result: { } answer } ? answer : throw new InvalidOperationException("The call ended with neither an answer nor an exception.");
    }

    private async ValueTask<Outcome<ModelAnswer>> CallModelAsync(Call call, CancellationToken cancellation)
    {
        using var telemetry = new ModelTelemetry(Name, _options.Model, _options.Kind, call.Role, _time);
        try
        {
            var request = call.Request.Sink is { } sink ? call.Request with { Sink = telemetry.Watch(sink) } : call.Request;
            var answer = await _model.WriteAsync(request, cancellation);
            call.Duration = telemetry.Elapsed;
            if (answer is ModelAnswer.Written written) answer = written with { Usage = written.Usage ?? UsageOf(written, request), Duration = call.Duration };
            telemetry.Answered(answer);
            return Outcome.FromResult(answer);
        }
        catch (Exception e)
        {
            return Outcome.FromException<ModelAnswer>(e);
        }
    }

    private EmailUsage? UsageOf(ModelAnswer.Written written, ModelRequest request)
    {
        // The composer reads no tokens.
        if (_ledger is null) return null;
        var isEstimated = written.InputTokens == 0 || written.OutputTokens == 0;
        var input = written.InputTokens == 0 ? TokenEstimate.Of(request) : written.InputTokens;
        var output = written.OutputTokens == 0 ? TokenEstimate.Of(written.Text) : written.OutputTokens;
        return new EmailUsage(Name, input, output, isEstimated, _options.CostNanoUsd(input, output));
    }

    private ModelCall? NoteOf(ModelAnswer answer, ModelRole role, TimeSpan duration)
    {
        var (usage, model) = answer is ModelAnswer.Written written ? (written.Usage, written.Model) : (((ModelAnswer.Failed)answer).Usage, _options.Model);
        return usage is null ? null
            : new ModelCall(_ledger!.Today(), Name, model, role, usage.InputTokens, usage.OutputTokens, usage.CostNanoUsd, duration);
    }

    private void Remember(ModelAnswer answer)
    {
        switch (answer)
        {
            case ModelAnswer.Failed { Kind: ModelFailure.ProviderOnly or ModelFailure.OutOfCredit } useless:
                LetRest(RestOfUseless, useless.Kind, useless.Reason.TrimEnd('.'), isAsked: false);
                break;
            case ModelAnswer.Failed { Kind: ModelFailure.Retryable, RetryAfter: { } wait } when wait > TimeSpan.Zero:
                LetRest(wait, ModelFailure.Retryable, "it asked for time", isAsked: true);
                break;
        }
    }

    private void LetRest(TimeSpan time, ModelFailure kind, string why, bool isAsked)
    {
        _rest = new Rest(_time.GetUtcNow() + time, kind, why, isAsked);
        _log.LogWarning("Provider {Provider} is left alone for {Time}: {Why}", Name, time, why);
    }

    private sealed record Rest(DateTimeOffset Until, ModelFailure Kind, string Why, bool IsAsked);

    private sealed class Call(ModelRequest request, ModelRole role)
    {
        public ModelRequest Request => request;

        public ModelRole Role => role;

        public TimeSpan Duration { get; set; }
    }
}
