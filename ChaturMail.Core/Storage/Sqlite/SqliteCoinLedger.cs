using ChaturMail.Core.Coins;
using ChaturMail.Core.Emails;

namespace ChaturMail.Core.Storage.Sqlite;

/// <summary><see cref="ICoinLedger"/> on the embedded database: a movement and the account's coins change in one transaction.</summary>
public sealed class SqliteCoinLedger(SqliteDatabase database) : ICoinLedger
{
    /// <inheritdoc/>
    public Task<CoinChange> ApplyAsync(CoinEntry entry, CoinCap? cap, CancellationToken cancellation) => database.WriteAsync(db =>
    {
        if (db.Scalar("SELECT 1 FROM coin_ledger WHERE id = $1", entry.Id) is not null) return CoinChange.AlreadyApplied;
        if (db.Scalar("SELECT 1 FROM users WHERE uid = $1", entry.UserId) is null) return CoinChange.NoUser;
        if (cap is not null && (long)db.Scalar(
                "SELECT count(*) FROM coin_ledger WHERE user_id = $1 AND kind = $2 AND at >= $3",
                entry.UserId, (int)entry.Kind, cap.Since.ToUnixTimeMilliseconds())! >= cap.Most) return CoinChange.TooMany;
        if (db.Execute(
                """
                UPDATE users SET available_tokens = available_tokens + $2, used_tokens = used_tokens + $3
                WHERE uid = $1 AND available_tokens + $2 >= 0
                """, entry.UserId, entry.Coins, entry.Spent) == 0) return CoinChange.InsufficientCoins;
        Write(db, entry);
        return CoinChange.Applied;
    }, cancellation);

    /// <inheritdoc/>
    public Task<CoinPage> ListAsync(string uid, int limit, EmailCursor? after, CancellationToken cancellation) => throw new NotSupportedException();

    internal static void Write(SqliteSession db, CoinEntry entry) => db.Execute(
        "INSERT INTO coin_ledger (id, user_id, kind, coins, spent, reference, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        entry.Id, entry.UserId, (int)entry.Kind, entry.Coins, entry.Spent, entry.Reference, entry.At.ToUnixTimeMilliseconds());
}
