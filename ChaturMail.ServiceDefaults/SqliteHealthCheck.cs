using ChaturMail.Core.Storage.Sqlite;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ChaturMail.ServiceDefaults;

/// <summary>Healthy when the embedded store, and with it the embedded queue, can be written in time.</summary>
internal sealed class SqliteHealthCheck(SqliteDatabase database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // The framework turns an exception, the time-out's too, into "unhealthy".
        await database.ProbeAsync(cancellationToken).WaitAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
