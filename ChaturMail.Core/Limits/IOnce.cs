namespace ChaturMail.Core.Limits;

/// <summary>
/// Lets something happen once in a while, in all processes together: of however many calls with one key, one is the first. Safe for
/// concurrent use.
/// </summary>
public interface IOnce
{
    /// <summary>Claims a key for a time. Whoever is told anything but <see cref="OnceResult.First"/> must not go on.</summary>
    /// <param name="key">At most 200 characters, without anything of a user's: a digest.</param>
    /// <param name="lifetime">How long it stays claimed, in whole milliseconds, 1 or more.</param>
    Task<OnceResult> TryClaimAsync(string key, TimeSpan lifetime, CancellationToken cancellation);
}

/// <summary>What came of a claim.</summary>
public enum OnceResult
{
    /// <summary>Nobody had claimed the key.</summary>
    First,

    /// <summary>It is claimed.</summary>
    Again,

    /// <summary>It cannot be found out now; the key may be claimed after all.</summary>
    Unknown,
}
