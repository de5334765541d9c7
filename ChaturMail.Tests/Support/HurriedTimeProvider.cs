namespace ChaturMail.Tests.Support;

/// <summary>The machine's clock, so many times as fast, timers included: what takes a quarter of a minute is over at once.</summary>
public sealed class HurriedTimeProvider(int times) : TimeProvider
{
    private readonly DateTimeOffset _start = System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => _start + (System.GetUtcNow() - _start) * times;

    public override long GetTimestamp() => System.GetTimestamp() * times;

    public override long TimestampFrequency => System.TimestampFrequency;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Slower(dueTime), Slower(period));

    private TimeSpan Slower(TimeSpan span) => span == Timeout.InfiniteTimeSpan ? span : span / times;
}
