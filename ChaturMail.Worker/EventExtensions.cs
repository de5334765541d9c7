using ChaturMail.Core.Events;

namespace ChaturMail.Worker;

/// <summary>Adds the work on events to the worker.</summary>
public static class EventExtensions
{
    /// <summary>Adds the relay, and the consumers that every installation has. The workspaces are added by the process.</summary>
    public static void AddEventWork(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IEventConsumer, AuditConsumer>();
        builder.Services.AddSingleton<IEventConsumer, NotificationConsumer>();
        builder.Services.AddHostedService<EventRelay>();
        builder.Services.AddHostedService<EventConsumers>();
        builder.Services.AddHostedService<EventMeter>();
    }
}
