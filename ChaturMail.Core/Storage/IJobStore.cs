using ChaturMail.Core.Generation;
using ChaturMail.Core.Language;

namespace ChaturMail.Core.Storage;

/// <summary>
/// Jobs with their coins, the entries of the ledger for them (<see cref="ICoinLedger"/>), and the email they become. Each method may be interrupted and called again with the same job,
/// by any process: the effect is that of one call. That is what keeps a paid generation from being lost or charged twice.
/// </summary>
public interface IJobStore
{
    /// <summary>
    /// Reserves the coins of one user's jobs and writes the jobs: all of them or none. Coins never go below zero, however many calls run
    /// at once.
    /// </summary>
    /// <param name="jobs">The variants of one request, at least one. The first one's id stands for all: a call is repeated with the same.</param>
    Task<Acceptance> AcceptAsync(IReadOnlyList<GenerationJob> jobs, CancellationToken cancellation);

    /// <summary>As <see cref="AcceptAsync(IReadOnlyList{GenerationJob}, CancellationToken)"/>, for a request without variants.</summary>
    Task<Acceptance> AcceptAsync(GenerationJob job, CancellationToken cancellation) => AcceptAsync([job], cancellation);

    /// <summary>
    /// Binds a user's idempotency key to a job, unless it is bound already, and gives the binding that holds: the first one, of however
    /// many calls come at once. For a user who is gone nothing is kept.
    /// </summary>
    /// <param name="key">The client's key, which is this user's alone.</param>
    /// <param name="claim">The job that the key shall stand for, which need not be accepted yet.</param>
    /// <param name="forgetBefore">A binding made before this moment does not count any more.</param>
    Task<KeyClaim> ClaimKeyAsync(string uid, string key, KeyClaim claim, DateTimeOffset forgetBefore, CancellationToken cancellation);

    /// <summary>The job, or null when it never was, or its user was erased.</summary>
    Task<GenerationJob?> FindAsync(string id, CancellationToken cancellation);

    /// <summary>
    /// Ends a queued job well: its email goes to the history under the job's id, the reserved coins count as used.
    /// Does nothing when the job has ended already or is gone.
    /// </summary>
    /// <param name="answer">What the model wrote, its text cleaned.</param>
    /// <returns>True when this call ended the job and its user is to be notified; of however many calls, one.</returns>
    Task<bool> CompleteAsync(GenerationJob job, ModelAnswer.Written answer, CancellationToken cancellation);

    /// <summary>Ends a queued job badly: the reserved coins go back. Does nothing when the job has ended already or is gone.</summary>
    /// <param name="failure">A <see cref="FailureCode"/>.</param>
    /// <returns>True when this call ended the job and its user is to be notified; of however many calls, one.</returns>
    Task<bool> FailAsync(string id, string failure, CancellationToken cancellation);

    /// <summary>
    /// Notes on a queued job that nobody waits for it any more, so that whoever ends it notifies its user. False when the job has ended
    /// already or is gone: then there is nothing to wait for.
    /// </summary>
    Task<bool> RequestNotificationAsync(string id, CancellationToken cancellation);

    /// <summary>
    /// Opens a failed job again, for its dead letter to be tried once more: its coins are reserved again and it is queued. Nobody waits for
    /// it any more, so its user is to be notified of its end. They may have spent the coins meanwhile. A job that is queued already counts as opened; one that is done or gone is <see cref="Acceptance.NoUser"/>.
    /// </summary>
    Task<Acceptance> ReopenAsync(string id, CancellationToken cancellation);

    /// <summary>Ids of queued jobs that were accepted before a moment, oldest first: what a queue that lost its data must be told again.</summary>
    Task<IReadOnlyList<string>> ListQueuedAsync(DateTimeOffset acceptedBefore, int limit, CancellationToken cancellation);

    /// <summary>Of these jobs, those that have ended or are gone.</summary>
    Task<IReadOnlyList<string>> ListEndedAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation);

    /// <summary>
    /// Finishes what processes that died before a moment left half done, in stores that need several steps for one change. To be called
    /// now and then, by any number of processes.
    /// </summary>
    Task RepairAsync(DateTimeOffset before, CancellationToken cancellation);

    /// <summary>
    /// Removes up to <paramref name="limit"/> jobs that ended before a moment and as many keys that were claimed before it, and gives the
    /// number of jobs. Emails stay.
    /// </summary>
    Task<int> DeleteEndedAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellation);
}

/// <summary>What an idempotency key stands for.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Fingerprint">Tells whether another request with the key asks for the same.</param>
public sealed record KeyClaim(string JobId, string Fingerprint);

/// <summary>What came of asking for a job to be accepted.</summary>
public enum Acceptance
{
    /// <summary>The coins are reserved and the job is written.</summary>
    Accepted,

    /// <summary>The user has fewer coins than the job costs.</summary>
    InsufficientCoins,

    /// <summary>There is no such user, or they are disabled.</summary>
    NoUser,
}
