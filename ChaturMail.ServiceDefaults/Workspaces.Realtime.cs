using ChaturMail.Core.Privacy;
using ChaturMail.Core.Realtime;
using ChaturMail.Core.Realtime.Redis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ChaturMail.ServiceDefaults;

public static partial class Workspaces
{
    /// <summary>Adds what tells connected users of changes: what Api and Worker share. The map of connections and what it needs are added with the other shared state.</summary>
    private static void AddRealtime(IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(builder.Configuration.ReadOptions<RealtimeOptions>("Realtime", o => o.Validate()));
        builder.Services.AddSingleton<UserChannel>();
        builder.Services.AddSingleton<IUserChannel>(s => s.GetRequiredService<UserChannel>());
        builder.Services.AddSingleton<IUserSignal>(s => s.GetRequiredService<UserChannel>());
        builder.Services.AddSingleton<IPresence>(s => s.GetRequiredService<IConnectionMap>());
        builder.Services.AddSingleton<Acquaintances>();
        if (builder.Services.Any(service => service.ServiceType == typeof(RedisConnectionMap)))
            builder.Services.AddHostedService(s => s.GetRequiredService<RedisConnectionMap>());
        builder.Services.AddSingleton<IPersonalContent, PresenceContent>();
    }
}
