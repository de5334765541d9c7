using ChaturMail.Core.Queue;
using ChaturMail.Core.Storage;

namespace ChaturMail.Worker;

/// <summary>
/// Puts jobs into the queue that the store holds as queued and the queue may not know: whoever accepted them died before enqueuing
/// them, or the queue lost its data. Enqueuing what is there already does no harm. Removes the records of jobs that ended long ago.
/// </summary>
public sealed class JobSweeper(
    IJobStore jobs, IGenerationQueue queue, WorkerOptions options, TimeProvider time, ILogger<JobSweeper> log) : BackgroundService
{
    // A job as young as this is most likely being enqueued right now.
    private static readonly TimeSpan YoungJob = TimeSpan.FromSeconds(5);
    private const int MostAtOnce = 1000;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.SweepEvery, time);
        do
        {
            try
            {
                foreach (var id in await jobs.ListQueuedAsync(time.GetUtcNow() - YoungJob, MostAtOnce, stoppingToken))
                    await queue.EnqueueAsync(id, stoppingToken);
                await jobs.DeleteEndedAsync(time.GetUtcNow() - options.KeepEnded, MostAtOnce, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogWarning(e, "The sweep of queued jobs failed; the next one tries again");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
