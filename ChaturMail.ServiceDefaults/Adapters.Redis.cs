using ChaturMail.Core.Accounts.Redis;
using ChaturMail.Core.Codes;
using ChaturMail.Core.Codes.Embedded;
using ChaturMail.Core.Codes.Redis;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Limits;
using ChaturMail.Core.Limits.Embedded;
using ChaturMail.Core.Limits.Redis;
using ChaturMail.Core.Live;
using ChaturMail.Core.Live.Embedded;
using ChaturMail.Core.Live.Redis;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Queue.Redis;
using ChaturMail.Core.Realtime;
using ChaturMail.Core.Realtime.Embedded;
using ChaturMail.Core.Realtime.Redis;
using ChaturMail.Core.Redis;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChaturMail.ServiceDefaults;

/// <summary>The adapters on Redis: the queue, and what processes share besides, on the same server or on one of its own.</summary>
public static partial class Adapters
{
    private const string CacheServer = "REDIS_CACHE";

    private static void AddRedisQueue(IHostApplicationBuilder builder, QueueOptions queueOptions)
    {
        var options = ReadRedisOptions(builder, "REDIS");
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<RedisConnection>();
        // Without Redis requests are still accepted and answered from the store: no reason to take the process out of service.
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            "queue", s => new ProbeHealthCheck(s.GetRequiredService<IGenerationQueue>().MeasureAsync), HealthStatus.Degraded, null, TimeSpan.FromSeconds(3)));
        builder.Services.AddSingleton<IGenerationQueue>(s => new RedisQueue(
            s.GetRequiredService<RedisConnection>(), options, s.GetRequiredService<TimeProvider>(), queueOptions.Lease,
            s.GetRequiredService<ILogger<RedisQueue>>()));
        AddOutcomeChannel(builder, s => new RedisOutcomeChannel(
            s.GetRequiredService<RedisConnection>(), options, s.GetRequiredService<IJobStore>(), s.GetRequiredService<TimeProvider>(),
            TimeSpan.FromSeconds(1), s.GetRequiredService<ILogger<RedisOutcomeChannel>>()));
    }

    /// <summary>Adds limits, live text and, with Redis, word of changed accounts: what may be lost, and so need not stand beside the queue.</summary>
    private static void AddSharedState(IHostApplicationBuilder builder, bool queueIsOnRedis)
    {
        Func<IServiceProvider, RedisConnection> redis;
        builder.Services.AddSingleton<LiveConnections>();
        builder.Services.AddSingleton<PresenceWatch>();
        if (RedisOptions.HostOf(CacheServer, key => builder.Configuration[key]).Length > 0)
        {
            var options = ReadRedisOptions(builder, CacheServer);
            builder.Services.AddKeyedSingleton(CacheServer, (s, _) => new RedisConnection(
                options, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<RedisConnection>>()));
            redis = s => s.GetRequiredKeyedService<RedisConnection>(CacheServer);
            builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
                "cache", s => new ProbeHealthCheck(stop => redis(s).ExecuteAsync("PING", [], stop)), HealthStatus.Degraded, null, TimeSpan.FromSeconds(3)));
        }
        else if (queueIsOnRedis)
        {
            redis = s => s.GetRequiredService<RedisConnection>();
        }
        else
        {
            builder.Services.AddSingleton<IRateLimiter, LocalRateLimiter>();
            builder.Services.AddSingleton<ILiveText, EmbeddedLiveText>();
            builder.Services.AddSingleton<IOnce, EmbeddedOnce>();
            builder.Services.AddSingleton<IConnectionMap, EmbeddedConnectionMap>();
            // Asked for by the Api alone, which has the keys.
            builder.Services.AddSingleton<IOneTimeCodes>(s => new EmbeddedOneTimeCodes(
                s.GetRequiredService<SqliteDatabase>(), s.GetRequiredService<DerivedKeys>(), s.GetRequiredService<TimeProvider>()));
            return;
        }

        builder.Services.AddSingleton<ILiveText>(s => new RedisLiveText(redis(s)));
        builder.Services.AddSingleton<IOneTimeCodes>(s => new RedisOneTimeCodes(redis(s), s.GetRequiredService<DerivedKeys>()));
        builder.Services.AddSingleton<IRateLimiter>(s => new RedisRateLimiter(
            redis(s), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<RedisRateLimiter>>()));
        builder.Services.AddSingleton(s => new RedisUserChanges(
            redis(s), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<RedisUserChanges>>()));
        builder.Services.AddHostedService(s => s.GetRequiredService<RedisUserChanges>());
        builder.Services.AddSingleton<IOnce>(s => new RedisOnce(redis(s), s.GetRequiredService<ILogger<RedisOnce>>()));
        builder.Services.AddSingleton(s => new RedisConnectionMap(
            redis(s), s.GetRequiredService<LiveConnections>(), s.GetRequiredService<PresenceWatch>(), s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<RedisConnectionMap>>()));
        builder.Services.AddSingleton<IConnectionMap>(s => s.GetRequiredService<RedisConnectionMap>());
    }

    private static RedisOptions ReadRedisOptions(IHostApplicationBuilder builder, string server)
    {
        var options = RedisOptions.Read(key => builder.Configuration[key], server);
        return options.Validate().ToList() is { Count: > 0 } problems ? throw new StartupException(problems) : options;
    }
}
