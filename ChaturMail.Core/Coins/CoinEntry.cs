namespace ChaturMail.Core.Coins;

/// <summary>
/// One movement of coins, written once and never changed. What a user can spend is the sum of <paramref name="Coins"/> over all of their
/// entries, what they have spent the sum of <paramref name="Spent"/>.
/// </summary>
/// <param name="Id">
/// Names the movement, at most 200 characters; one that is applied twice counts once. Follows from what it is for, e.g. <c>reserve:JOB</c>.
/// </param>
/// <param name="UserId">Whose coins.</param>
/// <param name="Kind">Why.</param>
/// <param name="Coins">Change of the coins that can be spent; 0 for a <see cref="CoinKind.Settle"/>.</param>
/// <param name="Spent">Change of the coins that are spent; not 0 for a <see cref="CoinKind.Settle"/> alone.</param>
/// <param name="Reference">What it is for: a job's id, an advertisement's transaction, an operator's reason; may be empty.</param>
/// <param name="At">When.</param>
public sealed record CoinEntry(string Id, string UserId, CoinKind Kind, long Coins, long Spent, string Reference, DateTimeOffset At);

/// <summary>Why coins moved. The numbers are stored.</summary>
public enum CoinKind
{
    /// <summary>
    /// What an account from before there was a ledger had when its first movement was written; and what a program that writes no ledger
    /// has moved since, as long as one shares the database.
    /// </summary>
    Opening = 0,

    /// <summary>Given for signing up, for a day, or by an operator; negative when an operator took them.</summary>
    Grant = 1,

    /// <summary>Set aside for a job.</summary>
    Reserve = 2,

    /// <summary>What was set aside for a job is spent.</summary>
    Settle = 3,

    /// <summary>What was set aside for a job came back.</summary>
    Refund = 4,

    /// <summary>Bought.</summary>
    Purchase = 5,

    /// <summary>Earned by watching an advertisement.</summary>
    Reward = 6,
}

/// <summary>What came of a movement of coins.</summary>
public enum CoinChange
{
    /// <summary>It is written, and the coins moved with it.</summary>
    Applied,

    /// <summary>It was written before; nothing moved.</summary>
    AlreadyApplied,

    /// <summary>There is no such account.</summary>
    NoUser,

    /// <summary>The user has fewer coins than would be taken.</summary>
    InsufficientCoins,

    /// <summary>The user has had as many movements of this kind as they may have in the time.</summary>
    TooMany,
}

/// <summary>The most movements of a kind that a user may have since a moment.</summary>
/// <param name="Most">1 or more.</param>
/// <param name="Since">Movements before it do not count.</param>
public sealed record CoinCap(int Most, DateTimeOffset Since);

/// <summary>A page of a user's movements, newest first.</summary>
/// <param name="Next">Where the next page starts, or null after the last.</param>
public sealed record CoinPage(IReadOnlyList<CoinEntry> Entries, Emails.EmailCursor? Next);
