namespace ChaturMail.Core.Spending;

/// <summary>
/// What calls of models cost: counters that budgets are held against, totals for the operators, and the texts of second models. Money is
/// in billionths of a US dollar. Every method is safe under concurrent use by several processes.
/// </summary>
public interface ISpendingStore
{
    /// <summary>
    /// Counts an amount against both budgets of a day, unless it does not fit into one of them: then it counts against neither. Callers
    /// at once never get more together than a budget holds.
    /// </summary>
    Task<ReservationResult> ReserveAsync(SpendingReservation reservation, SpendingLimits limits, CancellationToken cancellation);

    /// <summary>
    /// Ends a reservation: what was counted too much or too little is put right. To be called once; without it the reserved amount stays
    /// counted.
    /// </summary>
    /// <param name="costNanoUsd">What the call did cost.</param>
    Task SettleAsync(SpendingReservation reservation, long costNanoUsd, CancellationToken cancellation);

    /// <summary>Adds a call to its day's totals.</summary>
    Task AddCallAsync(ModelCall spent, CancellationToken cancellation);

    /// <summary>What is counted against a user's budget of a day.</summary>
    Task<long> SpentByUserAsync(string uid, DateOnly day, CancellationToken cancellation);

    /// <summary>The emails that a user got since a moment, at most as far back as the records of ended jobs are kept, and their coins.</summary>
    Task<EmailsOfUser> EmailsSinceAsync(string uid, DateTimeOffset since, CancellationToken cancellation);

    /// <summary>The totals from a day on, the newest day first, then by provider, model and role.</summary>
    Task<IReadOnlyList<ModelTotal>> ListTotalsAsync(DateOnly from, CancellationToken cancellation);

    /// <summary>Keeps a comparison, once for each email; not when the email is gone.</summary>
    Task AddComparisonAsync(Comparison comparison, CancellationToken cancellation);

    /// <summary>The newest comparisons, newest first.</summary>
    Task<IReadOnlyList<Comparison>> ListComparisonsAsync(int limit, CancellationToken cancellation);

    /// <summary>Removes counters and totals of days before one, and comparisons from before a moment.</summary>
    Task DeleteOldAsync(DateOnly daysBefore, DateTimeOffset comparedBefore, CancellationToken cancellation);
}

/// <summary>An amount that is counted before it is spent.</summary>
/// <param name="Day">Day in UTC.</param>
/// <param name="UserId">Who asks; empty for nobody, whose budget nothing counts against.</param>
/// <param name="NanoUsd">The most that the call can cost.</param>
public sealed record SpendingReservation(DateOnly Day, string UserId, long NanoUsd);

/// <summary>The budgets of a day; null for none, and then nothing is counted for it.</summary>
public sealed record SpendingLimits(long? UserNanoUsd, long? DeploymentNanoUsd);

/// <summary>What came of a reservation.</summary>
public enum ReservationResult
{
    /// <summary>It is counted; the call may be made.</summary>
    Reserved,

    /// <summary>It does not fit into the user's budget.</summary>
    UserBudgetSpent,

    /// <summary>It does not fit into the deployment's budget.</summary>
    DeploymentBudgetSpent,
}

/// <summary>One call of a model.</summary>
/// <param name="Day">Day in UTC.</param>
/// <param name="Provider">Name of the provider.</param>
/// <param name="Model">Model as its provider names it.</param>
/// <param name="Role">What it was for.</param>
/// <param name="InputTokens">Tokens read.</param>
/// <param name="OutputTokens">Tokens written.</param>
/// <param name="CostNanoUsd">Price.</param>
/// <param name="Duration">Time that it took.</param>
public sealed record ModelCall(
    DateOnly Day, string Provider, string Model, ModelRole Role, long InputTokens, long OutputTokens, long CostNanoUsd, TimeSpan Duration);

/// <summary>What a model is asked for.</summary>
public enum ModelRole
{
    /// <summary>For a user's email.</summary>
    Answer = 0,

    /// <summary>For the operators, who compare it with the user's email.</summary>
    Comparison = 1,

    /// <summary>A message or an email in its reader's language.</summary>
    Translation = 2,
}

/// <summary>The calls of a day that have provider, model and role in common.</summary>
/// <param name="Calls">How many.</param>
/// <param name="Sum">Tokens, price and time of all together.</param>
public sealed record ModelTotal(long Calls, ModelCall Sum);

/// <summary>Emails of a user and what they paid for them.</summary>
/// <param name="Emails">How many.</param>
/// <param name="Coins">Coins for all of them.</param>
public sealed record EmailsOfUser(long Emails, long Coins);

/// <summary>A user's email beside what a second model made of the same request.</summary>
/// <param name="EmailId">The user's email.</param>
/// <param name="UserId">Its owner.</param>
/// <param name="ComparedAt">When.</param>
/// <param name="First">The user's email.</param>
/// <param name="Second">The second model's.</param>
/// <param name="SecondText">The second model's email, cleaned.</param>
public sealed record Comparison(
    string EmailId, string UserId, DateTimeOffset ComparedAt, ComparedText First, ComparedText Second, string SecondText);

/// <summary>One side of a comparison.</summary>
/// <param name="Model">Model as its provider names it.</param>
/// <param name="CostNanoUsd">Price.</param>
/// <param name="Duration">Time that the call took, zero when unknown.</param>
/// <param name="Words">Words of the email.</param>
public sealed record ComparedText(string Model, long CostNanoUsd, TimeSpan Duration, int Words);
