namespace ChaturMail.Core.Codes;

/// <summary>
/// Codes of six digits that prove that somebody reads what is sent to an address: good once, for <see cref="Lifetime"/>, for
/// <see cref="MostTries"/> tries (OWASP ASVS 5, 6.5). Only a digest under a key of the server's is kept: a million codes are soon tried on a
/// stolen one. Safe for concurrent use by several processes. Every method throws <see cref="CodesUnavailableException"/> while what keeps
/// the codes is away: nobody gets in meanwhile.
/// </summary>
public interface IOneTimeCodes
{
    /// <summary>How long a code is good.</summary>
    static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Wrong tries that a code survives, less one: with the fifth it is gone.</summary>
    const int MostTries = 5;

    /// <summary>Time between two codes for one subject.</summary>
    static readonly TimeSpan ResendAfter = TimeSpan.FromSeconds(60);

    /// <summary>The most codes for one subject in an hour.</summary>
    const int MostAnHour = 5;

    /// <summary>Makes a code, which takes the place of the one before.</summary>
    /// <param name="purpose">What it is good for, e.g. <c>reset</c>; a code for one purpose is none for another.</param>
    /// <param name="subject">Whose it is, e.g. a uid or an address in lower case.</param>
    Task<CodeIssue> IssueAsync(string purpose, string subject, CancellationToken cancellation);

    /// <summary>Uses a code up. Of however many calls with the right code, one is told <see cref="CodeCheck.Good"/>.</summary>
    Task<CodeCheck> RedeemAsync(string purpose, string subject, string code, CancellationToken cancellation);

    /// <summary>
    /// Counts a try at something that the code stands for, before it is known whether it is right. False when there is no code (any more), or
    /// all tries were taken. Of however many calls at once <see cref="MostTries"/> are told true; the code stays for the one of them that was right.
    /// </summary>
    Task<bool> TakeTryAsync(string purpose, string subject, CancellationToken cancellation);
}

/// <summary>What keeps the codes is away. The message is fit for the log.</summary>
public sealed class CodesUnavailableException(Exception cause) : IOException($"One-time codes are not available: {cause.GetType().Name}", cause);

/// <summary>What came of asking for a code.</summary>
/// <param name="Code">Six digits, or null when it is too soon for another.</param>
/// <param name="Wait">Time after which another can be had.</param>
public sealed record CodeIssue(string? Code, TimeSpan Wait);

/// <summary>What came of trying a code.</summary>
public enum CodeCheck
{
    /// <summary>It was right, and is used up now.</summary>
    Good,

    /// <summary>It was wrong; there are tries left.</summary>
    Wrong,

    /// <summary>There is no code (any more): none was made, it is too old, used, or tried too often.</summary>
    Gone,
}
