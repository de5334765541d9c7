using ChaturMail.Core.Generation;
using ChaturMail.Core.Language;
using ChaturMail.Core.Prompts;
using ChaturMail.Evals.Judging;
using ChaturMail.Evals.Reports;

namespace ChaturMail.Evals;

/// <summary>Takes requests through the product's own pipeline and judges what comes out. One that fails does not stop the others.</summary>
/// <param name="model">Writes the emails.</param>
/// <param name="isLimited">True for the composer, which refuses what it cannot do with a failure of its own.</param>
/// <param name="readiness">Asked about each email, or null.</param>
internal sealed class EvalRun(PromptCatalog catalog, ILanguageModel model, bool isLimited, SendReadiness? readiness, TimeProvider time)
{
    // Enough for a provider's hiccup; what a hiccup costs in the product is another matter.
    private const int MostAttempts = 3;
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(5);
    private static readonly RetryPolicy Retry = new(MostAttempts, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));

    // Half of the longest wait each time: nothing here has to be spread out.
    private readonly GenerationPipeline _pipeline = new(new PromptLibrary(catalog), model, Retry, () => 0.5);
    private readonly EmailJudge _judge = new(catalog);

    /// <summary>Every request with every seed, in their order.</summary>
    /// <param name="progress">Told now and then how many are done.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public async Task<IReadOnlyList<EvalResult>> RunAsync(
        IReadOnlyList<EvalItem> items, EvalArguments arguments, Action<int, int> progress, CancellationToken cancellation)
    {
        var work = items.SelectMany(item => Enumerable.Range(1, arguments.Seeds).Select(seed => (item, seed))).ToList();
        var results = new EvalResult[work.Count];
        var (done, told) = (0, time.GetTimestamp());
        var gate = new Lock();
        var bounded = new ParallelOptions { MaxDegreeOfParallelism = arguments.Concurrency, CancellationToken = cancellation };
        await Parallel.ForAsync(0, work.Count, bounded, async (index, stop) =>
        {
            results[index] = await OneAsync(work[index].item, work[index].seed, arguments.Timeout, stop);
            lock (gate)
            {
                done++;
                if (time.GetElapsedTime(told) < ReportEvery) return;
                told = time.GetTimestamp();
                progress(done, work.Count);
            }
        });
        return results;
    }

    private async Task<EvalResult> OneAsync(EvalItem item, int seed, TimeSpan timeout, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        var result = new EvalResult { Id = item.Id, Seed = seed, Request = item.Request };
        try
        {
            return await WriteAsync(result, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Failed(result, $"not done within {timeout}");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A bug of the model's or of the judge's is one failed request of many, and to be seen in the report.
            return Failed(result, $"{e.GetType().Name}: {e.Message}");
        }
    }

    private async Task<EvalResult> WriteAsync(EvalResult result, CancellationToken cancellation)
    {
        var request = result.Request;
        var prompt = catalog.All.Single(p => p.Slug == request.Template);
        var job = new GenerationJob(
            $"{result.Id}-{result.Seed}", "evals", prompt.Id, request.Subject, request.Keywords, request.ToEmail, request.Sender(), 0, result.Seed, time.GetUtcNow())
        { Options = request.Options(), Rewrite = request.Change() };
        for (var attempt = 1; ; attempt++)
        {
            switch (await _pipeline.RunAsync(job, attempt, cancellation))
            {
                case GenerationOutcome.Written { Answer: var answer }:
                    var submission = new Submission(request, answer.Text, answer.Note);
                    return result with
                    {
                        Email = answer.Text,
                        Model = answer.Model,
                        Note = answer.Note,
                        Checks = _judge.Judge(submission),
                        Usage = answer.Usage,
                        Readiness = readiness is null ? null : await readiness.AskAsync(request, answer.Text, cancellation),
                    };
                case GenerationOutcome.Again again:
                    await Task.Delay(again.Delay, time, cancellation);
                    break;
                case GenerationOutcome.GivenUp { Code: FailureCode.NotSupported, Reason: var reason } when isLimited:
                    return result with { Unsupported = reason };
                case GenerationOutcome.GivenUp { Code: var code, Reason: var reason }:
                    return Failed(result, $"{code}: {reason}");
                case var other:
                    return Failed(result, other.GetType().Name);
            }
        }
    }

    private static EvalResult Failed(EvalResult result, string why) => result with { Failure = why, Checks = EmailJudge.Failed(why) };
}
