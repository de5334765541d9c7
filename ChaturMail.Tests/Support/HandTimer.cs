using System.Threading.Channels;

namespace ChaturMail.Tests.Support;

/// <summary>A clock that stands still, with one timer that goes off when it is told to, so that a time limit is tested without waiting for it.</summary>
internal sealed class HandTimer : TimeProvider
{
    private readonly Channel<TimeSpan> _settings = Channel.CreateUnbounded<TimeSpan>();
    private Timer? _timer;

    public override long GetTimestamp() => 0;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _timer = new Timer(this, () => callback(state));
        _timer.Change(dueTime, period);
        return _timer;
    }

    /// <summary>Waits for the next time that the timer is set, and says to what.</summary>
    public async Task<TimeSpan> NextSettingAsync() => await _settings.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>The time is up.</summary>
    public void GoOff() => _timer!.GoOff();

    private sealed class Timer(HandTimer clock, Action callback) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => clock._settings.Writer.TryWrite(dueTime);

        public void GoOff() => callback();

        public void Dispose() { }

        public ValueTask DisposeAsync() => default;
    }
}
