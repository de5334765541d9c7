using ChaturMail.Core.Privacy;
using ChaturMail.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChaturMail.Worker;

/// <summary>Adds the worker to a process: one of its own, or the Api on embedded parts.</summary>
public static class WorkerExtensions
{
    /// <summary>Adds the worker, push messages included. Store, queue and generation are added by the process.</summary>
    /// <param name="answersProbes">True for a process of its own, which then answers probes where <see cref="WorkerOptions.Port"/> says so.</param>
    public static void AddGenerationWorker(this IHostApplicationBuilder builder, bool answersProbes = false)
    {
        var options = builder.Configuration.ReadOptions<WorkerOptions>("Worker", o => o.Validate());
        builder.Services.AddSingleton(options);
        builder.Services.Configure<HostOptions>(host =>
        {
            // Handing back what could not finish takes a moment of its own.
            var needed = options.Grace + TimeSpan.FromSeconds(5);
            if (host.ShutdownTimeout < needed) host.ShutdownTimeout = needed;
        });
        builder.Services.AddSingleton(builder.Configuration.ReadOptions<RetentionOptions>("Retention", o => o.Validate()));
        builder.Services.TryAddSingleton(builder.Configuration.ReadOptions<PrivacyOptions>("Privacy", o => o.Validate()));
        builder.Services.AddSingleton<Retention>();
        builder.AddPushMessages();
        builder.Services.AddSingleton<EndNotice>();
        builder.Services.AddSingleton<JobRunner>();
        builder.Services.AddHostedService<GenerationWorker>();
        builder.Services.AddHostedService<JobSweeper>();
        builder.Services.AddHostedService<QueueMeter>();
        builder.Services.AddHostedService<ScheduleWorker>();
        if (answersProbes && options.Port > 0) builder.Services.AddHostedService<ProbeServer>();
    }
}
