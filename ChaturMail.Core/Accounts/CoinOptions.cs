namespace ChaturMail.Core.Accounts;

/// <summary>What users get, and what their own prompts cost. Section <c>Coins</c>.</summary>
public sealed class CoinOptions
{
    /// <summary>Coins of a new account, 0 to 1,000,000,000.</summary>
    public int Starting { get; set; } = 10_000;

    /// <summary>Coins that an email by a prompt of the user's own costs, 1 to 10,000.</summary>
    public int OwnPrompt { get; set; } = 250;

    /// <summary>Free coins of a day (UTC), 0 to 1,000,000; 0 for none.</summary>
    public int Daily { get; set; }

    /// <summary>Free coins are given up to this balance, 0 to 1,000,000,000; null for <see cref="Starting"/>.</summary>
    public int? DailyUpTo { get; set; }

    /// <summary>The balance beyond which no free coins are given.</summary>
    public long UpTo => DailyUpTo ?? Starting;

    /// <summary>What is wrong with these settings: a sentence each, with the configuration key.</summary>
    public IEnumerable<string> Validate()
    {
        if (Starting is < 0 or > 1_000_000_000) yield return "Coins:Starting must be 0 to 1000000000.";
        if (OwnPrompt is < 1 or > 10_000) yield return "Coins:OwnPrompt must be 1 to 10000.";
        if (Daily is < 0 or > 1_000_000) yield return "Coins:Daily must be 0 to 1000000.";
        if (DailyUpTo is < 0 or > 1_000_000_000) yield return "Coins:DailyUpTo must be 0 to 1000000000.";
    }
}
