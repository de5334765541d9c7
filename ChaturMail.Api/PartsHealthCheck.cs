using ChaturMail.Core.Queue;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ChaturMail.Api;

/// <summary>Healthy when the queue, and with it the embedded store under it, can be read.</summary>
public sealed class PartsHealthCheck(IGenerationQueue queue) : IHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await queue.MeasureAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy("The queue cannot be read", e);
        }
    }
}
