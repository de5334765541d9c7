using ChaturMail.Core.Redis;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace ChaturMail.Core.Limits.Redis;

/// <summary><see cref="IOnce"/> for all processes on one Redis. A Redis that loses its data forgets what was claimed.</summary>
public sealed class RedisOnce(RedisConnection redis, ILogger<RedisOnce> log) : IOnce
{
    /// <inheritdoc/>
    public async Task<OnceResult> TryClaimAsync(string key, TimeSpan lifetime, CancellationToken cancellation)
    {
        try
        {
            var reply = await redis.ExecuteAsync("SET", [redis.Key("once:" + key), 1, "NX", "PX", (long)lifetime.TotalMilliseconds], cancellation);
            return reply.IsNull ? OnceResult.Again : OnceResult.First;
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            log.LogWarning("What may happen once is refused until Redis answers again: {Reason}", e.GetType().Name);
            return OnceResult.Unknown;
        }
    }
}
