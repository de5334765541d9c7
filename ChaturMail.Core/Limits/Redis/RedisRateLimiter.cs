using System.Collections.Concurrent;
using ChaturMail.Core.Redis;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Core.Limits.Redis;

/// <summary>
/// Buckets that all processes share. A process takes tokens of large buckets by the hundredth, so that most requests ask nobody, and
/// remembers an empty one, so that a flood costs Redis nothing. What a process has taken and does not use within a tenth of the limit's
/// time is lost to all; what it uses late may come on top of a bucket that is full again: a hundredth of the limit a process at most.
/// </summary>
/// <remarks>With Redis away, or slower than <see cref="LongestAnswer"/>, each process counts alone, and tries Redis again after a second.</remarks>
/// <param name="longestAnswer">In place of <see cref="LongestAnswer"/>, for a machine on which that says nothing about Redis.</param>
public sealed class RedisRateLimiter(RedisConnection redis, TimeProvider time, ILogger<RedisRateLimiter> log, TimeSpan? longestAnswer = null) : IRateLimiter
{
    /// <summary>The longest that a request is held up by a Redis that does not answer.</summary>
    public static readonly TimeSpan LongestAnswer = TimeSpan.FromMilliseconds(250);

    private const int MostBuckets = 100_000;

    // KEYS: the bucket. ARGV: microseconds a token, tokens that it holds, tokens wanted. Gives the tokens granted, and else the wait.
    private const string Take =
        """
        local t = redis.call('TIME')
        local now = t[1] * 1000000 + t[2]
        local interval, burst, want = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
        -- Never emptier than empty: a time from a clock that was ahead must not refuse until this one has come so far.
        local full_at = math.min(math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now), now + burst * interval)
        local granted = math.min(want, math.floor(burst - (full_at - now) / interval))
        if granted < 1 then return { 0, full_at + interval - now - burst * interval } end
        full_at = full_at + granted * interval
        redis.call('SET', KEYS[1], string.format('%.0f', full_at), 'PX', math.ceil((full_at - now) / 1000))
        return { granted, 0 }
        """;

    private const long Never = long.MinValue;

    private static readonly TimeSpan RestAfterFailure = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(string Limit, string Key), Bucket> _buckets = new();
    private readonly LocalRateLimiter _alone = new(time);

    // When Redis last failed to answer, or Never.
    private long _failedAt = Never;

    /// <inheritdoc/>
    public async ValueTask<TimeSpan> TakeAsync(RateLimit limit, string key)
    {
        if (IsResting()) return await _alone.TakeAsync(limit, key);

        if (!_buckets.TryGetValue((limit.Name, key), out var bucket))
        {
            if (_buckets.Count >= MostBuckets) _buckets.Clear();
            bucket = _buckets.GetOrAdd((limit.Name, key), static _ => new Bucket());
        }

        while (true)
        {
            Task<bool> asking;
            lock (bucket)
            {
                var now = time.GetTimestamp();
                if (bucket.Tokens > 0 && time.GetElapsedTime(bucket.AnsweredAt, now) < limit.Per / 10)
                {
                    bucket.Tokens--;
                    return TimeSpan.Zero;
                }

                if (bucket.Wait - time.GetElapsedTime(bucket.AnsweredAt, now) is var wait && wait > TimeSpan.Zero) return wait;
                bucket.Tokens = 0;
                bucket.Waiting++;
                asking = bucket.Asking ??= AskAsync(limit, key, bucket);
            }

            var isAnswered = await asking;
            lock (bucket) bucket.Waiting--;
            if (!isAnswered) return await _alone.TakeAsync(limit, key);
        }
    }

    // When the rest is over one request tries, at the price of waiting; the others go on alone until it has succeeded.
    private bool IsResting()
    {
        var failed = Volatile.Read(ref _failedAt);
        if (failed == Never) return false;
        return time.GetElapsedTime(failed) < RestAfterFailure
            || Interlocked.CompareExchange(ref _failedAt, time.GetTimestamp(), failed) != failed;
    }

    // One question for all that wait at the bucket. False when Redis did not answer it.
    private async Task<bool> AskAsync(RateLimit limit, string key, Bucket bucket)
    {
        // Not under the caller's lock.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        int want;
        lock (bucket) want = Math.Max(bucket.Waiting, limit.Burst / 100);

        try
        {
            var reply = ((long[]?)await redis.EvaluateAsync(
                Take, [redis.Key($"limit:{limit.Name}:{key}")], [limit.Interval, limit.Burst, want], CancellationToken.None)
                .WaitAsync(longestAnswer ?? LongestAnswer, time))!;
            lock (bucket)
            {
                (bucket.Tokens, bucket.Wait, bucket.AnsweredAt) = ((int)reply[0], TimeSpan.FromMicroseconds(reply[1]), time.GetTimestamp());
                bucket.Asking = null;
            }

            if (Interlocked.Exchange(ref _failedAt, Never) != Never) log.LogInformation("Limits are shared again");
            return true;
        }
        catch (Exception e)
        {
            lock (bucket) bucket.Asking = null;
            if (Interlocked.Exchange(ref _failedAt, time.GetTimestamp()) == Never)
                log.LogWarning("Limits are counted by each process alone until Redis answers again: {Reason}", e.GetType().Name);
            return false;
        }
    }

    private sealed class Bucket
    {
        public int Tokens { get; set; }

        public TimeSpan Wait { get; set; }

        public long AnsweredAt { get; set; }

        /// <summary>Requests that wait for an answer, this question's or one that they came too late for.</summary>
        public int Waiting { get; set; }

        public Task<bool>? Asking { get; set; }
    }
}
