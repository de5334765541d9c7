using System.Collections.Concurrent;
using ChaturMail.Core;
using ChaturMail.Core.Queue;

namespace ChaturMail.Worker;

/// <summary>
/// Drains the generation queue. Takes never more jobs than there are free slots; keeps the leases of those that run; stops in two
/// stages: first the taking, then, after the grace period, the work, which is handed back to the queue.
/// </summary>
public sealed class GenerationWorker(
    IGenerationQueue queue, JobRunner runner, QueueOptions queueOptions, WorkerOptions options, IHostApplicationLifetime lifetime,
    TimeProvider time, ILogger<GenerationWorker> log) : BackgroundService
{
    private static readonly TimeSpan RestAfterError = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<QueueEntry, bool> _running = new();
    private readonly SemaphoreSlim _freeSlots = new(options.Concurrency);
    private readonly CancellationTokenSource _stopWork = new();

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A process that cannot start, e.g. because its port is taken, must not have taken jobs: each time would cost them an attempt.
        await lifetime.ApplicationStarted.WhenCancelledAsync(stoppingToken);
        using var stopBeating = new CancellationTokenSource();
        var heartbeat = BeatAsync(stopBeating.Token);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _freeSlots.WaitAsync(stoppingToken);
                _freeSlots.Release();
                foreach (var entry in await queue.TakeAsync(_freeSlots.CurrentCount, stoppingToken)) Start(entry);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                log.LogFault(e, $"No jobs could be taken; trying again in {RestAfterError}");
                await Task.Delay(RestAfterError, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await DrainAsync();
        await stopBeating.CancelAsync();
        await heartbeat;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        // Jobs that outlived even the host's patience still use them.
        if (!_running.IsEmpty) return;
        _freeSlots.Dispose();
        _stopWork.Dispose();
    }

    private void Start(QueueEntry entry)
    {
        // Only this loop takes slots, so there is one: TakeAsync was told how many are free. DrainAsync waits for their return.
        _freeSlots.Wait(CancellationToken.None);
        _running.TryAdd(entry, true);
        _ = RunAsync(entry);
    }

    private async Task RunAsync(QueueEntry entry)
    {
        // A model may compute before it first waits: that must not hold up the taking.
        await Task.Yield();
        try
        {
            await runner.RunAsync(entry, _stopWork.Token);
        }
        catch (Exception e)
        {
            // The store or the queue is away. The entry is not acknowledged: its lease runs out and it is taken again.
            log.LogFault(e, $"Job {entry.JobId} was left to its lease");
        }
        finally
        {
            _running.TryRemove(entry, out _);
            _freeSlots.Release();
        }
    }

    private async Task DrainAsync()
    {
        _stopWork.CancelAfter(options.Grace);
        if (!_running.IsEmpty) log.LogInformation("Stopping: {Count} jobs run, {Grace} to finish", _running.Count, options.Grace);
        for (var slot = 0; slot < options.Concurrency; slot++) await _freeSlots.WaitAsync(CancellationToken.None);
    }

    private async Task BeatAsync(CancellationToken cancellation)
    {
        // Three beats fit into a lease, so that one that fails costs nothing.
        using var timer = new PeriodicTimer(queueOptions.Lease / 3, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                if (_running.IsEmpty) continue;
                try
                {
                    await queue.ExtendAsync(_running.Keys.ToArray(), cancellation);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    log.LogFault(e, "The leases of running jobs could not be extended");
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
