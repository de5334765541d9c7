using System.Diagnostics;
using ChaturMail.Core.Spending;

namespace ChaturMail.Core.Language.Routing;

/// <summary>
/// Span and metrics of one call, by OpenTelemetry's semantic conventions for generative AI
/// (https://github.com/open-telemetry/semantic-conventions-genai): names of models, counts and times, and nothing of a user's.
/// </summary>
internal sealed class ModelTelemetry : IDisposable
{
    private readonly string _provider;
    private readonly string _model;
    private readonly string _operation;
    private readonly ModelRole _role;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly Activity? _span;
    private string? _error = "cancelled";

    public ModelTelemetry(string provider, string model, ProviderKind kind, ModelRole role, TimeProvider time)
    {
        (_provider, _model, _role, _time) = (provider, model, role, time);
        _operation = kind == ProviderKind.Completions ? "text_completion" : "chat";
        _span = Telemetry.Source.HasListeners() ? Telemetry.Source.StartActivity($"{_operation} {model}", ActivityKind.Client) : null;
        _span?.SetTag("gen_ai.operation.name", _operation).SetTag("gen_ai.provider.name", provider).SetTag("gen_ai.request.model", model);
        _started = time.GetTimestamp();
    }

    /// <summary>Time since the call began.</summary>
    public TimeSpan Elapsed => _time.GetElapsedTime(_started);

    /// <summary>The first piece of text is there.</summary>
    public void FirstChunk()
    {
        if (!Telemetry.ModelFirstChunk.Enabled) return;
        Telemetry.ModelFirstChunk.Record(Elapsed.TotalSeconds, Tags());
    }

    /// <summary>The call brought an answer. Without this it was cancelled, or ended in an exception.</summary>
    public void Answered(ModelAnswer answer)
    {
        _error = answer is ModelAnswer.Failed failed ? ErrorType(failed.Kind) : null;
        var written = answer as ModelAnswer.Written;
        if (written is not null) _span?.SetTag("gen_ai.response.model", written.Model);
        if ((written?.Usage ?? (answer as ModelAnswer.Failed)?.Usage) is not { } usage) return;
        _span?.SetTag("gen_ai.usage.input_tokens", usage.InputTokens).SetTag("gen_ai.usage.output_tokens", usage.OutputTokens);
        if (Telemetry.ModelTokens.Enabled)
        {
            var tags = Tags(written?.Model);
            Telemetry.ModelTokens.Record(usage.InputTokens, [.. tags, new("gen_ai.token.type", "input")]);
            Telemetry.ModelTokens.Record(usage.OutputTokens, [.. tags, new("gen_ai.token.type", "output")]);
        }

        if (usage.CostNanoUsd > 0 && Telemetry.ModelCost.Enabled)
            Telemetry.ModelCost.Add(usage.CostNanoUsd / 1e9, new("provider", _provider), new("model", _model), new("role", RoleName(_role)));
    }

    /// <summary>Ends the span and records the time.</summary>
    public void Dispose()
    {
        if (_error is not null) _span?.SetTag("error.type", _error).SetStatus(ActivityStatusCode.Error);
        _span?.Dispose();
        if (!Telemetry.ModelTime.Enabled) return;
        var tags = Tags();
        if (_error is not null) tags.Add("error.type", _error);
        Telemetry.ModelTime.Record(Elapsed.TotalSeconds, tags);
    }

    private TagList Tags(string? answeredBy = null)
    {
        var tags = new TagList { { "gen_ai.operation.name", _operation }, { "gen_ai.provider.name", _provider }, { "gen_ai.request.model", _model } };
        if (answeredBy is not null) tags.Add("gen_ai.response.model", answeredBy);
        return tags;
    }

    private static string RoleName(ModelRole role) => role switch
    {
        ModelRole.Answer => "answer",
        ModelRole.Comparison => "comparison",
        _ => "translation",
    };

    private static string ErrorType(ModelFailure kind) => kind switch
    {
        ModelFailure.Retryable => "retryable",
        ModelFailure.ProviderOnly => "provider_only",
        ModelFailure.RequestRefused => "request_refused",
        ModelFailure.OutOfCredit => "out_of_credit",
        ModelFailure.Unsupported => "unsupported",
        _ => "over_budget",
    };

    /// <summary>Passes the text on and notes when its first piece came.</summary>
    public ITextSink Watch(ITextSink sink) => new WatchedSink(sink, this);

    private sealed class WatchedSink(ITextSink sink, ModelTelemetry call) : ITextSink
    {
        private bool _hasBegun;

        public void Append(string piece)
        {
            if (!_hasBegun) call.FirstChunk();
            _hasBegun = true;
            sink.Append(piece);
        }

        public void Restart() => sink.Restart();
    }
}
