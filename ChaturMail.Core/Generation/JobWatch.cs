using ChaturMail.Core.Queue;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Generation;

/// <summary>Watches one job for its end, on behalf of a request of its user. To be disposed.</summary>
public sealed class JobWatch(string uid, string jobId, IJobStore jobs, IEmailStore emails, IOutcomeChannel outcomes) : IDisposable
{
    private IOutcomeListener _listener = outcomes.Listen(jobId);

    /// <summary>The job.</summary>
    public string JobId => jobId;

    /// <summary>Completes when the job may have ended: see <see cref="LookAsync"/>.</summary>
    public Task Heard => _listener.Ended;

    /// <summary>What became of the job; null while it is queued, and then <see cref="Heard"/> is a new one.</summary>
    public Task<GenerationResult?> LookAsync()
    {
        // An announcement may come for nothing. Listening again before looking leaves no gap for a real one.
        _listener.Dispose();
        _listener = outcomes.Listen(jobId);
        return FindEndAsync();
    }

    /// <summary>
    /// To be called when nobody waits from here on, so that whoever ends the job notifies the user. Gives the job's end where that came first.
    /// </summary>
    public async Task<GenerationResult> LeaveAsync()
    {
        // Only a queued job can be marked for that: when it is not, the announcement was lost or is on its way, and there is an answer
        // to give after all.
        if (await jobs.RequestNotificationAsync(jobId, CancellationToken.None)) return new GenerationResult.StillRunning(jobId);
        return await FindEndAsync() ?? new GenerationResult.StillRunning(jobId);
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    // Null while the job is queued. Not cancelled: it is a look at what has been paid for.
    internal async Task<GenerationResult?> FindEndAsync() => await jobs.FindAsync(jobId, CancellationToken.None) switch
    {
        { State: JobState.Queued } => null,
        { State: JobState.Failed, Failure: var code } => new GenerationResult.Failed(code ?? FailureCode.Poisoned, jobId),
        var job => await emails.FindAsync(uid, jobId, CancellationToken.None) is { } email
            ? new GenerationResult.Finished(email)
            // Written, and deleted by its owner on another device before this request looked; or the user is gone.
            : job is null ? new GenerationResult.Refused(Acceptance.NoUser) : new GenerationResult.StillRunning(jobId),
    };
}
