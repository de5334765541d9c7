using System.Diagnostics;
using ChaturMail.Core.Language;
using ChaturMail.Core.Prompts;

namespace ChaturMail.Core.Generation;

/// <summary>Runs one job: template, model, clean text, outcome. Saves nothing, so it may be run as often as needed.</summary>
public sealed class GenerationPipeline(PromptCatalog prompts, ILanguageModel model, RetryPolicy retry, Func<double> random)
{
    /// <summary>Runs <paramref name="job"/> once.</summary>
    /// <param name="attempt">Which run of the job this is, from 1.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public async Task<GenerationOutcome> RunAsync(GenerationJob job, int attempt, CancellationToken cancellation)
    {
        if (prompts.Find(job.PromptId) is not { } prompt)
            return new GenerationOutcome.GivenUp(FailureCode.UnknownPrompt, "the template is not on this server");

        var request = new ModelRequest(prompt, job.Subject, Keywords.Split(job.Keywords), job.ToEmail, job.SenderName, job.Seed);
        return await AskAsync(request, cancellation) switch
        {
            ModelAnswer.Written written => Accept(job, attempt, written),
            ModelAnswer.Failed { Kind: ModelFailure.Retryable } failed => AgainOrGiveUp(attempt, failed.RetryAfter, failed.Reason),
            ModelAnswer.Failed { Kind: ModelFailure.RequestRefused } failed =>
                new GenerationOutcome.GivenUp(FailureCode.RequestRefused, failed.Reason),
            ModelAnswer.Failed failed => new GenerationOutcome.GivenUp(FailureCode.ModelUnavailable, failed.Reason),
            var other => throw new InvalidOperationException($"A model answered with {other.GetType().Name}."),
        };
    }

    /// <summary>The outcome of a run that ended in an exception or a time-out: another try, while there is one left.</summary>
    public GenerationOutcome AgainOrGiveUp(int attempt, TimeSpan? atLeast, string reason) =>
        retry.DelayAfter(attempt, atLeast, random()) is { } delay
            ? new GenerationOutcome.Again(delay, reason)
            : new GenerationOutcome.GivenUp(FailureCode.ModelUnavailable, reason);

    // A span of our own: the offline composer makes no HTTP request that would show.
    private async Task<ModelAnswer> AskAsync(ModelRequest request, CancellationToken cancellation)
    {
        using var span = Telemetry.Source.StartActivity("ask model", ActivityKind.Client);
        var answer = await model.WriteAsync(request, cancellation);
        if (answer is ModelAnswer.Written { Model: var name }) span?.SetTag("gen_ai.response.model", name);
        else span?.SetStatus(ActivityStatusCode.Error);
        return answer;
    }

    private GenerationOutcome Accept(GenerationJob job, int attempt, ModelAnswer.Written written)
    {
        var text = EmailText.Clean(written.Text, job.Subject, job.SenderName);
        return text.Length == 0
            ? AgainOrGiveUp(attempt, null, $"{written.Model} wrote nothing that is an email")
            : new GenerationOutcome.Written(written with { Text = text });
    }
}
