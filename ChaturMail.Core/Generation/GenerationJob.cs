using ChaturMail.Core.Emails;

namespace ChaturMail.Core.Generation;

/// <summary>One paid request for an email, from its acceptance to its end. The store's copy is the record.</summary>
/// <param name="Id">The job's id, and that of the email it becomes: what makes every step repeatable.</param>
/// <param name="UserId">Uid of the user who pays and receives.</param>
/// <param name="PromptId">Template.</param>
/// <param name="Subject">Subject as typed; empty once the job is done, for the email holds it.</param>
/// <param name="Keywords">Keywords as typed; empty once the job is done.</param>
/// <param name="ToEmail">Recipient; empty once the job is done.</param>
/// <param name="SenderName">Name to sign with, or an empty string.</param>
/// <param name="Coins">Coins reserved for it.</param>
/// <param name="Seed">Lets one request give another text when it is made again.</param>
/// <param name="AcceptedAt">When it was accepted.</param>
/// <param name="TraceParent">W3C trace context of the request, or null.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Failure">A <see cref="FailureCode"/> once it failed, else null.</param>
public sealed record GenerationJob(
    string Id, string UserId, string PromptId, string Subject, string Keywords, string ToEmail, string SenderName,
    int Coins, int Seed, DateTimeOffset AcceptedAt, string? TraceParent = null, JobState State = JobState.Queued, string? Failure = null)
{
    /// <summary>What was asked beyond subject, keywords and recipient; none once the job is done.</summary>
    public EmailOptions Options { get; init; } = EmailOptions.None;

    /// <summary>Place of the email in its chain of versions.</summary>
    public EmailVersion Version { get; init; } = EmailVersion.First;

    /// <summary>The change of an earlier email that is asked for, or null; null once the job is done.</summary>
    public Rewrite? Rewrite { get; init; }

    /// <summary>True when a client reads along, so that the worker passes the text on as it comes.</summary>
    public bool IsStreamed { get; init; }
}

/// <summary>Where a job stands. <c>Queued</c> covers waiting, running and waiting for another try: the queue knows which.</summary>
public enum JobState
{
    /// <summary>Accepted, coins reserved, not ended.</summary>
    Queued = 0,

    /// <summary>The email is in the history, the coins are spent.</summary>
    Done = 1,

    /// <summary>Given up, the coins are back.</summary>
    Failed = 2,
}

/// <summary>Stable codes for why a job failed for good.</summary>
public static class FailureCode
{
    /// <summary>The model did not answer in time, again and again, or only with errors.</summary>
    public const string ModelUnavailable = "model_unavailable";

    /// <summary>The model refused this request.</summary>
    public const string RequestRefused = "request_refused";

    /// <summary>What the model wrote, more than once, is no email that may be sent: it leaks, links or addresses what the user did not give.</summary>
    public const string AnswerRejected = "answer_rejected";

    /// <summary>The moderation refuses the request or its answer.</summary>
    public const string ContentFlagged = "content_flagged";

    /// <summary>No model of this server can do what is asked, e.g. translate.</summary>
    public const string NotSupported = "not_supported";

    /// <summary>A daily budget for model calls is spent.</summary>
    public const string BudgetExceeded = "budget_exceeded";

    /// <summary>The template named by the job is not on this server any more.</summary>
    public const string UnknownPrompt = "unknown_prompt";

    /// <summary>The job ended its worker, or its run an exception, on every attempt.</summary>
    public const string Poisoned = "generation_failed";
}
