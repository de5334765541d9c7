using ChaturMail.Core.Identity;
using ChaturMail.Core.Redis;
using StackExchange.Redis;

namespace ChaturMail.Core.Codes.Redis;

/// <summary>
/// <see cref="IOneTimeCodes"/> on Redis, by its clock: a script a method, a hash with a time to live for each code, and the times at which
/// the last codes were made. What Redis loses is a code that its user asks for again.
/// </summary>
public sealed class RedisOneTimeCodes(RedisConnection redis, DerivedKeys keys) : IOneTimeCodes
{
    // KEYS: the code, the times. ARGV: digest; milliseconds that a code lasts, until the next one, of the long limit; codes in the latter.
    // Gives the milliseconds to wait, 0 when the code was made.
    private const string Issue =
        """
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        local most = tonumber(ARGV[5])
        redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', now - ARGV[4]))
        local count = redis.call('ZCARD', KEYS[2])
        local due = now
        if count > 0 then due = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2] + ARGV[3] end
        if count >= most then due = math.max(due, redis.call('ZRANGE', KEYS[2], count - most, count - most, 'WITHSCORES')[2] + ARGV[4]) end
        if due > now then return due - now end
        redis.call('ZADD', KEYS[2], string.format('%.0f', now), string.format('%.0f', t[1] * 1000000 + t[2]))
        redis.call('PEXPIRE', KEYS[2], ARGV[4])
        redis.call('DEL', KEYS[1])
        redis.call('HSET', KEYS[1], 'digest', ARGV[1], 'tries', 0)
        redis.call('PEXPIRE', KEYS[1], ARGV[2])
        return 0
        """;

    // KEYS: the code. ARGV: most tries, then digests any of which is right. Gives 0 for gone, 1 for wrong, 2 for good. The comparison may
    // take a time that tells: what can be learnt of is a digest under a key that nobody knows.
    private const string Redeem =
        """
        local held = redis.call('HMGET', KEYS[1], 'digest', 'tries')
        if not held[1] then return 0 end
        for i = 2, #ARGV do
          if held[1] == ARGV[i] then
            redis.call('DEL', KEYS[1])
            return 2
          end
        end
        if held[2] + 1 >= tonumber(ARGV[1]) then redis.call('DEL', KEYS[1]) else redis.call('HINCRBY', KEYS[1], 'tries', 1) end
        return 1
        """;

    // KEYS: the code. ARGV: most tries. Gives 1 when there was one left.
    private const string TakeTry =
        """
        local tries = redis.call('HGET', KEYS[1], 'tries')
        if not tries or tonumber(tries) >= tonumber(ARGV[1]) then return 0 end
        redis.call('HINCRBY', KEYS[1], 'tries', 1)
        return 1
        """;

    private readonly CodeDigests _digests = new(keys);

    /// <inheritdoc/>
    public async Task<CodeIssue> IssueAsync(string purpose, string subject, CancellationToken cancellation)
    {
        var name = CodeDigests.NameOf(purpose, subject);
        var code = CodeDigests.NewCode();
        var wait = await EvaluateAsync(
            Issue, [CodeKey(name), redis.Key("codes-made:" + name)],
            [
                _digests.Of(name, code)[0], (long)IOneTimeCodes.Lifetime.TotalMilliseconds, (long)IOneTimeCodes.ResendAfter.TotalMilliseconds,
                (long)TimeSpan.FromHours(1).TotalMilliseconds, IOneTimeCodes.MostAnHour,
            ], cancellation);
        return wait == 0 ? new CodeIssue(code, IOneTimeCodes.ResendAfter) : new CodeIssue(null, TimeSpan.FromMilliseconds(wait));
    }

    /// <inheritdoc/>
    public async Task<CodeCheck> RedeemAsync(string purpose, string subject, string code, CancellationToken cancellation)
    {
        var name = CodeDigests.NameOf(purpose, subject);
        RedisValue[] values = [IOneTimeCodes.MostTries, .. _digests.Of(name, code).Select(digest => (RedisValue)digest)];
        return await EvaluateAsync(Redeem, [CodeKey(name)], values, cancellation) switch { 0 => CodeCheck.Gone, 1 => CodeCheck.Wrong, _ => CodeCheck.Good };
    }

    /// <inheritdoc/>
    public async Task<bool> TakeTryAsync(string purpose, string subject, CancellationToken cancellation) =>
        await EvaluateAsync(TakeTry, [CodeKey(CodeDigests.NameOf(purpose, subject))], [IOneTimeCodes.MostTries], cancellation) == 1;

    private RedisKey CodeKey(string name) => redis.Key("code:" + name);

    private async Task<long> EvaluateAsync(string script, RedisKey[] names, RedisValue[] values, CancellationToken cancellation)
    {
        try
        {
            return (long)await redis.EvaluateAsync(script, names, values, cancellation);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            throw new CodesUnavailableException(e);
        }
    }
}
