using ChaturMail.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ChaturMail.ServiceDefaults;

/// <summary>What every process of the product has in common: configuration names, logs, telemetry, shutdown.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Time that a process has to stop, from SIGTERM to its end; a longer <c>Worker:Grace</c> prolongs it.</summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// An argument for a host: settings are read once, at the start. Left out, a host watches the folder of its settings and all folders in it, which takes
    /// time where they are many, and one of the 128 inotify instances that a user of a machine has, for settings that no part would read again.
    /// </summary>
    public const string SettingsAreReadOnce = "--hostBuilder:reloadConfigOnChange=false";

    /// <summary>Adds the defaults. <paramref name="service"/> names the process in telemetry.</summary>
    public static void AddServiceDefaults(this IHostApplicationBuilder builder, string service)
    {
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<Func<double>>(Random.Shared.NextDouble);
        builder.Services.Configure<HostOptions>(options =>
        {
            options.ShutdownTimeout = ShutdownTimeout;
            // One after the other, a client that reads slowly would take the worker's time to finish or hand back what runs.
            options.ServicesStopConcurrently = true;
        });
        if (builder.Configuration.GetValue(StopWithInput.Variable, false)) builder.Services.AddHostedService<StopWithInput>();
        builder.AddLogs();
        builder.AddTelemetry(service);
    }

    /// <summary>Reads a section into its options; sections that are absent give the defaults.</summary>
    /// <exception cref="StartupException">A value is of the wrong type or out of its limits.</exception>
    public static T ReadOptions<T>(this IConfiguration configuration, string section, Func<T, IEnumerable<string>> validate) where T : new()
    {
        T options;
        try
        {
            options = configuration.GetSection(section).Get<T>() ?? new T();
        }
        catch (InvalidOperationException e)
        {
            throw new StartupException(e.Message);
        }

        var problems = validate(options).ToList();
        return problems.Count == 0 ? options : throw new StartupException(problems);
    }

    private static void AddLogs(this IHostApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
        // The driver's pictures of the whole topology.
        builder.Logging.AddFilter("MongoDB", LogLevel.Warning);
        if (builder.Environment.IsDevelopment()) builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        else builder.Logging.AddJsonConsole(console => console.UseUtcTimestamp = true);
    }

    private static void AddTelemetry(this IHostApplicationBuilder builder, string service)
    {
        // Without a collector nothing listens, and the spans cost nothing.
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])) return;
        // The framework describes its spans (method, path, status) itself, but only when told to.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        var given = builder.Configuration["OTEL_SERVICE_NAME"];
        var name = string.IsNullOrEmpty(given) ? service : given;
        // Who gives each replica an id of its own (Aspire's dashboard does) must find it again.
        var makeId = builder.Configuration["OTEL_RESOURCE_ATTRIBUTES"]?.Contains("service.instance.id", StringComparison.Ordinal) != true;
        builder.Logging.AddOpenTelemetry(logging => logging.SetResourceBuilder(Describe(ResourceBuilder.CreateDefault())).AddOtlpExporter());
        builder.Services.AddHostedService(_ => new TelemetryService(resource => Describe(resource)));

        ResourceBuilder Describe(ResourceBuilder resource) => resource.AddService(name, autoGenerateServiceInstanceId: makeId);
    }

    private sealed class TelemetryService(Action<ResourceBuilder> describe) : IHostedService, IDisposable
    {
        private OpenTelemetrySdk? _sdk;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            _sdk = OpenTelemetrySdk.Create(telemetry => telemetry
                .ConfigureResource(describe)
                .WithTracing(tracing => tracing.AddSource(Telemetry.Name, "Microsoft.AspNetCore", "System.Net.Http", "MongoDB.Driver.Core.Extensions.DiagnosticSources")
                    .AddProcessor(new PersonalTags()).AddOtlpExporter())
                .WithMetrics(metrics => metrics.AddMeter(
                    Telemetry.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime")
                    .AddOtlpExporter()));
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        // Disposing sends what is still held back.
        public void Dispose() => _sdk?.Dispose();
    }
}
