using ChaturMail.Core.Emails;
using ChaturMail.Core.Language;
using ChaturMail.Core.Language.Safety;
using ChaturMail.Core.Prompts;

namespace ChaturMail.Core.Generation;

/// <summary>
/// Runs one job: template, moderation, model, clean text, checks, outcome. Saves nothing, so it may be run as often as needed.
/// docs/generation.md draws it.
/// </summary>
/// <param name="moderation">Null where none is configured.</param>
public sealed class GenerationPipeline(
    PromptLibrary prompts, ILanguageModel model, RetryPolicy retry, Func<double> random, IModeration? moderation = null)
{
    // A model that was talked into something by the mail it answers is talked into it again: one more try, not five.
    private const int MostRejectedAttempts = 2;

    private const string TooLong = "The email is longer than asked: its facts need the room.";

    /// <summary>Runs <paramref name="job"/> once.</summary>
    /// <param name="attempt">Which run of the job this is, from 1.</param>
    /// <param name="sink">Gets the text as it comes, or null.</param>
    /// <param name="clock">The run's time, or null when nothing bounds it.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled, or its time was over before anything was written.</exception>
    public async Task<GenerationOutcome> RunAsync(
        GenerationJob job, int attempt, CancellationToken cancellation, ITextSink? sink = null, RunClock? clock = null)
    {
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellation, clock?.Token ?? CancellationToken.None);
        if (await prompts.FindAsync(job.UserId, job.PromptId, inTime.Token) is not { } prompt)
            return new GenerationOutcome.GivenUp(FailureCode.UnknownPrompt, "the template is not on this server, or its user deleted it");

        var request = RequestOf(job, prompt, attempt, sink) with { Clock = clock };
        if (await ModerateAsync(attempt, InputOf(request), inTime.Token) is { } refused) return refused;
        var (answer, problem) = await WriteAsync(request, request, inTime.Token);
        if (answer is ModelAnswer.Failed failed) return OutcomeOf(attempt, failed);
        var written = (ModelAnswer.Written)answer;
        if (problem is not null) return Rejected(attempt, $"{written.Model}: {problem}");
        written = await MendLengthAsync(request, written, inTime.Token);
        // What is written and paid for is not thrown away because the run's time is over: the moderation has its own.
        return await ModerateAsync(attempt, written.Text, cancellation) ?? new GenerationOutcome.Written(written) { Request = request };
    }

    /// <summary>The outcome of a run that ended in an exception or a time-out: another try, while there is one left.</summary>
    public GenerationOutcome AgainOrGiveUp(int attempt, TimeSpan? atLeast, string reason) =>
        retry.DelayAfter(attempt, atLeast, random()) is { } delay
            ? new GenerationOutcome.Again(delay, reason)
            : new GenerationOutcome.GivenUp(FailureCode.ModelUnavailable, reason);

    private ModelRequest RequestOf(GenerationJob job, PromptTemplate prompt, int attempt, ITextSink? sink)
    {
        var keywords = Keywords.Split(job.Keywords);
        var sender = job.Options.SenderName ?? job.SenderName;
        return new ModelRequest(OwnPrompt.Fill(prompt, job.Options.Placeholders, sender), job.Subject, keywords, job.ToEmail, sender, job.Seed)
        {
            Options = job.Options,
            Language = job.Rewrite?.Language ?? job.Options.Language ?? LanguageDetector.Detect(job.Subject, keywords),
            Rewrite = job.Rewrite,
            UserId = job.UserId,
            IsLastAttempt = attempt >= retry.MaxAttempts,
            Sink = sink,
        };
    }

    // The answer with its text cleaned, and what is wrong with that as an answer to what was asked.
    private async Task<(ModelAnswer Answer, string? Problem)> WriteAsync(ModelRequest request, ModelRequest asked, CancellationToken cancellation)
    {
        var answer = await model.WriteAsync(request, cancellation);
        if (answer is not ModelAnswer.Written written) return (answer, null);
        var clean = EmailText.Clean(written.Text, request.Subject, request.SenderName);
        var text = OutputCheck.UnderOwnName(asked, EmailText.Sign(clean, request.Options.Signature, request.SenderName));
        return (written with { Text = text }, text.Length == 0 ? "nothing that is an email" : OutputCheck.Problem(asked, text));
    }

    /// <summary>Asks once for fewer words when there are too many. Of two texts that are both too long the shorter one is kept.</summary>
    private async Task<ModelAnswer.Written> MendLengthAsync(ModelRequest request, ModelAnswer.Written written, CancellationToken cancellation)
    {
        var words = WordCount.Of(written.Text);
        if (request.Options.Length is not { } most || words <= (int)most) return written;

        request.Sink?.Restart();
        var shorter = request with { Rewrite = new Rewrite(RewriteKind.Shorten, null, written.Text) };
        try
        {
            // A draft counts as the user's own words. This one is a model's, so that nothing in it allows what the request does not.
            var (answer, problem) = await WriteAsync(shorter, request, cancellation);
            var mended = problem is null && answer is ModelAnswer.Written other && WordCount.Of(other.Text) < words ? other : null;
            var paid = (answer as ModelAnswer.Written)?.Usage ?? (answer as ModelAnswer.Failed)?.Usage;
            written = mended is null
                ? written with { Usage = EmailUsage.Sum(paid, written.Usage) }
                : mended with { Usage = EmailUsage.Sum(written.Usage, paid) };
        }
        catch (OperationCanceledException) when (request.Clock is { Token.IsCancellationRequested: true })
        {
            // The run's time is over. The email is there, and too long is better than none.
        }

        return WordCount.Of(written.Text) <= (int)most ? written : written with { Note = written.Note is { } note ? $"{note} {TooLong}" : TooLong };
    }

    private async Task<GenerationOutcome?> ModerateAsync(int attempt, string text, CancellationToken cancellation)
    {
        if (moderation is null) return null;
        return await moderation.CheckAsync(text, cancellation) switch
        {
            ModerationResult.Flagged flagged => new GenerationOutcome.GivenUp(FailureCode.ContentFlagged, $"flagged: {flagged.Categories}"),
            // Unchecked is not passed: the job waits for the service, and is refunded when that stays away.
            ModerationResult.Unavailable away => AgainOrGiveUp(attempt, away.RetryAfter, away.Reason),
            _ => null,
        };
    }

    private static string InputOf(ModelRequest request) =>
        string.Join('\n', GivenText.OwnTexts(request).Append(request.Options.Context).Where(text => !string.IsNullOrWhiteSpace(text)));

    private GenerationOutcome OutcomeOf(int attempt, ModelAnswer.Failed failed) => failed.Kind switch
    {
        ModelFailure.Retryable => AgainOrGiveUp(attempt, failed.RetryAfter, failed.Reason),
        ModelFailure.RequestRefused => new GenerationOutcome.GivenUp(FailureCode.RequestRefused, failed.Reason),
        ModelFailure.Unsupported => new GenerationOutcome.GivenUp(FailureCode.NotSupported, failed.Reason),
        ModelFailure.OverBudget => new GenerationOutcome.GivenUp(FailureCode.BudgetExceeded, failed.Reason),
        _ => new GenerationOutcome.GivenUp(FailureCode.ModelUnavailable, failed.Reason),
    };

    private GenerationOutcome Rejected(int attempt, string reason) => attempt < MostRejectedAttempts
        ? AgainOrGiveUp(attempt, null, reason)
        : new GenerationOutcome.GivenUp(FailureCode.AnswerRejected, reason);
}
