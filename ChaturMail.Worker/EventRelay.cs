using System.Security.Cryptography;
using ChaturMail.Core;
using ChaturMail.Core.Events;

namespace ChaturMail.Worker;

/// <summary>
/// Passes on what happened: takes events from the outbox, publishes them in their order, and removes them then. One that dies in between publishes them twice;
/// while the stream is away they stay in the outbox. Of several relays one works, the others stand by.
/// </summary>
public sealed class EventRelay(IOutbox outbox, IEventStream stream, TimeProvider time, ILogger<EventRelay> log) : BackgroundService
{
    /// <summary>The most events that are taken at once.</summary>
    public const int MostAtOnce = 500;

    // The store cannot tell of another process's writes, so it is asked: after events at once, then less and less often.
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RestOnStandBy = TimeSpan.FromSeconds(1);

    private readonly string _name = $"{Environment.MachineName}-{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
    private bool _isFailing;

    /// <summary>What came of one look at the outbox.</summary>
    public enum Passing
    {
        /// <summary>Events were passed on.</summary>
        Passed,

        /// <summary>There were none.</summary>
        Empty,

        /// <summary>Another relay is at it.</summary>
        StandBy,
    }

    /// <summary>Passes on the oldest events, at most <see cref="MostAtOnce"/>.</summary>
    public async Task<Passing> PassOnAsync(CancellationToken cancellation)
    {
        var events = await outbox.ListAsync(MostAtOnce, cancellation);
        if (events.Count == 0) return Passing.Empty;
        if (!await stream.PublishAsync(_name, events, cancellation)) return Passing.StandBy;
        await outbox.RemoveAsync(events, cancellation);
        return Passing.Passed;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var rest = TimeSpan.Zero;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                rest = await PassOnAsync(stoppingToken) switch
                {
                    Passing.Passed => TimeSpan.Zero,
                    Passing.StandBy => RestOnStandBy,
                    _ when rest * 2 > LongestRest => LongestRest,
                    _ => rest * 2 < ShortestRest ? ShortestRest : rest * 2,
                };
                if (_isFailing) log.LogInformation("Events are passed on again");
                _isFailing = false;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // Once for each time that it is away, not once a second.
                if (!_isFailing) log.LogFault(e, "Events stay in the outbox: they could not be passed on");
                (_isFailing, rest) = (true, RestOnStandBy);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            if (rest > TimeSpan.Zero) await Task.Delay(rest, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
