using ChaturMail.Core;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Workspaces;

namespace ChaturMail.Worker;

/// <summary>
/// Puts jobs into the queue that the store holds as queued and the queue may not know: whoever accepted them died before enqueuing
/// them, or the queue lost its data. Enqueuing what is there already does no harm. Finishes what dying processes left half done in the
/// store, removes the records of jobs that ended long ago and everything else that is kept for a while only, and runs the areas' own steps.
/// </summary>
public sealed class JobSweeper(
    IJobStore jobs, IGenerationQueue queue, WorkerOptions options, TimeProvider time, ILogger<JobSweeper> log,
    Retention? retention = null, IEnumerable<ISweepStep>? steps = null) : BackgroundService
{
    // A job as young as this is most likely being enqueued right now.
    private static readonly TimeSpan YoungJob = TimeSpan.FromSeconds(5);

    // What is half done for longer than this was left by a process that died; a step takes milliseconds.
    private static readonly TimeSpan LeftBehind = TimeSpan.FromMinutes(1);

    private const int MostQueued = 10_000;
    private const int MostDeletedAtOnce = 1000;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.SweepEvery, time);
        do
        {
            // One that fails, in every round perhaps, must not keep the others from their work.
            await TryAsync(RepairAsync, stoppingToken);
            await TryAsync(EnqueueAsync, stoppingToken);
            await TryAsync(DeleteOldAsync, stoppingToken);
            foreach (var step in retention?.Steps() ?? []) await TryAsync(step, stoppingToken);
            foreach (var step in steps ?? []) await TryAsync(step.RunAsync, stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task TryAsync(Func<CancellationToken, Task> step, CancellationToken stoppingToken)
    {
        try
        {
            await step(stoppingToken);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            log.LogFault(e, "The sweep of queued jobs failed; the next one tries again");
        }
    }

    private Task RepairAsync(CancellationToken cancellation) => jobs.RepairAsync(time.GetUtcNow() - LeftBehind, cancellation);

    private async Task EnqueueAsync(CancellationToken cancellation)
    {
        foreach (var id in await jobs.ListQueuedAsync(time.GetUtcNow() - YoungJob, MostQueued, cancellation))
            await queue.EnqueueAsync(id, cancellation);
    }

    private async Task DeleteOldAsync(CancellationToken cancellation)
    {
        // In small portions, so that nobody waits long for the store.
        while (await jobs.DeleteEndedAsync(time.GetUtcNow() - options.KeepEnded, MostDeletedAtOnce, cancellation) == MostDeletedAtOnce)
        {
        }
    }
}
