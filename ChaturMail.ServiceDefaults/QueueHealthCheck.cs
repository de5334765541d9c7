using ChaturMail.Core.Queue;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ChaturMail.ServiceDefaults;

/// <summary>Healthy when the queue can be read.</summary>
internal sealed class QueueHealthCheck(IGenerationQueue queue) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // The framework turns an exception, the time-out's too, into the registration's failure status.
        await queue.MeasureAsync(cancellationToken).WaitAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
