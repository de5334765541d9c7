using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ChaturMail.ServiceDefaults;

/// <summary>Healthy when a probe completes. The framework turns an exception, the time-out's too, into the registration's failure status.</summary>
internal sealed class ProbeHealthCheck(Func<CancellationToken, Task> probe) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await probe(cancellationToken).WaitAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
