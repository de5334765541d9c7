namespace ChaturMail.Core.Storage;

/// <summary>
/// Sums by day, and by minute, for the operators, over what the store holds now: a user who was erased is not counted any more, on past days neither.
/// </summary>
public interface IUsageStore
{
    /// <summary>The most days that are summed at once.</summary>
    const int MostDays = 31;

    /// <summary>The sums of each day from <paramref name="first"/> to <paramref name="last"/>, both included, at most <see cref="MostDays"/>; the newest first.</summary>
    Task<IReadOnlyList<UsageDay>> ListDaysAsync(DateOnly first, DateOnly last, CancellationToken cancellation);

    /// <summary>
    /// What became of jobs in some minutes. Read by indexes on time, so that it costs what happened in them, however many records there are.
    /// </summary>
    /// <param name="from">Begin of the first minute.</param>
    /// <param name="minutes">How many, at most <see cref="JobFigures.MostMinutes"/>.</param>
    Task<JobFigures> MeasureJobsAsync(DateTimeOffset from, int minutes, CancellationToken cancellation);
}

/// <summary>What happened on a day, which begins at midnight UTC.</summary>
/// <param name="Day">The day.</param>
/// <param name="SignUps">Accounts that were made.</param>
/// <param name="ActiveUsers">Users who got an email.</param>
/// <param name="Emails">Emails that were written and not deleted since.</param>
/// <param name="Coins">What the ledger says.</param>
public sealed record UsageDay(DateOnly Day, long SignUps, long ActiveUsers, long Emails, CoinsOfDay Coins);

/// <summary>Sums of a day's movements of coins; none is negative.</summary>
/// <param name="Spent">Settled for finished emails.</param>
/// <param name="Granted">Given for signing up, for a day, or by an operator.</param>
/// <param name="Taken">Taken by an operator.</param>
/// <param name="Rewarded">Earned by watching advertisements.</param>
/// <param name="Rewards">How many advertisements that were.</param>
/// <param name="Purchased">Bought.</param>
public sealed record CoinsOfDay(long Spent, long Granted, long Taken, long Rewarded, long Rewards, long Purchased);
