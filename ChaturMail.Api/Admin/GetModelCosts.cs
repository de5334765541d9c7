using ChaturMail.Api.Http;
using ChaturMail.Core.Spending;

namespace ChaturMail.Api.Admin;

/// <summary>Shows what calls of models cost by day (UTC), provider, model and purpose, the newest day first.</summary>
public static class GetModelCosts
{
    /// <param name="From">The first day, as in 2026-01-31; six days before the last when absent.</param>
    /// <param name="To">The last day; today when absent. At most 31 days are shown.</param>
    public sealed record Request(string? From, string? To);

    /// <param name="Model">As its provider names it.</param>
    /// <param name="Purpose"><c>email</c>, or <c>comparison</c> for a second model's.</param>
    /// <param name="CostMicroUsd">Millionths of a US dollar.</param>
    public sealed record Response(
        string Day, string Provider, string Model, string Purpose, long Calls, long InputTokens, long OutputTokens, long CostMicroUsd);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request? request, ISpendingStore spending, TimeProvider time, CancellationToken cancellation)
    {
        var check = new Check();
        var (first, last) = DayFields.Read(check, request?.From, request?.To, time);
        if (check.Failure is { } failure) return failure;

        var totals = await spending.ListTotalsAsync(first, cancellation);
        return Reply.List("Costs of models by day.", totals.Where(total => total.Sum.Day <= last).Select(total => new Response(
            DayFields.Text(total.Sum.Day), total.Sum.Provider, total.Sum.Model, total.Sum.Role == ModelRole.Answer ? "email" : Check.NameOf(total.Sum.Role),
            total.Calls, total.Sum.InputTokens, total.Sum.OutputTokens, total.Sum.CostNanoUsd / 1000)).ToList());
    }
}
