using System.Collections.Concurrent;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Coins;

/// <summary>
/// The free coins of each day (UTC), for accounts that have fewer than <see cref="CoinOptions.DailyUpTo"/>: given when their owner is first seen
/// in need of them. The ledger decides that it happens once, whichever processes try; what this one has seen given it does not try again.
/// </summary>
public sealed class DailyCoins(ICoinLedger ledger, IUserStore users, CoinOptions options, FormerAccounts formerAccounts, TimeProvider time)
{
    private const int MostRemembered = 100_000;

    private readonly ConcurrentDictionary<string, DateOnly> _given = new();

    /// <summary>Gives an account the coins of the day, if it has not had them, and says how many it got by this call.</summary>
    /// <param name="account">As it is now.</param>
    public async Task<long> GiveAsync(User account, CancellationToken cancellation)
    {
        var missing = options.UpTo - account.AvailableTokens;
        var now = time.GetUtcNow();
        var today = DayOf(now);
        if (options.Daily == 0 || missing <= 0 || account.Disabled || IsGiven(account.Id, today)) return 0;
        // Whoever deleted an account today may have had today's with it.
        if (DayOf(account.CreatedOn) == today && await formerAccounts.FindAsync(account.Uid, account.Email, account.EmailVerified, cancellation) is { } former
            && DayOf(former.ErasedOn) == today) return 0;
        var coins = Math.Min(options.Daily, missing);
        var change = await ledger.ApplyAsync(
            new CoinEntry($"daily:{account.Id}:{today:O}", account.Uid, CoinKind.Grant, coins, 0, "daily", now), null, cancellation);
        if (change is not (CoinChange.Applied or CoinChange.AlreadyApplied)) return 0;
        // Emptying the whole is crude and cheap: each of them costs one more look into the ledger.
        if (_given.Count >= MostRemembered) _given.Clear();
        _given[account.Id] = today;
        return change == CoinChange.Applied ? coins : 0;
    }

    /// <summary>The same for an account of which only the owner is known.</summary>
    public async Task<long> GiveAsync(string uid, CancellationToken cancellation) =>
        options.Daily > 0 && await users.FindAsync(uid, cancellation) is { } account ? await GiveAsync(account, cancellation) : 0;

    private static DateOnly DayOf(DateTimeOffset time) => DateOnly.FromDateTime(time.UtcDateTime);

    private bool IsGiven(string accountId, DateOnly today) => _given.TryGetValue(accountId, out var day) && day == today;
}
