using ChaturMail.Core.Events;
using ChaturMail.Core.Events.Embedded;
using ChaturMail.Core.Events.Redis;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Redis;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Core.Workspaces;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChaturMail.ServiceDefaults;

public static partial class Workspaces
{
    /// <summary>Adds the stream of events where the queue is: on its Redis, or in the embedded database. Store and queue must have been added.</summary>
    /// <exception cref="StartupException">A setting cannot work.</exception>
    public static void AddEventStream(this IHostApplicationBuilder builder)
    {
        var options = builder.Configuration.ReadOptions<EventsOptions>("Events", o => o.Validate());
        builder.Services.AddSingleton(options);
        if (builder.Services.Any(service => service.ServiceType == typeof(RedisConnection) && !service.IsKeyedService))
        {
            builder.Services.AddSingleton<IEventStream>(s => new RedisEventStream(
                s.GetRequiredService<RedisConnection>(), options, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<QueueOptions>().Lease,
                s.GetRequiredService<ILogger<RedisEventStream>>()));
        }
        else
        {
            builder.Services.AddSingleton<IEventStream>(s => new EmbeddedEventStream(
                s.GetRequiredService<SqliteDatabase>(), options, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<QueueOptions>().Lease));
        }
    }

    /// <summary>Adds events, and what consumes them: what Api and Worker share.</summary>
    private static void AddEvents(IHostApplicationBuilder builder)
    {
        builder.AddEventStream();
        builder.Services.AddSingleton<Notifications>();
        builder.Services.AddSingleton<IPersonalContent>(s => s.GetRequiredService<Notifications>());
        builder.Services.AddSingleton<ISweepStep>(s => s.GetRequiredService<Notifications>());
        builder.Services.AddSingleton<ISweepStep, StreamUpkeep>();
    }
}
