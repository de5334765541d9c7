namespace ChaturMail.Core.Translation;

/// <summary>Translations for the reader: how much, how long. Which models make them is <c>Models:Routes:Translation</c>. Section <c>Translation</c>.</summary>
public sealed class TranslationOptions
{
    /// <summary>
    /// Characters that one user may have translated in a day (UTC), 0 to 100,000,000; what was translated before, for whomever, does not count. 0 for
    /// no limit but the budgets'.
    /// </summary>
    public int CharactersADay { get; set; } = 200_000;

    /// <summary>Translations that a worker process makes at once, 1 to 100.</summary>
    public int Concurrency { get; set; } = 4;

    /// <summary>How long a request waits for a translation that is not there yet, up to 25 s; 0 for not at all.</summary>
    public TimeSpan Wait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The time that one translation may take, the turns at a provider not counted (which may take 1 min 45 s in all), 1 s to 10 minutes.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a translation is kept that nobody reads any more, 1 to 3650 days.</summary>
    public TimeSpan KeepUnread { get; set; } = TimeSpan.FromDays(90);

    /// <summary>What is wrong with these settings: a sentence each, with the configuration key.</summary>
    public IEnumerable<string> Validate()
    {
        if (CharactersADay is < 0 or > 100_000_000) yield return "Translation:CharactersADay must be 0 to 100000000.";
        if (Concurrency is < 1 or > 100) yield return "Translation:Concurrency must be 1 to 100.";
        // The server ends a request after 30 s.
        if (Wait < TimeSpan.Zero || Wait > TimeSpan.FromSeconds(25)) yield return "Translation:Wait must be 0 to 00:00:25.";
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(10)) yield return "Translation:Timeout must be 1 s to 00:10:00.";
        if (KeepUnread < TimeSpan.FromDays(1) || KeepUnread > TimeSpan.FromDays(3650)) yield return "Translation:KeepUnread must be 1 to 3650 days.";
    }
}
