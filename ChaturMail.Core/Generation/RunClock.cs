namespace ChaturMail.Core.Generation;

/// <summary>
/// The time that one run of a job may take. It stands still while the run waits for its turn at a provider, for that is not the model's
/// slowness. Used by one run, one step after the other.
/// </summary>
public sealed class RunClock : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly TimeProvider _time;
    private TimeSpan _left;
    private long _startedAt;

    /// <summary>Starts the clock.</summary>
    public RunClock(TimeSpan most, TimeProvider time)
    {
        (_time, _left) = (time, most);
        Start();
    }

    /// <summary>Cancelled when the time is over.</summary>
    public CancellationToken Token => _end.Token;

    /// <summary>Stops the clock until the result is disposed of.</summary>
    public IDisposable Pause()
    {
        _left -= _time.GetElapsedTime(_startedAt);
        _end.CancelAfter(Timeout.InfiniteTimeSpan);
        return new Pausing(this);
    }

    /// <inheritdoc/>
    public void Dispose() => _end.Dispose();

    private void Start()
    {
        _startedAt = _time.GetTimestamp();
        _end.CancelAfter(_left > TimeSpan.Zero ? _left : TimeSpan.Zero);
    }

    private sealed class Pausing(RunClock clock) : IDisposable
    {
        public void Dispose() => clock.Start();
    }
}
