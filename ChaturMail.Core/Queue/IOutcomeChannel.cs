namespace ChaturMail.Core.Queue;

/// <summary>
/// Tells a waiting request that its job has ended, whichever process ran it. A hint, not the record: an announcement may be lost or
/// come for nothing, so whoever hears it looks into the store.
/// </summary>
public interface IOutcomeChannel
{
    /// <summary>Announces that a job has ended.</summary>
    Task AnnounceAsync(string jobId, CancellationToken cancellation);

    /// <summary>Listens for one job until disposed. To be opened before the job is enqueued, so that nothing is missed.</summary>
    IOutcomeListener Listen(string jobId);
}

/// <summary>Listens for the end of one job.</summary>
public interface IOutcomeListener : IDisposable
{
    /// <summary>Completes at the first announcement.</summary>
    Task Ended { get; }
}
