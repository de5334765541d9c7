using ChaturMail.Core.Language;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Core.Spending;

/// <summary>
/// Holds calls against the budgets before they are made, and writes down what they cost. Fails closed: a budget that cannot be asked
/// allows nothing, and what was reserved for a call that a dying process made stays counted. Without budgets nothing is reserved.
/// </summary>
/// <param name="countsAll">True when calls that cost nothing are written down as well.</param>
public sealed class ModelLedger(ISpendingStore store, BudgetOptions budgets, TimeProvider time, ILogger<ModelLedger> log, bool countsAll = false)
{
    private readonly SpendingLimits? _limits =
        budgets is { UserPerDay: 0, DeploymentPerDay: 0 } ? null : new SpendingLimits(budgets.UserNanoUsd, budgets.DeploymentNanoUsd);

    /// <summary>Counts the worst case of a call against the budgets.</summary>
    /// <param name="nanoUsd">The most that the call can cost; 0 reserves nothing.</param>
    /// <returns>A reservation to settle, which is null when nothing was counted; or why the call must not be made.</returns>
    public async Task<(SpendingReservation? Reservation, ModelAnswer.Failed? Refusal)> ReserveAsync(
        string provider, string uid, long nanoUsd, CancellationToken cancellation)
    {
        if (_limits is null || nanoUsd == 0) return (null, null);
        var reservation = new SpendingReservation(Today(), uid, nanoUsd);
        try
        {
            return await store.ReserveAsync(reservation, _limits, cancellation) switch
            {
                ReservationResult.Reserved => (reservation, null),
                ReservationResult.UserBudgetSpent => (null, new(ModelFailure.OverBudget, $"{provider} was not asked: the user's budget of the day is spent.")),
                _ => (null, new(ModelFailure.OverBudget, $"{provider} was not asked: the deployment's budget of the day is spent.")),
            };
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            log.LogFault(e, $"The budget could not be checked, so {provider} was not asked");
            return (null, new(ModelFailure.Retryable, $"{provider} was not asked: the budget could not be checked."));
        }
    }

    /// <summary>
    /// Settles a reservation and adds the call to the totals. Never fails: the email is worth more than the note of its price, and what is
    /// not settled stays counted.
    /// </summary>
    /// <param name="made">What was called, or null when it was not and only the reservation is to be undone.</param>
    public async Task SettleAsync(SpendingReservation? reservation, ModelCall? made)
    {
        try
        {
            // Not cancelled: what was paid is paid.
            if (reservation is not null) await store.SettleAsync(reservation, made?.CostNanoUsd ?? 0, CancellationToken.None);
            if (made is not null && (countsAll || made.CostNanoUsd > 0)) await store.AddCallAsync(made, CancellationToken.None);
        }
        catch (Exception e)
        {
            log.LogFault(e, "What a call of a model cost could not be written down");
        }
    }

    /// <summary>The day in UTC, which is what budgets are for.</summary>
    public DateOnly Today() => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
}
