using System.Globalization;
using ChaturMail.Core.Coins;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Generation;
using Microsoft.Data.Sqlite;

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
    public Task<CoinPage> ListAsync(string uid, int limit, EmailCursor? after, CancellationToken cancellation)
    {
        // The order of writing is the order of the sequence; a cursor's id is its place in it.
        object? before = after is null ? null
            : long.TryParse(after.Id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var sequence) ? sequence : long.MaxValue;
        var rows = database.Read(db => db.List(
            row => (Sequence: row.GetInt64(0), Entry: ReadEntry(row, uid)),
            """
            SELECT sequence, id, kind, coins, spent, reference, at FROM coin_ledger
            WHERE user_id = $1 AND ($2 IS NULL OR sequence < $2) ORDER BY sequence DESC LIMIT $3
            """, uid, before, limit + 1));
        EmailCursor? next = null;
        if (rows.Count > limit)
        {
            rows.RemoveAt(limit);
            var last = rows[^1];
            next = new EmailCursor(last.Entry.At.ToUnixTimeMilliseconds(), last.Sequence.ToString("x24", CultureInfo.InvariantCulture));
        }

        return Task.FromResult(new CoinPage(rows.ConvertAll(row => row.Entry), next));
    }

    internal static void Write(SqliteSession db, CoinEntry entry) => db.Execute(
        "INSERT INTO coin_ledger (id, user_id, kind, coins, spent, reference, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        entry.Id, entry.UserId, (int)entry.Kind, entry.Coins, entry.Spent, entry.Reference, entry.At.ToUnixTimeMilliseconds());

    internal static void WriteReserved(SqliteSession db, GenerationJob job, DateTimeOffset at) =>
        Write(db, new CoinEntry("reserve:" + job.Id, job.UserId, CoinKind.Reserve, -job.Coins, 0, job.Id, at));

    internal static void WriteSettled(SqliteSession db, GenerationJob job, DateTimeOffset at) =>
        Write(db, new CoinEntry("settle:" + job.Id, job.UserId, CoinKind.Settle, 0, job.Coins, job.Id, at));

    /// <summary>
    /// A refund, or a reservation for a job that is opened again. A job can have several of either, each after one of the other, which the
    /// state of the job sees to; here they are told apart by their number.
    /// </summary>
    internal static void WriteRepeatable(SqliteSession db, string name, CoinKind kind, long coins, string uid, string jobId, DateTimeOffset at)
    {
        var id = $"{name}:{jobId}";
        var earlier = (long)db.Scalar("SELECT count(*) FROM coin_ledger WHERE id = $1 OR (id > $1 || '#' AND id < $1 || '$')", id)!;
        if (earlier > 0) id = string.Create(CultureInfo.InvariantCulture, $"{id}#{earlier + 1}");
        Write(db, new CoinEntry(id, uid, kind, coins, 0, jobId, at));
    }

    private static CoinEntry ReadEntry(SqliteDataReader row, string uid) => new(
        row.GetString(1), uid, (CoinKind)row.GetInt32(2), row.GetInt64(3), row.GetInt64(4), row.GetString(5),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6)));
}
