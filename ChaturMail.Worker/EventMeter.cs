using System.Diagnostics.Metrics;
using ChaturMail.Core;
using ChaturMail.Core.Events;

namespace ChaturMail.Worker;

/// <summary>
/// Shows events as metrics: <c>chaturmail.events.outbox</c>, those not passed on yet; <c>chaturmail.events.lag</c> by <c>group</c>, those that a group has not
/// done with; <c>chaturmail.events.dead</c>. Every worker shows the same; while it cannot be measured nothing is shown, instead of something old.
/// </summary>
public sealed class EventMeter : BackgroundService
{
    private static readonly TimeSpan MeasureEvery = TimeSpan.FromSeconds(5);

    private readonly IOutbox _outbox;
    private readonly IEventStream _stream;
    private readonly TimeProvider _time;
    private volatile StreamDepth? _depth;
    private long _waiting = -1;

    /// <summary>Makes the instruments.</summary>
    public EventMeter(IOutbox outbox, IEventStream stream, TimeProvider time)
    {
        (_outbox, _stream, _time) = (outbox, stream, time);
        Telemetry.Meter.CreateObservableGauge("chaturmail.events.outbox", Outbox);
        Telemetry.Meter.CreateObservableGauge("chaturmail.events.lag", Lags);
        Telemetry.Meter.CreateObservableGauge("chaturmail.events.dead", Dead);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(MeasureEvery, _time);
        do
        {
            try
            {
                Volatile.Write(ref _waiting, -1);
                Volatile.Write(ref _waiting, await _outbox.CountAsync(stoppingToken));
                _depth = await _stream.MeasureAsync(stoppingToken);
            }
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The relay logs why.
                _depth = null;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private IEnumerable<Measurement<long>> Outbox() => Volatile.Read(ref _waiting) is >= 0 and var waiting ? [new(waiting)] : [];

    private IEnumerable<Measurement<long>> Lags() => _depth is { } depth
        ? depth.Groups.Select(lag => new Measurement<long>(lag.Waiting + lag.Held, new KeyValuePair<string, object?>("group", lag.Group))) : [];

    private IEnumerable<Measurement<long>> Dead() => _depth is { } depth ? [new(depth.Dead)] : [];
}
