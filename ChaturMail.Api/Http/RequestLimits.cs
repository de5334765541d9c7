using System.Threading.RateLimiting;

namespace ChaturMail.Api.Http;

/// <summary>How many requests are taken in a minute. Section <c>RateLimits</c>; 0 turns a limit off.</summary>
public sealed class RateLimitOptions
{
    /// <summary>Requests of one address.</summary>
    public int PerAddress { get; set; } = 3000;

    /// <summary>Requests of one user.</summary>
    public int PerUser { get; set; } = 1200;

    /// <summary>Generations of one user.</summary>
    public int GenerationsPerUser { get; set; } = 120;

    /// <summary>What is wrong with these settings: a sentence each, with the configuration key.</summary>
    public IEnumerable<string> Validate()
    {
        if (PerAddress < 0) yield return "RateLimits:PerAddress must be 0 or more.";
        if (PerUser < 0) yield return "RateLimits:PerUser must be 0 or more.";
        if (GenerationsPerUser < 0) yield return "RateLimits:GenerationsPerUser must be 0 or more.";
    }
}

/// <summary>Counts requests in windows of a minute, in this process.</summary>
public sealed class RequestLimits(RateLimitOptions options) : IDisposable
{
    private readonly PartitionedRateLimiter<string>? _addresses = Create(options.PerAddress);
    private readonly PartitionedRateLimiter<string>? _users = Create(options.PerUser);
    private readonly PartitionedRateLimiter<string>? _generations = Create(options.GenerationsPerUser);

    /// <summary>Counts a request of this address; the error to answer with when there are too many, else null.</summary>
    public ApiError? CountAddress(string address) => Count(_addresses, address);

    /// <summary>Counts a request of this user.</summary>
    public ApiError? CountUser(string uid) => Count(_users, uid);

    /// <summary>Counts a generation of this user.</summary>
    public ApiError? CountGeneration(string uid) => Count(_generations, uid);

    /// <inheritdoc/>
    public void Dispose()
    {
        _addresses?.Dispose();
        _users?.Dispose();
        _generations?.Dispose();
    }

    private static PartitionedRateLimiter<string>? Create(int perMinute) => perMinute == 0 ? null : PartitionedRateLimiter.Create<string, string>(
        key => RateLimitPartition.GetFixedWindowLimiter(key, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = perMinute,
            Window = TimeSpan.FromMinutes(1),
            QueueLimit = 0,
        }));

    private static ApiError? Count(PartitionedRateLimiter<string>? limiter, string key)
    {
        if (limiter is null) return null;
        using var lease = limiter.AttemptAcquire(key);
        if (lease.IsAcquired) return null;
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? (int)Math.Ceiling(after.TotalSeconds) : 60;
        return ApiError.TooManyRequests with { RetryAfter = Math.Max(1, wait) };
    }
}
