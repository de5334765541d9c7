using ChaturMail.Core.Queue;

namespace ChaturMail.Worker;

/// <summary>Ends a worker's process when nothing waits and nothing is held any more.</summary>
public sealed class QueueDrain(IGenerationQueue queue, IHostApplicationLifetime lifetime, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            if (await queue.MeasureAsync(stoppingToken) is { Waiting: 0, Held: 0 }) lifetime.StopApplication();
    }
}
