using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Prompts;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Storage;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Core.Generation;

/// <summary>What a user asks for. The fields are checked: not empty, within their limits.</summary>
/// <param name="IdempotencyKey">
/// With it the request may be sent again: the first one is carried out, and all get its answer. Null for none.
/// </param>
public sealed record GenerationRequest(PromptTemplate Prompt, string Subject, string Keywords, string ToEmail, string? IdempotencyKey = null)
{
    /// <summary>What is asked beyond the fields above.</summary>
    public EmailOptions Options { get; init; } = EmailOptions.None;

    /// <summary>Tells two requests with one key apart, without keeping their text.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
        new[] { Prompt.Id, Subject, Keywords, ToEmail }.Concat(StoreJson.Write(Options, EmailOptions.None) is { } options ? [options] : []))));
}

/// <summary>What became of a request within the time that it may wait.</summary>
public abstract record GenerationResult
{
    private GenerationResult() { }

    /// <summary>The email is in the history.</summary>
    public sealed record Finished(StoredEmail Email) : GenerationResult;

    /// <summary>Accepted and paid; the email appears in the history under this id.</summary>
    public sealed record StillRunning(string Id) : GenerationResult;

    /// <summary>The idempotency key was used for another request; nothing was charged.</summary>
    public sealed record KeyReused : GenerationResult;

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
    /// <summary>How long an idempotency key is kept at least.</summary>
    public static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(24);

    /// <summary>
    /// Reserves the coins, writes the job, enqueues it, and waits at most <paramref name="wait"/> for its end.
    /// </summary>
    /// <param name="cancellation">Ends the waiting, not the job: a client that hangs up finds its email in the history.</param>
    public async Task<GenerationResult> GenerateAsync(User user, GenerationRequest request, TimeSpan wait, CancellationToken cancellation)
    {
        var job = new GenerationJob(
            DocumentId.New(time), user.Uid, request.Prompt.Id, request.Subject, request.Keywords, request.ToEmail, user.Name,
            request.Prompt.Coins, (int)(random() * int.MaxValue), time.GetUtcNow(), Activity.Current?.Id)
        {
            Options = request.Options,
        };

        var isNew = true;
        if (request.IdempotencyKey is { } key)
        {
            var claim = await jobs.ClaimKeyAsync(
                user.Uid, key, new KeyClaim(job.Id, request.Fingerprint), time.GetUtcNow() - KeyLifetime, cancellation);
            if (claim.Fingerprint != request.Fingerprint) return new GenerationResult.KeyReused();
            isNew = claim.JobId == job.Id;
            if (!isNew)
            {
                // An earlier request's job. It may be over, or under way, or that request may have died before it was accepted: then
                // what follows does it, and changes nothing otherwise.
                job = job with { Id = claim.JobId };
                if (await EndOfAsync(job) is { } over and not GenerationResult.Refused) return over;
            }
        }

        // From here on the job belongs to the user: no hang-up may leave coins reserved without it.
        var accepted = await jobs.AcceptAsync(job, CancellationToken.None);
        if (accepted != Acceptance.Accepted) return new GenerationResult.Refused(accepted);
        if (isNew) Telemetry.JobsAccepted.Add(1);
        try
        {
            return await WaitAsync(job, wait, cancellation);
        }
        catch (Exception e)
        {
            // It is paid for and goes on. "Try again" would be an invitation to pay twice.
            log.LogFault(e, $"Job {job.Id} was accepted and could not be waited for");
            return new GenerationResult.StillRunning(job.Id);
        }
    }

    private async Task<GenerationResult> WaitAsync(GenerationJob job, TimeSpan wait, CancellationToken cancellation)
    {
        var deadline = time.GetUtcNow() + wait;
        var listener = outcomes.Listen(job.Id);
        try
        {
            await EnqueueAsync(job.Id);
            while (await HearsAsync(listener, deadline - time.GetUtcNow(), cancellation))
            {
                // An announcement may come for nothing. Listening again before looking leaves no gap for a real one.
                listener.Dispose();
                listener = outcomes.Listen(job.Id);
                if (await EndOfAsync(job) is { } end) return end;
            }
        }
        finally
        {
            listener.Dispose();
        }

        // Nobody waits from here on, so whoever ends the job notifies the user. Only a queued job can be marked for that: when it is
        // not, the announcement was lost or is on its way, and there is an answer to give after all.
        if (await jobs.RequestNotificationAsync(job.Id, CancellationToken.None)) return new GenerationResult.StillRunning(job.Id);
        return await EndOfAsync(job) ?? new GenerationResult.StillRunning(job.Id);
    }

    private async Task<bool> HearsAsync(IOutcomeListener listener, TimeSpan longest, CancellationToken cancellation)
    {
        if (longest <= TimeSpan.Zero) return false;
        try
        {
            await listener.Ended.WaitAsync(longest, time, cancellation);
            return true;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task EnqueueAsync(string jobId)
    {
        using var span = Telemetry.Source.StartActivity("enqueue email", ActivityKind.Producer);
        try
        {
            await queue.EnqueueAsync(jobId, CancellationToken.None);
        }
        catch (Exception e)
        {
            // The job is written; the sweep puts it into the queue when that works again.
            log.LogFault(e, $"Job {jobId} could not be enqueued");
        }
    }

    // Null while the job is queued. Not cancelled: it is a look at what has been paid for.
    private async Task<GenerationResult?> EndOfAsync(GenerationJob job) => await jobs.FindAsync(job.Id, CancellationToken.None) switch
    {
        null => new GenerationResult.Refused(Acceptance.NoUser),
        { State: JobState.Queued } => null,
        { State: JobState.Failed, Failure: var code } => new GenerationResult.Failed(code ?? FailureCode.Poisoned),
        _ => await emails.FindAsync(job.UserId, job.Id, CancellationToken.None) is { } email
            ? new GenerationResult.Finished(email)
            // Written, and deleted by its owner on another device before this request looked.
            : new GenerationResult.StillRunning(job.Id),
    };
}
