using System.Collections.Concurrent;
using ChaturMail.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Core.Queue.Embedded;

/// <summary>
/// <see cref="IOutcomeChannel"/> without a broker: within this process an announcement arrives at once, and the jobs that another
/// process ends are found by asking the store about all that are waited for, one question for all of them.
/// </summary>
/// <param name="askEvery">Time between two questions: short where workers run in other processes.</param>
public sealed class EmbeddedOutcomeChannel(
    IJobStore jobs, TimeProvider time, TimeSpan askEvery, ILogger<EmbeddedOutcomeChannel> log) : BackgroundService, IOutcomeChannel
{
    private readonly ConcurrentDictionary<string, Listener> _listeners = new();

    /// <inheritdoc/>
    public Task AnnounceAsync(string jobId, CancellationToken cancellation)
    {
        if (_listeners.TryGetValue(jobId, out var listener)) listener.Hear();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public IOutcomeListener Listen(string jobId) =>
        _listeners.GetOrAdd(jobId, static (id, all) => new Listener(() => all.TryRemove(id, out _)), _listeners);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(askEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (_listeners.IsEmpty) continue;
            try
            {
                foreach (var id in await jobs.ListEndedAsync(_listeners.Keys.ToArray(), stoppingToken))
                    await AnnounceAsync(id, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The next tick asks again; whoever waits has a time limit of its own.
                log.LogWarning(e, "The store could not be asked for ended jobs");
            }
        }
    }

    private sealed class Listener(Action close) : IOutcomeListener
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Ended => _ended.Task;

        public void Hear() => _ended.TrySetResult();

        public void Dispose() => close();
    }
}
