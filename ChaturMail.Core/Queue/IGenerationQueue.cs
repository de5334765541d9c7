using ChaturMail.Core.Emails;

namespace ChaturMail.Core.Queue;

/// <summary>
/// Hands the ids of jobs to workers, at least once each. An entry that was taken and neither acknowledged nor extended within
/// the lease is given to the next who asks. The store holds the jobs; the queue may lose everything and be filled again from it.
/// </summary>
public interface IGenerationQueue
{
    /// <summary>Puts a job's id into the queue. One that is in it already stays once.</summary>
    Task EnqueueAsync(string jobId, CancellationToken cancellation);

    /// <summary>
    /// Takes up to <paramref name="most"/> entries, oldest first, and holds them for the lease. Waits until there is at least one.
    /// </summary>
    Task<IReadOnlyList<QueueEntry>> TakeAsync(int most, CancellationToken cancellation);

    /// <summary>Prolongs the lease of entries whose jobs still run. Those that were lost meanwhile are left out in silence.</summary>
    Task ExtendAsync(IReadOnlyCollection<QueueEntry> entries, CancellationToken cancellation);

    /// <summary>True while the entry is in its taker's hands: nobody else has taken it since, and it has not been given back.</summary>
    Task<bool> HoldsAsync(QueueEntry entry, CancellationToken cancellation);

    /// <summary>Removes an entry whose job's outcome is saved. Does nothing when another holds it by now.</summary>
    Task AcknowledgeAsync(QueueEntry entry, CancellationToken cancellation);

    /// <summary>Gives an entry back for another attempt, not before <paramref name="delay"/> has passed.</summary>
    Task RetryAsync(QueueEntry entry, TimeSpan delay, CancellationToken cancellation);

    /// <summary>Gives an entry back untouched, e.g. at shutdown: at once, and the attempt does not count.</summary>
    Task ReleaseAsync(QueueEntry entry, CancellationToken cancellation);

    /// <summary>Moves an entry whose job failed for good to the dead letters.</summary>
    /// <param name="reason">Why, for whoever looks at it; no text of the user's.</param>
    Task BuryAsync(QueueEntry entry, string reason, CancellationToken cancellation);

    /// <summary>The dead letters, newest first.</summary>
    Task<IReadOnlyList<DeadLetter>> ListDeadAsync(int limit, CancellationToken cancellation);

    /// <summary>A page of the dead letters, newest first.</summary>
    /// <param name="after">The <see cref="DeadLetter.Place"/> of the last one of the page before, which may be gone by now; null for the newest.</param>
    Task<IReadOnlyList<DeadLetter>> ListDeadAsync(int limit, EmailCursor? after, CancellationToken cancellation);

    /// <summary>The newest dead letter of a job, or null.</summary>
    Task<DeadLetter?> FindDeadAsync(string jobId, CancellationToken cancellation);

    /// <summary>Removes the dead letters of a job. False when there is none.</summary>
    Task<bool> DropDeadAsync(string jobId, CancellationToken cancellation);

    /// <summary>Removes this dead letter, and no later one of the same job. False when it is gone.</summary>
    Task<bool> DropDeadAsync(DeadLetter letter, CancellationToken cancellation);

    /// <summary>How full the queue is.</summary>
    Task<QueueDepth> MeasureAsync(CancellationToken cancellation);

    /// <summary>True for an exception by which a method says that the queue cannot be reached. One that lives in the store fails as the store does.</summary>
    bool IsOutage(Exception fault) => false;
}

/// <summary>A job in a worker's hands.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Attempt">1 for the first time that it was taken.</param>
public sealed record QueueEntry(string JobId, int Attempt);

/// <summary>A job that was given up.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Reason">Why.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="FirstTriedAt">When it was first taken; when it was given up, where that is not known.</param>
/// <param name="BuriedAt">When it was given up.</param>
/// <param name="Place">Where it stands among the dead letters of its queue, which alone can read it.</param>
public sealed record DeadLetter(
    string JobId, string Reason, int Attempts, DateTimeOffset FirstTriedAt, DateTimeOffset BuriedAt, EmailCursor Place);

/// <summary>How full a queue is.</summary>
/// <param name="Waiting">Entries to be taken, now or after their delay.</param>
/// <param name="Held">Entries in workers' hands.</param>
/// <param name="Dead">Dead letters.</param>
/// <param name="Delayed">Of those that wait, the ones whose delay is not over.</param>
/// <param name="Oldest">For how long the entry that waits longest could have been taken; nothing when none could.</param>
public sealed record QueueDepth(int Waiting, int Held, int Dead, int Delayed, TimeSpan Oldest);
