using ChaturMail.Core.Limits;

namespace ChaturMail.Core.Generation;

/// <summary>
/// Keeps all processes together under the provider's own limit of requests. Waiting for one's turn is better than a refusal: providers
/// count refused requests as well.
/// </summary>
/// <param name="requestsPerMinute">Of the provider, for all processes; 0 for none.</param>
public sealed class ModelPace(int requestsPerMinute, IRateLimiter limiter, TimeProvider time) : IDisposable
{
    // A second's worth at once, so that no minute, wherever it begins, holds much more than the provider allows.
    private readonly RateLimit? _limit = requestsPerMinute == 0 ? null
        : new RateLimit("model", requestsPerMinute, TimeSpan.FromMinutes(1), Math.Max(1, requestsPerMinute / 60));

    // First come, first served; and one question at a time instead of one for each job that waits.
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Waits until the provider may be asked once.</summary>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        if (_limit is null) return;
        await _turn.WaitAsync(cancellation);
        try
        {
            while (await limiter.TakeAsync(_limit, "") is var wait && wait > TimeSpan.Zero) await Task.Delay(wait, time, cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
