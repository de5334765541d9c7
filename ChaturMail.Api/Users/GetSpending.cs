using System.Text.Json.Serialization;
using ChaturMail.Api.Http;
using ChaturMail.Core.Spending;

namespace ChaturMail.Api.Users;

/// <summary>Shows the user what they have used today, and how much of the day's budget is left for them.</summary>
public static class GetSpending
{
    /// <param name="Emails">Emails since midnight UTC.</param>
    /// <param name="Coins">Coins for them.</param>
    /// <param name="BudgetUsedPercent">Share of the user's daily budget that is used, 0 to 100; absent without a budget.</param>
    /// <param name="ResetsOn">When the day ends and counting begins anew, Unix seconds.</param>
    public sealed record Response(
        long Emails, long Coins, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? BudgetUsedPercent, long ResetsOn);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        NoFields? request, SessionUser session, ISpendingStore spending, BudgetOptions budgets, TimeProvider time, CancellationToken cancellation)
    {
        var today = new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        var uid = session.Account.Uid;
        var emails = await spending.EmailsSinceAsync(uid, today, cancellation);
        int? used = budgets.UserNanoUsd is { } budget
            // The last percent is shown when there is nothing left, and not before.
            ? (int)Math.Clamp(await spending.SpentByUserAsync(uid, DateOnly.FromDateTime(today.UtcDateTime), cancellation) * 100m / budget, 0, 100)
            : null;
        return Reply.Ok("What you used today.", new Response(emails.Emails, emails.Coins, used, today.AddDays(1).ToUnixTimeSeconds()));
    }
}
