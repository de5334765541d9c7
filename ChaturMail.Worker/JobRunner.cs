using System.Diagnostics;
using ChaturMail.Core;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Language.Routing;
using ChaturMail.Core.Live;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Storage;

namespace ChaturMail.Worker;

/// <summary>
/// One job -> one outcome. Runs the job, saves the outcome, tells who waits, or the user's device when nobody does, and acknowledges, in
/// this order.
/// </summary>
/// <param name="comparison">Null where no emails are compared.</param>
public sealed class JobRunner(
    IJobStore jobs, IGenerationQueue queue, IOutcomeChannel outcomes, GenerationPipeline pipeline, RetryPolicy retry,
    WorkerOptions options, EndNotice notice, ILiveText live, TimeProvider time, ILogger<JobRunner> log, ModelComparison? comparison = null)
{
    private const int SaveAttempts = 5;

    private static readonly TimeSpan RestBeforeSavingAgain = TimeSpan.FromSeconds(0.5);

    /// <summary>Handles one entry to its end, whatever that is.</summary>
    /// <param name="stopWork">Cancelled when the process may not wait for the job any longer.</param>
    public async Task RunAsync(QueueEntry entry, CancellationToken stopWork)
    {
        var job = await jobs.FindAsync(entry.JobId, CancellationToken.None);
        if (job is not { State: JobState.Queued })
        {
            // A second run of a job that has ended, or one whose user was erased: only the entry is left.
            await outcomes.AnnounceAsync(entry.JobId, CancellationToken.None);
            // Whoever failed the job died before burying its entry: a dead letter must not depend on that. On a first attempt nobody
            // before has had this entry: a sweep that was overtaken by the job's end put it there, and the letter is written.
            if (job is { State: JobState.Failed, Failure: var code } && entry.Attempt > 1)
                await queue.BuryAsync(entry, $"{code ?? FailureCode.Poisoned}; the worker that gave it up died", CancellationToken.None);
            else await queue.AcknowledgeAsync(entry, CancellationToken.None);
            return;
        }

        using var span = Telemetry.Source.StartActivity("generate email", ActivityKind.Consumer, job.TraceParent);
        // The first attempt's alone: later ones waited for their retry on purpose.
        if (entry.Attempt == 1) Telemetry.PickUp.Record((time.GetUtcNow() - job.AcceptedAt).TotalSeconds);
        Telemetry.Running.Add(1);
        try
        {
            var started = time.GetTimestamp();
            var outcome = await WorkAsync(job, entry.Attempt, stopWork);
            Telemetry.RunTime.Record(time.GetElapsedTime(started).TotalSeconds);
            await SettleAsync(entry, job, outcome);
            // The user has their email: what follows is the operators' and takes nobody's time but this slot's.
            if (comparison is not null && outcome is GenerationOutcome.Written { Request: { } request, Answer: var answer })
                await comparison.CompareAsync(job, request, answer, stopWork);
        }
        finally
        {
            Telemetry.Running.Add(-1);
        }
    }

    private async Task<GenerationOutcome> WorkAsync(GenerationJob job, int attempt, CancellationToken stopWork)
    {
        // More runs than allowed means that earlier ones took their worker down: that must not go on for ever.
        if (attempt > retry.MaxAttempts) return new GenerationOutcome.GivenUp(FailureCode.Poisoned, "every run ended its worker");

        // Waiting for one's turn is not the model's slowness: whoever lets the run wait stops the clock.
        using var clock = new RunClock(options.JobTimeout, time);
        try
        {
            await using var pump = job.IsStreamed ? new LivePump(live, job.Id, attempt, time, log) : null;
            var outcome = await pipeline.RunAsync(job, attempt, stopWork, pump, clock);
            // The text became no email, and may be one that the checks reject: whoever has read it is told now, not when the job is tried
            // again, and nobody reads it after this.
            if (outcome is not GenerationOutcome.Written) pump?.Restart();
            return outcome;
        }
        catch (OperationCanceledException) when (stopWork.IsCancellationRequested)
        {
            return new GenerationOutcome.HandedBack();
        }
        catch (OperationCanceledException) when (clock.Token.IsCancellationRequested)
        {
            return pipeline.AgainOrGiveUp(attempt, null, $"no answer within {options.JobTimeout}");
        }
        catch (Exception e)
        {
            log.LogFault(e, $"Job {job.Id} ended in an exception on attempt {attempt}");
            return pipeline.AgainOrGiveUp(attempt, null, e.GetType().Name);
        }
    }

    // Saving is not cancelled: an answer that was paid for is kept even when the process is on its way out.
    private async Task SettleAsync(QueueEntry entry, GenerationJob job, GenerationOutcome outcome)
    {
        var cancellation = CancellationToken.None;
        bool notify;
        switch (outcome)
        {
            case GenerationOutcome.Written written:
                Count("written");
                Telemetry.Attempts.Record(entry.Attempt);
                notify = await SaveAsync(job.Id, () => jobs.CompleteAsync(job, written.Answer, cancellation));
                await outcomes.AnnounceAsync(job.Id, cancellation);
                if (notify) await notice.SendAsync(job, written: true);
                await queue.AcknowledgeAsync(entry, cancellation);
                break;
            case GenerationOutcome.GivenUp when !await queue.HoldsAsync(entry, cancellation):
                // Whoever took it over may still write the email: it is theirs to end.
                Count("lost");
                break;
            case GenerationOutcome.GivenUp givenUp:
                Count("given_up");
                Telemetry.Attempts.Record(entry.Attempt);
                log.LogWarning("Job {JobId} failed for good on attempt {Attempt}: {Reason}", job.Id, entry.Attempt, givenUp.Reason);
                notify = await SaveAsync(job.Id, () => jobs.FailAsync(job.Id, givenUp.Code, cancellation));
                await outcomes.AnnounceAsync(job.Id, cancellation);
                if (notify) await notice.SendAsync(job, written: false);
                await queue.BuryAsync(entry, givenUp.Reason, cancellation);
                break;
            case GenerationOutcome.Again again:
                Count("again");
                log.LogInformation(
                    "Job {JobId} failed on attempt {Attempt}, next in {Delay}: {Reason}", job.Id, entry.Attempt, again.Delay, again.Reason);
                await queue.RetryAsync(entry, again.Delay, cancellation);
                break;
            default:
                Count("handed_back");
                await queue.ReleaseAsync(entry, cancellation);
                break;
        }
    }

    // The model has been paid: a store that is away for a moment must not cost its answer. The lease is kept meanwhile.
    private async Task<bool> SaveAsync(string jobId, Func<Task<bool>> save)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await save();
            }
            catch (Exception e) when (attempt < SaveAttempts)
            {
                log.LogFault(e, $"Job {jobId} could not be saved on attempt {attempt}");
                await Task.Delay(RestBeforeSavingAgain * attempt, time);
            }
        }
    }

    private static void Count(string outcome) => Telemetry.Runs.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
