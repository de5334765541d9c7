using ChaturMail.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Core.Queue;

/// <summary>
/// What every <see cref="IOutcomeChannel"/> has: the listeners of this process, any number for one job, and the question to the store
/// about all jobs that are waited for, one question for all of them, which finds every end that was not announced.
/// </summary>
/// <param name="askEvery">Time between two questions.</param>
public abstract class OutcomeChannel(IJobStore jobs, TimeProvider time, TimeSpan askEvery, ILogger log) : BackgroundService, IOutcomeChannel
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Listener>> _listeners = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public abstract Task AnnounceAsync(string jobId, CancellationToken cancellation);

    /// <inheritdoc/>
    public IOutcomeListener Listen(string jobId)
    {
        var listener = new Listener(this, jobId);
        lock (_gate)
        {
            if (_listeners.TryGetValue(jobId, out var sameJob)) sameJob.Add(listener);
            else _listeners.Add(jobId, [listener]);
        }

        return listener;
    }

    /// <summary>Tells the listeners of this process.</summary>
    protected void Hear(string jobId)
    {
        lock (_gate)
        {
            // Whoever waits goes on elsewhere: completing runs nothing of theirs under the lock.
            if (_listeners.TryGetValue(jobId, out var sameJob)) sameJob.ForEach(static listener => listener.Hear());
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(askEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (WaitedFor() is not { Length: > 0 } ids) continue;
            try
            {
                foreach (var id in await jobs.ListEndedAsync(ids, stoppingToken)) Hear(id);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // The next tick asks again; whoever waits has a time limit of its own.
                log.LogFault(e, "The store could not be asked for ended jobs");
            }
        }
    }

    private string[] WaitedFor()
    {
        lock (_gate) return [.. _listeners.Keys];
    }

    private void Close(Listener listener)
    {
        lock (_gate)
        {
            if (!_listeners.TryGetValue(listener.JobId, out var sameJob) || !sameJob.Remove(listener)) return;
            if (sameJob.Count == 0) _listeners.Remove(listener.JobId);
        }
    }

    private sealed class Listener(OutcomeChannel channel, string jobId) : IOutcomeListener
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string JobId => jobId;

        public Task Ended => _ended.Task;

        public void Hear() => _ended.TrySetResult();

        public void Dispose() => channel.Close(this);
    }
}
