using System.Diagnostics;
using System.Globalization;
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
    /// <summary>What is asked beyond these fields.</summary>
    public EmailOptions Options { get; init; } = EmailOptions.None;

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
    IJobStore jobs, IEmailStore emails, IGenerationQueue queue, IOutcomeChannel outcomes, TimeProvider time,
    Func<double> random, ILogger<GenerationService> log)
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
        var first = DocumentId.New(time);
        var isNew = true;
        if (request.IdempotencyKey is { } key)
        {
            var claim = await jobs.ClaimKeyAsync(
                user.Uid, key, new KeyClaim(first, request.Fingerprint), time.GetUtcNow() - KeyLifetime, cancellation);
            if (claim.Fingerprint != request.Fingerprint) return [new GenerationResult.KeyReused()];
            isNew = claim.JobId == first;
            first = claim.JobId;
            // An earlier request's jobs. They may be over, or under way, or that request may have died before they were accepted: then
            // what follows does it, and changes nothing otherwise.
            if (!isNew && await EndsOfAsync(user.Uid, first, request.Variants) is { } over) return over;
        }

        var written = await JobsOfAsync(user, request, first, cancellation);
        // From here on the jobs belong to the user: no hang-up may leave coins reserved without them.
        var accepted = await jobs.AcceptAsync(written, CancellationToken.None);
        if (accepted != Acceptance.Accepted) return [new GenerationResult.Refused(accepted)];
        if (isNew) Telemetry.JobsAccepted.Add(written.Count);
        var deadline = time.GetUtcNow() + wait;
        return await Task.WhenAll(written.Select(job => WaitOrLeaveAsync(job, deadline, cancellation)));
    }

    private async Task<IReadOnlyList<GenerationJob>> JobsOfAsync(User user, GenerationRequest request, string first, CancellationToken cancellation)
    {
        var version = EmailVersion.First;
        if (request.Parent is { } parent)
        {
            var root = parent.Version.RootId ?? parent.Id;
            version = new EmailVersion(await emails.TakeVersionsAsync(user.Uid, root, request.Variants, cancellation), parent.Id, root);
        }

        var now = time.GetUtcNow();
        return [.. Enumerable.Range(0, request.Variants).Select(variant => new GenerationJob(
            DocumentId.Variant(first, variant), user.Uid, request.Prompt.Id, request.Subject, request.Keywords, request.ToEmail, user.Name,
            request.Prompt.Coins, (int)(random() * int.MaxValue), now, Activity.Current?.Id)
        {
            Options = request.Options,
            Rewrite = request.Rewrite,
            // The variants of a new email are firsts of chains of their own.
            Version = request.Parent is null ? version : version with { Number = version.Number + variant },
        })];
    }

    // The ends of all, or null while one is queued, or was never accepted.
    private async Task<IReadOnlyList<GenerationResult>?> EndsOfAsync(string uid, string first, int variants)
    {
        var ends = new List<GenerationResult>(variants);
        for (var variant = 0; variant < variants; variant++)
        {
            var end = await EndOfAsync(uid, DocumentId.Variant(first, variant));
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
        var listener = outcomes.Listen(job.Id);
        try
        {
            await EnqueueAsync(job.Id);
            while (await HearsAsync(listener, deadline - time.GetUtcNow(), cancellation))
            {
                // An announcement may come for nothing. Listening again before looking leaves no gap for a real one.
                listener.Dispose();
                listener = outcomes.Listen(job.Id);
                if (await EndOfAsync(job.UserId, job.Id) is { } end) return end;
            }
        }
        finally
        {
            listener.Dispose();
        }

        // Nobody waits from here on, so whoever ends the job notifies the user. Only a queued job can be marked for that: when it is
        // not, the announcement was lost or is on its way, and there is an answer to give after all.
        if (await jobs.RequestNotificationAsync(job.Id, CancellationToken.None)) return new GenerationResult.StillRunning(job.Id);
        return await EndOfAsync(job.UserId, job.Id) ?? new GenerationResult.StillRunning(job.Id);
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
    private async Task<GenerationResult?> EndOfAsync(string uid, string id) => await jobs.FindAsync(id, CancellationToken.None) switch
    {
        null => new GenerationResult.Refused(Acceptance.NoUser),
        { State: JobState.Queued } => null,
        { State: JobState.Failed, Failure: var code } => new GenerationResult.Failed(code ?? FailureCode.Poisoned, id),
        _ => await emails.FindAsync(uid, id, CancellationToken.None) is { } email
            ? new GenerationResult.Finished(email)
            // Written, and deleted by its owner on another device before this request looked.
            : new GenerationResult.StillRunning(id),
    };
}
