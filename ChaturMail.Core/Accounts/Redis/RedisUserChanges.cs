using System.Globalization;
using ChaturMail.Core.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Core.Accounts.Redis;

/// <summary>
/// Tells all processes that an account was deleted or locked, for stores that cannot tell by themselves: a counter in Redis, and a
/// message with its new value. The counter is also looked at every second, so that a lost message costs a second and no more.
/// </summary>
public sealed class RedisUserChanges(RedisConnection redis, TimeProvider time, ILogger<RedisUserChanges> log) : BackgroundService
{
    /// <summary>Time between two looks at the counter.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    // A counter that begins anew, after a loss of data, begins at the time in microseconds: it never shows a number that it showed before.
    private const string Announce =
        """
        local t = redis.call('TIME')
        redis.call('SET', KEYS[1], string.format('%.0f', t[1] * 1000000 + t[2]), 'NX')
        local count = redis.call('INCR', KEYS[1])
        redis.call('PUBLISH', ARGV[1], count)
        return count
        """;

    private readonly Lock _gate = new();
    private readonly string _counter = redis.Key("user-changes");
    private long _count = -1;
    private long _version;
    private long? _lookedAt;

    /// <summary>
    /// A number of this process's own that changes with every change of an account that some process announced; null while that cannot
    /// be known, because Redis is away.
    /// </summary>
    public long? Version()
    {
        lock (_gate) return _lookedAt is { } at && time.GetElapsedTime(at) < 3 * LookEvery ? _version : null;
    }

    /// <summary>Announces a change. Does not throw when Redis is away: copies of the account end by their age then.</summary>
    public async Task AnnounceAsync()
    {
        try
        {
            await redis.EvaluateAsync(Announce, [_counter], [_counter], CancellationToken.None);
        }
        catch (Exception e)
        {
            log.LogWarning("The change of an account could not be announced; other processes notice it by age: {Reason}", e.GetType().Name);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await redis.SubscribeAsync(_counter, Hear, stoppingToken);
        using var timer = new PeriodicTimer(LookEvery, time);
        do
        {
            try
            {
                // Taken before the question: what is announced while the answer is on its way is not yet in it.
                var askedAt = time.GetTimestamp();
                Look(askedAt, (long?)await redis.ExecuteAsync("GET", [_counter], stoppingToken) ?? 0);
            }
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Redis is away, which its connection logs. The version runs out.
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Look(long askedAt, long count)
    {
        lock (_gate)
        {
            // Whatever could not be announced while Redis was away counts as a change.
            if (Version() is null) _version++;
            _lookedAt = askedAt;
            Note(count);
        }
    }

    private void Hear(string message)
    {
        if (!long.TryParse(message, NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return;
        lock (_gate) Note(count);
    }

    // Late messages and a counter that began anew after a loss of data are changes too: the version never goes back.
    private void Note(long count)
    {
        if (count == _count) return;
        _count = count;
        _version++;
    }
}
