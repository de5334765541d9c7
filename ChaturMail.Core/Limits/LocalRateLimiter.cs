using System.Collections.Concurrent;

namespace ChaturMail.Core.Limits;

/// <summary>Buckets of this process.</summary>
public sealed class LocalRateLimiter(TimeProvider time) : IRateLimiter
{
    private const int MostBuckets = 100_000;

    // When each bucket is full again, in microseconds since the start.
    private readonly ConcurrentDictionary<(string Limit, string Key), long> _fullAt = new();
    private readonly long _start = time.GetTimestamp();

    /// <inheritdoc/>
    public ValueTask<TimeSpan> TakeAsync(RateLimit limit, string key)
    {
        var now = (long)time.GetElapsedTime(_start).TotalMicroseconds;
        var bucket = (limit.Name, key);
        while (true)
        {
            var known = _fullAt.TryGetValue(bucket, out var fullAt);
            var after = Math.Max(fullAt, now) + limit.Interval;
            var wait = after - now - (limit.Burst * limit.Interval);
            if (wait > 0) return ValueTask.FromResult(TimeSpan.FromMicroseconds(wait));
            if (known ? _fullAt.TryUpdate(bucket, after, fullAt) : TryAdd(bucket, after, now)) return ValueTask.FromResult(TimeSpan.Zero);
        }
    }

    private bool TryAdd((string Limit, string Key) bucket, long after, long now)
    {
        if (_fullAt.Count >= MostBuckets)
        {
            // A full bucket is as good as none.
            foreach (var (old, fullAt) in _fullAt)
                if (fullAt <= now) _fullAt.TryRemove(new KeyValuePair<(string Limit, string Key), long>(old, fullAt));
            // Memory goes before precision: so many keys at once are an attack, which address limits do not stop anyway.
            if (_fullAt.Count >= MostBuckets) _fullAt.Clear();
        }

        return _fullAt.TryAdd(bucket, after);
    }
}
