using System.Diagnostics;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Prompts;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Storage;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Core.Generation;

/// <summary>What a user asks for. The fields are checked: not empty, within their limits.</summary>
public sealed record GenerationRequest(PromptTemplate Prompt, string Subject, string Keywords, string ToEmail);

/// <summary>What became of a request within the time that it may wait.</summary>
public abstract record GenerationResult
{
    private GenerationResult() { }

    /// <summary>The email is in the history.</summary>
    public sealed record Finished(StoredEmail Email) : GenerationResult;

    /// <summary>Accepted and paid; the email appears in the history under this id.</summary>
    public sealed record StillRunning(string Id) : GenerationResult;

    /// <summary>Not accepted; nothing was charged.</summary>
    public sealed record Refused(Acceptance Why) : GenerationResult;

    /// <summary>Given up; the coins are back.</summary>
    /// <param name="Code">A <see cref="FailureCode"/>.</param>
    public sealed record Failed(string Code) : GenerationResult;
}

/// <summary>Takes a request, makes a job of it and waits for the job's end. The work itself is done by whoever drains the queue.</summary>
public sealed class GenerationService(
    IJobStore jobs, IEmailStore emails, IGenerationQueue queue, IOutcomeChannel outcomes, TimeProvider time,
    Func<double> random, ILogger<GenerationService> log)
{
    /// <summary>
    /// Reserves the coins, writes the job, enqueues it, and waits at most <paramref name="wait"/> for its end.
    /// </summary>
    /// <param name="cancellation">Ends the waiting, not the job: a client that hangs up finds its email in the history.</param>
    public async Task<GenerationResult> GenerateAsync(User user, GenerationRequest request, TimeSpan wait, CancellationToken cancellation)
    {
        var job = new GenerationJob(
            DocumentId.New(time), user.Uid, request.Prompt.Id, request.Subject, request.Keywords, request.ToEmail, user.Name,
            request.Prompt.Coins, (int)(random() * int.MaxValue), time.GetUtcNow(), Activity.Current?.Id);

        using var listener = outcomes.Listen(job.Id);
        // From here on the job belongs to the user: no hang-up may leave coins reserved without it.
        var accepted = await jobs.AcceptAsync(job, CancellationToken.None);
        if (accepted != Acceptance.Accepted) return new GenerationResult.Refused(accepted);
        Telemetry.JobsAccepted.Add(1);
        try
        {
            await queue.EnqueueAsync(job.Id, CancellationToken.None);
        }
        catch (Exception e)
        {
            // The job is written; the reconciler puts it into the queue when that works again.
            log.LogWarning(e, "Job {JobId} could not be enqueued", job.Id);
        }

        try
        {
            await listener.Ended.WaitAsync(wait, time, cancellation);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // The announcement may have been lost: the store knows.
        }

        return await EndOfAsync(job, cancellation.IsCancellationRequested ? CancellationToken.None : cancellation);
    }

    private async Task<GenerationResult> EndOfAsync(GenerationJob job, CancellationToken cancellation)
    {
        var ended = await jobs.FindAsync(job.Id, cancellation);
        return ended switch
        {
            null => new GenerationResult.Refused(Acceptance.NoUser),
            { State: JobState.Queued } => new GenerationResult.StillRunning(job.Id),
            { State: JobState.Failed } => new GenerationResult.Failed(ended.Failure ?? FailureCode.Poisoned),
            _ => await emails.FindAsync(job.UserId, job.Id, cancellation) is { } email
                ? new GenerationResult.Finished(email)
                // Written and deleted again by its owner, on another device, before this request looked.
                : new GenerationResult.StillRunning(job.Id),
        };
    }
}
