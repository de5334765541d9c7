using ChaturMail.Core.Limits;

namespace ChaturMail.Api.Http;

/// <summary>How many requests are taken in a minute. Section <c>RateLimits</c>; 0 turns a limit off.</summary>
public sealed class RateLimitOptions
{
    /// <summary>Requests of one address, 0 to 1,000,000.</summary>
    public int PerAddress { get; set; } = 3000;

    /// <summary>Requests of one user, 0 to 1,000,000.</summary>
    public int PerUser { get; set; } = 1200;

    /// <summary>Generations of one user, 0 to 1,000,000.</summary>
    public int GenerationsPerUser { get; set; } = 120;

    /// <summary>Exports of one user in an hour, not a minute, 0 to 1,000,000: each reads all that they have.</summary>
    public int ExportsPerUser { get; set; } = 3;

    /// <summary>Requests of one address for accounts with a password (register, sign in, reset), 0 to 1,000,000.</summary>
    public int AccountsPerAddress { get; set; } = 20;

    /// <summary>Messages that one user sends, changes or deletes, 0 to 1,000,000; 60 of them at once.</summary>
    public int MessagesPerUser { get; set; } = 1200;

    /// <summary>What is wrong with these settings: a sentence each, with the configuration key.</summary>
    public IEnumerable<string> Validate()
    {
        if (PerAddress is < 0 or > RateLimit.MostPermits) yield return "RateLimits:PerAddress must be 0 to 1000000.";
        if (PerUser is < 0 or > RateLimit.MostPermits) yield return "RateLimits:PerUser must be 0 to 1000000.";
        if (AccountsPerAddress is < 0 or > RateLimit.MostPermits) yield return "RateLimits:AccountsPerAddress must be 0 to 1000000.";
        if (GenerationsPerUser is < 0 or > RateLimit.MostPermits) yield return "RateLimits:GenerationsPerUser must be 0 to 1000000.";
        if (MessagesPerUser is < 0 or > RateLimit.MostPermits) yield return "RateLimits:MessagesPerUser must be 0 to 1000000.";
        if (ExportsPerUser is < 0 or > RateLimit.MostPermits) yield return "RateLimits:ExportsPerUser must be 0 to 1000000.";
    }
}

/// <summary>Holds requests against their limits, in all processes together where they have a Redis.</summary>
public sealed class RequestLimits(RateLimitOptions options, IRateLimiter limiter)
{
    // Ten guesses an hour find one of three codes in a million once in four years at the mean; nobody types so many.
    private static readonly RateLimit FactorTries = new("factor-try", 10, TimeSpan.FromHours(1), 10);
    private static readonly RateLimit CodeMails = new("code-mail", 10, TimeSpan.FromHours(1), 10);

    // Beside the limit of groups that a user has made, which leaving one takes down again.
    private static readonly RateLimit Groups = new("group", 200, TimeSpan.FromHours(1), 200);

    // What was typed while there was no connection comes all at once.
    private const int MessagesAtOnce = 60;

    private readonly RateLimit? _addresses = Limit("address", options.PerAddress);
    private readonly RateLimit? _users = Limit("user", options.PerUser);
    private readonly RateLimit? _generations = Limit("generation", options.GenerationsPerUser);
    private readonly RateLimit? _exports = options.ExportsPerUser == 0
        ? null : new RateLimit("export", options.ExportsPerUser, TimeSpan.FromHours(1), options.ExportsPerUser);
    private readonly RateLimit? _messages = options.MessagesPerUser == 0
        ? null : new RateLimit("message", options.MessagesPerUser, TimeSpan.FromMinutes(1), Math.Min(MessagesAtOnce, options.MessagesPerUser));
    private readonly RateLimit? _accounts = Limit("account", options.AccountsPerAddress);

    /// <summary>Counts a request of this address; the error to answer with when there are too many, else null.</summary>
    public ValueTask<ApiError?> CountAddressAsync(string address) => CountAsync(_addresses, address);

    /// <summary>Counts a request of this user.</summary>
    public ValueTask<ApiError?> CountUserAsync(string uid) => CountAsync(_users, uid);

    /// <summary>Counts a generation of this user.</summary>
    public ValueTask<ApiError?> CountGenerationAsync(string uid) => CountAsync(_generations, uid);

    /// <summary>Counts an export of this user's data.</summary>
    public ValueTask<ApiError?> CountExportAsync(string uid) => CountAsync(_exports, uid);

    /// <summary>Counts a message that this user sends, changes or deletes.</summary>
    public ValueTask<ApiError?> CountMessageAsync(string uid) => CountAsync(_messages, uid);

    /// <summary>Counts a group that this user makes.</summary>
    public ValueTask<ApiError?> CountGroupAsync(string uid) => CountAsync(Groups, uid);

    /// <summary>Counts a try of a code of this user's second factor, in a row of sign-ins or in the settings.</summary>
    public ValueTask<ApiError?> CountFactorTryAsync(string uid) => CountAsync(FactorTries, uid);

    /// <summary>Counts a code that is mailed to this address, whoever's account it is for.</summary>
    public ValueTask<ApiError?> CountCodeMailAsync(string address) => CountAsync(CodeMails, address);

    /// <summary>Counts a request of this address for an account with a password.</summary>
    public ValueTask<ApiError?> CountAccountAsync(string address) => CountAsync(_accounts, address);

    private static RateLimit? Limit(string name, int perMinute) => perMinute == 0 ? null : RateLimit.PerMinute(name, perMinute);

    private async ValueTask<ApiError?> CountAsync(RateLimit? limit, string key)
    {
        if (limit is null || await limiter.TakeAsync(limit, key) is var wait && wait == TimeSpan.Zero) return null;
        return ApiError.TooManyRequests with { RetryAfter = (int)Math.Ceiling(wait.TotalSeconds) };
    }
}
