using ChaturMail.Core.Storage;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Core.Queue.Embedded;

/// <summary>
/// <see cref="IOutcomeChannel"/> without a broker: within this process an announcement arrives at once, and the jobs that another
/// process ends are found by asking the store.
/// </summary>
/// <param name="askEvery">Time between two questions: short where workers run in other processes.</param>
public sealed class EmbeddedOutcomeChannel(
    IJobStore jobs, TimeProvider time, TimeSpan askEvery, ILogger<EmbeddedOutcomeChannel> log) : OutcomeChannel(jobs, time, askEvery, log)
{
    /// <inheritdoc/>
    public override Task AnnounceAsync(string jobId, CancellationToken cancellation)
    {
        Hear(jobId);
        return Task.CompletedTask;
    }
}
