using ChaturMail.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Cloud.Mongo;

/// <summary>Makes the missing indexes beside the work of the process, and tries again while the database is away.</summary>
internal sealed class MongoIndexes(MongoCollections collections, TimeProvider time, ILogger<MongoIndexes> log) : BackgroundService
{
    private static readonly TimeSpan RestAfterFailure = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await collections.CreateIndexesAsync(stoppingToken);
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogFault(e, "The indexes could not be looked after; trying again");
                await Task.Delay(RestAfterFailure, time, stoppingToken);
            }
        }
    }
}
