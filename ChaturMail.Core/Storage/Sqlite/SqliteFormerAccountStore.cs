using System.Text.Json;

namespace ChaturMail.Core.Storage.Sqlite;

/// <summary><see cref="IFormerAccountStore"/> on the embedded database.</summary>
public sealed class SqliteFormerAccountStore(SqliteDatabase database) : IFormerAccountStore
{
    /// <inheritdoc/>
    public Task RememberAsync(FormerAccount account, CancellationToken cancellation) => database.WriteAsync(
        db => db.Execute(
            """
            INSERT INTO former_accounts (digest, erased_at, day, nano_usd, address_digest) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT DO UPDATE SET erased_at = excluded.erased_at, day = excluded.day,
                nano_usd = CASE WHEN day = excluded.day THEN MAX(nano_usd, excluded.nano_usd) ELSE excluded.nano_usd END,
                address_digest = COALESCE(excluded.address_digest, address_digest)
            """, account.Digest, account.ErasedOn.ToUnixTimeMilliseconds(), account.Day.DayNumber, account.NanoUsd, account.AddressDigest), cancellation);

    /// <inheritdoc/>
    public Task<FormerAccount?> FindAsync(IReadOnlyCollection<string> digests, CancellationToken cancellation) => Task.FromResult(
        database.Read(db => db.First(
            row => new FormerAccount(
                row.GetString(0), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)), DateOnly.FromDayNumber(row.GetInt32(2)), row.GetInt64(3))
            {
                AddressDigest = row.TextOrNull(4),
            },
            """
            SELECT digest, erased_at, day, nano_usd, address_digest FROM former_accounts
            WHERE digest IN (SELECT value FROM json_each($1)) OR address_digest IN (SELECT value FROM json_each($1))
            ORDER BY erased_at DESC LIMIT 1
            """, JsonSerializer.Serialize(digests))));

    /// <inheritdoc/>
    public Task<long> TakeSpendingAsync(string digest, DateOnly day, CancellationToken cancellation) => database.WriteAsync(
        db =>
        {
            var spent = db.Scalar("SELECT nano_usd FROM former_accounts WHERE digest = $1 AND day = $2", digest, day.DayNumber) as long? ?? 0;
            if (spent > 0) db.Execute("UPDATE former_accounts SET nano_usd = 0 WHERE digest = $1", digest);
            return spent;
        }, cancellation);
}
