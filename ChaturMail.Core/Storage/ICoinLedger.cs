using ChaturMail.Core.Coins;
using ChaturMail.Core.Emails;

namespace ChaturMail.Core.Storage;

/// <summary>
/// The movements of coins. Jobs' own (reserve, settle, refund) are written by <see cref="IJobStore"/> together with what they are for.
/// Coins never go below zero, however many calls run at once. Each method may be interrupted and called again: the effect is that of one call.
/// </summary>
public interface ICoinLedger
{
    /// <summary>Writes a movement and changes the account with it.</summary>
    /// <param name="cap">Refuses it when the user has as many of its kind already; null for no limit.</param>
    Task<CoinChange> ApplyAsync(CoinEntry entry, CoinCap? cap, CancellationToken cancellation);

    /// <summary>
    /// A page of a user's movements, newest first: in the order of writing, or, in a store that has none, by time. Their sums over all pages
    /// are the account's coins, except for what moves meanwhile.
    /// </summary>
    /// <param name="limit">1 to 100.</param>
    /// <param name="after">Where the page before ended, or null for the first. What it says is the store's own business.</param>
    Task<CoinPage> ListAsync(string uid, int limit, EmailCursor? after, CancellationToken cancellation);
}
