using ChaturMail.Api.Http;
using ChaturMail.Core.Spending;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Admin;

/// <summary>Shows use, cost and revenue by day (UTC), the newest day first.</summary>
public static class GetUsage
{
    /// <param name="From">The first day, as in 2026-01-31; six days before the last when absent.</param>
    /// <param name="To">The last day; today when absent. At most 31 days are shown.</param>
    public sealed record Request(string? From, string? To);

    /// <param name="ActiveUsers">Users who got an email.</param>
    /// <param name="Emails">Emails written and not deleted since.</param>
    /// <param name="CoinsSpent">Coins that those and deleted ones cost.</param>
    /// <param name="CoinsGranted">Given for signing up, for a day, or by operators.</param>
    /// <param name="CoinsTaken">Taken by operators.</param>
    /// <param name="CoinsRewarded">Earned by watching advertisements.</param>
    /// <param name="Rewards">Advertisements watched.</param>
    /// <param name="ModelCalls">Calls of models that were counted.</param>
    /// <param name="ModelCostMicroUsd">Their price, millionths of a US dollar.</param>
    /// <param name="EstimatedRevenueMicroUsd">Rewards and bought coins by the prices in <see cref="RevenueOptions"/>; an estimate.</param>
    public sealed record Response(
        string Day, long SignUps, long ActiveUsers, long Emails, long CoinsSpent, long CoinsGranted, long CoinsTaken, long CoinsRewarded, long Rewards,
        long CoinsPurchased, long ModelCalls, long ModelCostMicroUsd, long EstimatedRevenueMicroUsd);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request? request, IUsageStore usage, ISpendingStore spending, RevenueOptions revenue, TimeProvider time, CancellationToken cancellation)
    {
        var check = new Check();
        var (first, last) = DayFields.Read(check, request?.From, request?.To, time);
        if (check.Failure is { } failure) return failure;

        var calls = (await spending.ListTotalsAsync(first, cancellation)).ToLookup(total => total.Sum.Day);
        var days = await usage.ListDaysAsync(first, last, cancellation);
        return Reply.List("Use by day.", days.Select(day => new Response(
            DayFields.Text(day.Day), day.SignUps, day.ActiveUsers, day.Emails, day.Coins.Spent, day.Coins.Granted,
            day.Coins.Taken, day.Coins.Rewarded, day.Coins.Rewards, day.Coins.Purchased, calls[day.Day].Sum(total => total.Calls),
            calls[day.Day].Sum(total => total.Sum.CostNanoUsd) / 1000,
            day.Coins.Rewards * revenue.PerReward + day.Coins.Purchased * revenue.PerPurchasedCoin)).ToList());
    }
}
