using ChaturMail.Core.Prompts;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Generation;

/// <summary>Tries jobs again that were given up. What the command line and the operators' routes do is this.</summary>
/// <param name="prompts">With them a job whose template is gone is not tried: it could only fail again. Null where they are not at hand.</param>
public sealed class DeadLetters(IJobStore jobs, IGenerationQueue queue, PromptLibrary? prompts = null)
{
    /// <summary>
    /// Reserves the job's coins again, puts it into the queue, and removes its newest dead letter. When it cannot be tried, nothing is
    /// changed. Of any number of calls at once one reserves, and all say that it is queued. A job without a letter is tried as well.
    /// </summary>
    public async Task<JobRetry> RetryAsync(string jobId, CancellationToken cancellation)
    {
        // Looked up first: a job that fails again at once has another letter, which must stay.
        var letter = await queue.FindDeadAsync(jobId, cancellation);
        if (await jobs.FindAsync(jobId, cancellation) is not { } job) return JobRetry.JobIsGone;
        if (job.State == JobState.Done) return JobRetry.IsDone;
        if (prompts is not null && await prompts.FindAsync(job.UserId, job.PromptId, cancellation) is null) return JobRetry.PromptIsGone;
        switch (await jobs.ReopenAsync(jobId, cancellation))
        {
            case Acceptance.InsufficientCoins:
                return JobRetry.InsufficientCoins;
            case Acceptance.NoUser:
                return JobRetry.UserIsGone;
        }

        // Enqueued before the letter is dropped: a crash in between leaves both, and trying again does no harm.
        await queue.EnqueueAsync(jobId, cancellation);
        if (letter is not null) await queue.DropDeadAsync(letter, cancellation);
        return JobRetry.Queued;
    }
}

/// <summary>What came of trying a job again.</summary>
public enum JobRetry
{
    /// <summary>Its coins are reserved and it is in the queue.</summary>
    Queued,

    /// <summary>There is no record of it any more: it is old, or its user was erased.</summary>
    JobIsGone,

    /// <summary>It was tried again before, and its email is written.</summary>
    IsDone,

    /// <summary>Its template is not on this server any more, or its user deleted the prompt.</summary>
    PromptIsGone,

    /// <summary>Its user is gone or disabled.</summary>
    UserIsGone,

    /// <summary>Its user has fewer coins than it costs.</summary>
    InsufficientCoins,
}
