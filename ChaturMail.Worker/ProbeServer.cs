using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ChaturMail.Worker;

/// <summary>
/// Answers an orchestrator's probes on <see cref="WorkerOptions.Port"/>, as the Api does on its own port: <c>GET /alive</c> tells that the
/// process answers, <c>GET /health</c> that its store does (503 when not; <c>Degraded</c>, 200, while the queue is away).
/// </summary>
/// <exception cref="IOException">At the start: the port is taken.</exception>
public sealed class ProbeServer(WorkerOptions options, HealthCheckService health) : IHostedService, IAsyncDisposable
{
    private WebApplication? _app;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // A server of its own beside the worker's host: without a port there is none, and none of the Api's settings reach it.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls($"http://*:{options.Port}").ConfigureKestrel(server => server.AddServerHeader = false);
        builder.Services.AddSingleton(health);
        _app = builder.Build();
        _app.UseHealthChecks("/alive", new HealthCheckOptions { Predicate = _ => false });
        _app.UseHealthChecks("/health");
        await _app.StartAsync(cancellationToken);
    }

    /// <summary>Does nothing: a worker that finishes its jobs is still alive. The server ends with the process.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
    }
}
