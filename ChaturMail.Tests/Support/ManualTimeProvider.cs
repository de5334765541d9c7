namespace ChaturMail.Tests.Support;

/// <summary>A clock that stands still until it is told otherwise. Its timers are the machine's.</summary>
public sealed class ManualTimeProvider(DateTimeOffset start) : TimeProvider
{
    private long _utcTicks = start.UtcTicks;

    public ManualTimeProvider(long unixSeconds) : this(DateTimeOffset.FromUnixTimeSeconds(unixSeconds)) { }

    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref _utcTicks), TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _utcTicks);

    public void Set(DateTimeOffset now) => Volatile.Write(ref _utcTicks, now.UtcTicks);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _utcTicks, by.Ticks);
}
