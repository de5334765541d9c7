using ChaturMail.Core.Limits;

namespace ChaturMail.Core.Language.Routing;

/// <summary>
/// Keeps all processes together under a provider's own limit of requests. Waiting for one's turn is better than a refusal: providers
/// count refused requests as well.
/// </summary>
/// <param name="provider">The provider's name: each has a pace of its own.</param>
/// <param name="requestsPerMinute">Of the provider, for all processes; 0 for none.</param>
public sealed class ModelPace(string provider, int requestsPerMinute, IRateLimiter limiter, TimeProvider time) : IDisposable
{
    // A second's worth at once, so that no minute, wherever it begins, holds much more than the provider allows.
    private readonly RateLimit? _limit = requestsPerMinute == 0 ? null
        : new RateLimit("model", requestsPerMinute, TimeSpan.FromMinutes(1), Math.Max(1, requestsPerMinute / 60));

    // First come, first served; and one question at a time instead of one for each job that waits.
    private readonly SemaphoreSlim _turn = new(1);
    private int _waiting;

    /// <summary>False when nobody ever has to wait.</summary>
    public bool IsLimited => _limit is not null;

    /// <summary>Waits until the provider may be asked once. False, at once, when that would take longer than <paramref name="longest"/>.</summary>
    /// <param name="longest">Or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    public async Task<bool> WaitAsync(TimeSpan longest, CancellationToken cancellation)
    {
        if (_limit is null) return true;
        var isPatient = longest == Timeout.InfiniteTimeSpan;
        // Each of those who wait already takes one of the tokens to come.
        var ahead = Interlocked.Increment(ref _waiting) - 1;
        try
        {
            if (!isPatient && TimeSpan.FromMicroseconds((double)ahead * _limit.Interval) > longest) return false;
            await _turn.WaitAsync(cancellation);
            try
            {
                while (await limiter.TakeAsync(_limit, provider) is var wait && wait > TimeSpan.Zero)
                {
                    if (!isPatient && wait > longest) return false;
                    await Task.Delay(wait, time, cancellation);
                }
            }
            finally
            {
                _turn.Release();
            }

            return true;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
