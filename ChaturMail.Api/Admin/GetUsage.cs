using System.Globalization;
using ChaturMail.Api.Http;
using ChaturMail.Core.Spending;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Admin;

/// <summary>Shows use, cost and revenue by day (UTC), the newest day first.</summary>
public static class GetUsage
{
    private const string Form = "yyyy-MM-dd";
    private const int UsualDays = 7;

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
        var last = Day(check, "to", request?.To) ?? DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var first = Day(check, "from", request?.From) ?? last.AddDays(1 - UsualDays);
        if (first > last || last.DayNumber - first.DayNumber >= IUsageStore.MostDays)
            check.Fail($"The fields 'from' and 'to' must be the first and the last of 1 to {IUsageStore.MostDays} days.");
        if (check.Failure is { } failure) return failure;

        var calls = (await spending.ListTotalsAsync(first, cancellation)).ToLookup(total => total.Sum.Day);
        var days = await usage.ListDaysAsync(first, last, cancellation);
        return Reply.List("Use by day.", days.Select(day => new Response(
            day.Day.ToString(Form, CultureInfo.InvariantCulture), day.SignUps, day.ActiveUsers, day.Emails, day.Coins.Spent, day.Coins.Granted,
            day.Coins.Taken, day.Coins.Rewarded, day.Coins.Rewards, day.Coins.Purchased, calls[day.Day].Sum(total => total.Calls),
            calls[day.Day].Sum(total => total.Sum.CostNanoUsd) / 1000,
            day.Coins.Rewards * revenue.PerReward + day.Coins.Purchased * revenue.PerPurchasedCoin)).ToList());
    }

    private static DateOnly? Day(Check check, string field, string? value)
    {
        if (value is null) return null;
        // Years that a store's dates can hold.
        if (DateOnly.TryParseExact(value, Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 2000 and <= 2999) return day;
        check.Fail($"The field '{field}' must be a day such as 2026-01-31.");
        return null;
    }
}
