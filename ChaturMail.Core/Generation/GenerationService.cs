using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Coins;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Parties;
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
    /// <summary>What is asked beyond these fields.</summary>
    public EmailOptions Options { get; init; } = EmailOptions.None;

    /// <summary>True when the client reads along while the email is written.</summary>
    public bool IsStreamed { get; init; }

    /// <summary>Emails to write, 1 to <see cref="DocumentId.Variants"/>, each of which is paid for.</summary>
    public int Variants { get; init; } = 1;

    /// <summary>The email that this becomes another version of, or null for a new one.</summary>
    public StoredEmail? Parent { get; init; }

    /// <summary>What to change of the parent's text; null to write anew.</summary>
    public Rewrite? Rewrite { get; init; }

    /// <summary>
    /// The request as its client sent it, where that is less than what is asked: the rest comes from an email that may change before the
    /// request is sent again. Null where the fields say all.
    /// </summary>
    public string? AskedAs { get; init; }

    /// <summary>
    /// Tells two requests with one key apart, without keeping their text. That of a request for the four fields alone never changes: keys
    /// in the field are bound to it.
    /// </summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(Identity())));

    private string?[] Identity()
    {
        if (AskedAs is not null) return ["version of", AskedAs];
        string?[] fields = [Prompt.Id, Subject, Keywords, ToEmail];
        return Options == EmailOptions.None && Variants == 1
            ? fields : [.. fields, StoreJson.Write(Options, EmailOptions.None), Variants.ToString(CultureInfo.InvariantCulture)];
    }
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
    /// <param name="Id">The id that its email would have had.</param>
    public sealed record Failed(string Code, string Id) : GenerationResult;
}

/// <summary>Takes a request, makes a job of each variant and waits for their end. The work itself is done by whoever drains the queue.</summary>
public sealed class GenerationService(
    IJobStore jobs, IEmailStore emails, IGenerationQueue queue, IOutcomeChannel outcomes, DailyCoins daily, TimeProvider time,
    Func<double> random, ILogger<GenerationService> log, SharedPrompts? shared = null)
{
    /// <summary>How long an idempotency key is kept at least.</summary>
    public static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(24);

    /// <summary>
    /// Reserves the coins, writes the jobs, enqueues them, and waits at most <paramref name="wait"/> for their end.
    /// </summary>
    /// <param name="cancellation">Ends the waiting, not the jobs: a client that hangs up finds its emails in the history.</param>
    /// <returns>
    /// The result of each variant, in order; one <see cref="GenerationResult.Refused"/> or <see cref="GenerationResult.KeyReused"/> when the
    /// request as a whole was not accepted.
    /// </returns>
    public async Task<IReadOnlyList<GenerationResult>> GenerateAsync(User user, GenerationRequest request, TimeSpan wait, CancellationToken cancellation)
    {
        var (accepted, answer) = await AcceptAsync(user, request, cancellation);
        if (answer is not null) return answer;
        var deadline = time.GetUtcNow() + wait;
        return await Task.WhenAll(accepted.Select(job => WaitOrLeaveAsync(job, deadline, cancellation)));
    }

    /// <summary>
    /// Reserves the coins and writes the jobs. They are not enqueued: <see cref="FollowAsync"/> does that, so that no end is missed.
    /// </summary>
    /// <returns>The jobs, and the answer where there is one already: nothing was accepted, or the jobs of an earlier request with this key are over.</returns>
    public async Task<(IReadOnlyList<GenerationJob> Jobs, IReadOnlyList<GenerationResult>? Answer)> AcceptAsync(
        User user, GenerationRequest request, CancellationToken cancellation)
    {
        var first = DocumentId.New(time);
        var isNew = true;
        IReadOnlyList<GenerationResult>? over = null;
        if (request.IdempotencyKey is { } key)
        {
            var claim = await jobs.ClaimKeyAsync(
                user.Uid, key, new KeyClaim(first, request.Fingerprint), time.GetUtcNow() - KeyLifetime, cancellation);
            if (claim.Fingerprint != request.Fingerprint) return ([], [new GenerationResult.KeyReused()]);
            isNew = claim.JobId == first;
            first = claim.JobId;
            // An earlier request's jobs. They may be over, or under way, or that request may have died before they were accepted: then
            // what follows does it, and changes nothing otherwise.
            if (!isNew) over = await EndsOfAsync(user.Uid, first, request.Variants);
        }

        // An email outlives the share of the prompt that it is written with: its gallery is to name it still.
        if (shared is not null && request.Prompt.Sharing is not null) await shared.RememberAsync(user.Uid, request.Prompt, cancellation);
        var written = await JobsOfAsync(user, request, first, isNew, cancellation);
        if (over is not null) return (written, over);
        // From here on the jobs belong to the user: no hang-up may leave coins reserved without them.
        var accepted = await jobs.AcceptAsync(written, CancellationToken.None);
        // Before they are sent away, they get the coins of a day on which they have not been seen yet.
        if (accepted == Acceptance.InsufficientCoins && await daily.GiveAsync(user.Uid, CancellationToken.None) > 0)
            accepted = await jobs.AcceptAsync(written, CancellationToken.None);
        if (accepted != Acceptance.Accepted) return (written, [new GenerationResult.Refused(accepted)]);
        if (isNew) Telemetry.JobsAccepted.Add(written.Count);
        return (written, null);
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

    private async Task<IReadOnlyList<GenerationJob>> JobsOfAsync(
        User user, GenerationRequest request, string first, bool isNew, CancellationToken cancellation)
    {
        var version = await VersionOfAsync(user.Uid, request, first, isNew, cancellation);
        var now = time.GetUtcNow();
        return [.. Enumerable.Range(0, request.Variants).Select(variant => new GenerationJob(
            DocumentId.Variant(first, variant), user.Uid, request.Prompt.Id, request.Subject, request.Keywords, request.ToEmail, user.Name,
            request.Prompt.Coins, (int)(random() * int.MaxValue), now, Activity.Current?.Id)
        {
            Options = request.Options,
            Rewrite = request.Rewrite,
            IsStreamed = request.IsStreamed,
            // The variants of a new email are firsts of chains of their own.
            Version = request.Parent is null ? version : version with { Number = version.Number + variant },
        })];
    }

    private async Task<EmailVersion> VersionOfAsync(string uid, GenerationRequest request, string first, bool isNew, CancellationToken cancellation)
    {
        if (request.Parent is not { } parent) return EmailVersion.First;
        // A request that is sent again has its number: another one would be taken for nothing.
        if (!isNew && await jobs.FindAsync(first, cancellation) is { } job) return job.Version;
        var root = parent.Version.RootId ?? parent.Id;
        return new EmailVersion(await emails.TakeVersionsAsync(uid, root, request.Variants, cancellation), parent.Id, root);
    }

    // The ends of all, or null while one is queued, or was never accepted.
    private async Task<IReadOnlyList<GenerationResult>?> EndsOfAsync(string uid, string first, int variants)
    {
        var ends = new List<GenerationResult>(variants);
        for (var variant = 0; variant < variants; variant++)
        {
            using var watch = Watch(uid, DocumentId.Variant(first, variant));
            var end = await watch.FindEndAsync();
            if (end is null or GenerationResult.Refused) return null;
            ends.Add(end);
        }

        return ends;
    }

    private async Task<GenerationResult> WaitOrLeaveAsync(GenerationJob job, DateTimeOffset deadline, CancellationToken cancellation)
    {
        try
        {
            return await WaitAsync(job, deadline, cancellation);
        }
        catch (Exception e)
        {
            // It is paid for and goes on. "Try again" would be an invitation to pay twice.
            log.LogFault(e, $"Job {job.Id} was accepted and could not be waited for");
            return new GenerationResult.StillRunning(job.Id);
        }
    }

    private async Task<GenerationResult> WaitAsync(GenerationJob job, DateTimeOffset deadline, CancellationToken cancellation)
    {
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
