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
    /// <summary>True when the client reads along while the email is written.</summary>
    public bool IsStreamed { get; init; }

    /// <summary>Tells two requests with one key apart, without keeping their text.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(
        JsonSerializer.SerializeToUtf8Bytes(new[] { Prompt.Id, Subject, Keywords, ToEmail })));
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
        var (job, answer) = await AcceptAsync(user, request, cancellation);
        if (answer is not null) return answer;
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

    /// <summary>
    /// Reserves the coins and writes the job. It is not enqueued: <see cref="FollowAsync"/> does that, so that its end is not missed.
    /// </summary>
    /// <returns>The job, and the answer where there is one already: nothing was accepted, or the job of an earlier request with this key is over.</returns>
    public async Task<(GenerationJob Job, GenerationResult? Answer)> AcceptAsync(User user, GenerationRequest request, CancellationToken cancellation)
    {
        var job = new GenerationJob(
            DocumentId.New(time), user.Uid, request.Prompt.Id, request.Subject, request.Keywords, request.ToEmail, user.Name,
            request.Prompt.Coins, (int)(random() * int.MaxValue), time.GetUtcNow(), Activity.Current?.Id)
        {
            IsStreamed = request.IsStreamed,
        };

        var isNew = true;
        if (request.IdempotencyKey is { } key)
        {
            var claim = await jobs.ClaimKeyAsync(
                user.Uid, key, new KeyClaim(job.Id, request.Fingerprint), time.GetUtcNow() - KeyLifetime, cancellation);
            if (claim.Fingerprint != request.Fingerprint) return (job, new GenerationResult.KeyReused());
            isNew = claim.JobId == job.Id;
            if (!isNew)
            {
                // An earlier request's job. It may be over, or under way, or that request may have died before it was accepted: then
                // what follows does it, and changes nothing otherwise.
                job = job with { Id = claim.JobId };
                using var earlier = Watch(job.UserId, job.Id);
                if (await earlier.FindEndAsync() is { } over and not GenerationResult.Refused) return (job, over);
            }
        }

        // From here on the job belongs to the user: no hang-up may leave coins reserved without it.
        var accepted = await jobs.AcceptAsync(job, CancellationToken.None);
        if (accepted != Acceptance.Accepted) return (job, new GenerationResult.Refused(accepted));
        if (isNew) Telemetry.JobsAccepted.Add(1);
        return (job, null);
    }

    /// <summary>Enqueues an accepted job and watches for its end. To be disposed.</summary>
    public async Task<JobWatch> FollowAsync(GenerationJob job)
    {
        // Opened before the job is enqueued, so that its end is not missed.
        var watch = Watch(job.UserId, job.Id);
        await EnqueueAsync(job.Id);
        return watch;
    }

    /// <summary>Watches a job that a user's earlier request was accepted as, or null when the user has neither that job nor its email. To be disposed.</summary>
    public async Task<JobWatch?> FindAsync(string uid, string jobId, CancellationToken cancellation)
    {
        var job = await jobs.FindAsync(jobId, cancellation);
        if (job is not null && job.UserId != uid) return null;
        // The record of an ended job goes after a while, its email stays until it is deleted.
        if (job is null or { State: JobState.Done } && await emails.FindAsync(uid, jobId, cancellation) is null) return null;
        return Watch(uid, jobId);
    }

    /// <summary>Watches a job of this user's. To be disposed.</summary>
    public JobWatch Watch(string uid, string jobId) => new(uid, jobId, jobs, emails, outcomes);

    private async Task<GenerationResult> WaitAsync(GenerationJob job, TimeSpan wait, CancellationToken cancellation)
    {
        var deadline = time.GetUtcNow() + wait;
        using var watch = await FollowAsync(job);
        while (await HearsAsync(watch, deadline - time.GetUtcNow(), cancellation))
            if (await watch.LookAsync() is { } end) return end;
        return await watch.LeaveAsync();
    }

    private async Task<bool> HearsAsync(JobWatch watch, TimeSpan longest, CancellationToken cancellation)
    {
        if (longest <= TimeSpan.Zero) return false;
        try
        {
            await watch.Heard.WaitAsync(longest, time, cancellation);
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
}
