namespace ChaturMail.Core.Privacy;

/// <summary>What becomes of accounts that are deleted. Section <c>Privacy</c>.</summary>
public sealed class PrivacyOptions
{
    /// <summary>
    /// Time for which a deleted account is remembered by a keyed digest of its uid, so that deleting it and signing in again brings neither
    /// starting coins nor a fresh daily budget. 0 to 3650 days; 0 remembers nothing.
    /// </summary>
    public TimeSpan FormerAccounts { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Time between two looks for erasures that are not finished, 1 s to 1 h; one that fails rests for this long, then twice as long, up to an hour.</summary>
    public TimeSpan SweepEvery { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What is wrong with these settings: a sentence each, with the configuration key.</summary>
    public IEnumerable<string> Validate()
    {
        if (FormerAccounts < TimeSpan.Zero || FormerAccounts > TimeSpan.FromDays(3650)) yield return "Privacy:FormerAccounts must be 0 to 3650 days.";
        if (SweepEvery < TimeSpan.FromSeconds(1) || SweepEvery > TimeSpan.FromHours(1)) yield return "Privacy:SweepEvery must be 1 s to 1 h.";
    }
}
