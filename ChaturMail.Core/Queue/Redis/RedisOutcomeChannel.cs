using ChaturMail.Core.Redis;
using ChaturMail.Core.Storage;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Core.Queue.Redis;

/// <summary>
/// <see cref="IOutcomeChannel"/> over Redis's pub/sub: one channel for all outcomes, with the job's id as the message, and one
/// subscription a process, however many requests wait. What is announced while Redis is away is found by asking the store.
/// </summary>
/// <param name="askEvery">Time between two questions to the store.</param>
public sealed class RedisOutcomeChannel(
    RedisConnection connection, RedisOptions options, IJobStore jobs, TimeProvider time, TimeSpan askEvery, ILogger<RedisOutcomeChannel> log)
    : OutcomeChannel(jobs, time, askEvery, log)
{
    private readonly string _channel = $"{{{options.KeyPrefix}}}:ended";

    /// <summary>Announces that a job has ended: to this process at once, to all others by Redis. Does not throw when that is away.</summary>
    public override async Task AnnounceAsync(string jobId, CancellationToken cancellation)
    {
        Hear(jobId);
        try
        {
            await connection.PublishAsync(_channel, jobId, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // It is a hint: whoever waits asks the store as well.
            log.LogWarning("The end of job {JobId} could not be announced: {Reason}", jobId, e.Message);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await connection.SubscribeAsync(_channel, Hear, stoppingToken);
        await base.ExecuteAsync(stoppingToken);
    }
}
