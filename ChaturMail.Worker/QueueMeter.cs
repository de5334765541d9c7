using System.Diagnostics.Metrics;
using ChaturMail.Core;
using ChaturMail.Core.Queue;

namespace ChaturMail.Worker;

/// <summary>
/// Shows the queue as metrics: <c>chaturmail.queue.entries</c> by <c>state</c> (ready, delayed, held, dead) and
/// <c>chaturmail.queue.oldest</c>, the seconds for which the oldest ready entry has waited. Every worker shows the same, the whole queue;
/// while it cannot be measured nothing is shown, instead of something old.
/// </summary>
public sealed class QueueMeter : BackgroundService
{
    private static readonly TimeSpan MeasureEvery = TimeSpan.FromSeconds(5);

    private readonly IGenerationQueue _queue;
    private readonly TimeProvider _time;
    private volatile QueueDepth? _depth;

    /// <summary>Makes the instruments.</summary>
    public QueueMeter(IGenerationQueue queue, TimeProvider time)
    {
        (_queue, _time) = (queue, time);
        Telemetry.Meter.CreateObservableGauge("chaturmail.queue.entries", Entries);
        Telemetry.Meter.CreateObservableGauge("chaturmail.queue.oldest", Oldest, "s");
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(MeasureEvery, _time);
        do
        {
            try
            {
                _depth = await _queue.MeasureAsync(stoppingToken);
            }
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Whoever drains the queue logs why.
                _depth = null;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private IEnumerable<Measurement<long>> Entries() => _depth is not { } depth ? [] :
    [
        Entry(depth.Waiting - depth.Delayed, "ready"), Entry(depth.Delayed, "delayed"), Entry(depth.Held, "held"), Entry(depth.Dead, "dead"),
    ];

    private IEnumerable<Measurement<double>> Oldest() => _depth is { } depth ? [new Measurement<double>(depth.Oldest.TotalSeconds)] : [];

    private static Measurement<long> Entry(int count, string state) => new(count, new KeyValuePair<string, object?>("state", state));
}
