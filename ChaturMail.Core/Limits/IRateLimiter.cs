namespace ChaturMail.Core.Limits;

/// <summary>
/// Counts events against token buckets, one for each limit and key. Implementations are safe for concurrent use and never stand in the
/// way: what they need from elsewhere and do not get, they replace by counting on their own.
/// </summary>
public interface IRateLimiter
{
    /// <summary>Takes one token. <see cref="TimeSpan.Zero"/> when there was one, else the time after which there is one again.</summary>
    /// <param name="key">Whose bucket, e.g. a user's id; any text.</param>
    ValueTask<TimeSpan> TakeAsync(RateLimit limit, string key);
}

/// <summary>
/// A token bucket: full with <paramref name="Burst"/> tokens at first, and filled again evenly with <paramref name="Permits"/> in
/// <paramref name="Per"/>. Kept as the one number of the generic cell rate algorithm: the time at which the bucket is full again
/// (ITU-T I.371, annex A).
/// </summary>
/// <param name="Name">Tells the buckets of two limits with one key apart.</param>
/// <param name="Permits">1 to <see cref="MostPermits"/>.</param>
/// <param name="Per">The time in which so many are filled in.</param>
/// <param name="Burst">Tokens that the bucket holds, 1 or more.</param>
public sealed record RateLimit(string Name, int Permits, TimeSpan Per, int Burst)
{
    /// <summary>The most permits in a minute: beyond it the microseconds that Redis counts in are too coarse.</summary>
    public const int MostPermits = 1_000_000;

    /// <summary>So many in a minute, all at once if need be.</summary>
    public static RateLimit PerMinute(string name, int permits) => new(name, permits, TimeSpan.FromMinutes(1), permits);

    /// <summary>Microseconds in which one token is filled in.</summary>
    public long Interval => Math.Max(1, (long)(Per.TotalMicroseconds / Permits));
}
