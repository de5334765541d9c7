using ChaturMail.Core.Identity.Local;
using Microsoft.Data.Sqlite;

namespace ChaturMail.Core.Storage.Sqlite;

/// <summary><see cref="ILocalAccountStore"/> on the embedded database.</summary>
public sealed class SqliteLocalAccountStore(SqliteDatabase database) : ILocalAccountStore
{
    private const string Select = "SELECT user_id, email, name, password_hash, created_on, verified_on FROM local_accounts";

    /// <inheritdoc/>
    public Task<LocalAccount?> FindByEmailAsync(string email, CancellationToken cancellation) =>
        Task.FromResult(database.Read(db => FindByEmail(db, email)));

    /// <inheritdoc/>
    public Task<LocalAccount?> FindAsync(string uid, CancellationToken cancellation) =>
        Task.FromResult(database.Read(db => db.First(Read, Select + " WHERE user_id = $1", uid)));

    /// <inheritdoc/>
    public Task<LocalAccount> RegisterAsync(LocalAccount registration, CancellationToken cancellation) => database.WriteAsync(db =>
    {
        db.Execute(
            "DELETE FROM local_accounts WHERE verified_on IS NULL AND created_on <= $1",
            (registration.CreatedOn - LocalAccount.UnverifiedLifetime).ToUnixTimeMilliseconds());
        db.Execute(
            """
            INSERT INTO local_accounts (user_id, email, name, password_hash, created_on) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (email) DO UPDATE SET name = excluded.name, password_hash = excluded.password_hash, created_on = excluded.created_on
            WHERE verified_on IS NULL
            """,
            registration.Uid, registration.Email, registration.Name, registration.PasswordHash, registration.CreatedOn.ToUnixTimeMilliseconds());
        return FindByEmail(db, registration.Email)!;
    }, cancellation);

    /// <inheritdoc/>
    public Task<bool> ProveAsync(
        string uid, string passwordHash, string name, DateTimeOffset at, string? expectedHash, CancellationToken cancellation) => database.WriteAsync(
        db => db.Execute(
            """
            UPDATE local_accounts SET password_hash = $2, name = $3, verified_on = $4
            WHERE user_id = $1 AND ($5 IS NULL OR password_hash = $5)
            """, uid, passwordHash, name, at.ToUnixTimeMilliseconds(), expectedHash) > 0, cancellation);

    /// <inheritdoc/>
    public Task DeleteAsync(string uid, CancellationToken cancellation) =>
        database.WriteAsync(db => db.Execute("DELETE FROM local_accounts WHERE user_id = $1", uid), cancellation);

    /// <inheritdoc/>
    public Task<TimeSpan> TakeAttemptAsync(string key, DateTimeOffset now, CancellationToken cancellation) => database.WriteAsync(db =>
    {
        var before = db.First(
            row => new SignInAttempts(row.GetInt32(0), Time(row, 1), Time(row, 2)), "SELECT count, last_on, locked_until FROM sign_in_attempts WHERE key = $1", key);
        var (wait, after) = SignInAttempts.Take(before, now);
        if (wait > TimeSpan.Zero) return wait;
        db.Execute("DELETE FROM sign_in_attempts WHERE last_on <= $1", (now - SignInAttempts.ForgottenAfter).ToUnixTimeMilliseconds());
        db.Execute(
            """
            INSERT INTO sign_in_attempts (key, count, last_on, locked_until) VALUES ($1, $2, $3, $4)
            ON CONFLICT DO UPDATE SET count = excluded.count, last_on = excluded.last_on, locked_until = excluded.locked_until
            """, key, after.Count, after.LastOn.ToUnixTimeMilliseconds(), after.LockedUntil.ToUnixTimeMilliseconds());
        db.Execute(
            """
            DELETE FROM sign_in_attempts WHERE key IN (SELECT key FROM sign_in_attempts ORDER BY last_on
                LIMIT max(0, (SELECT count(*) FROM sign_in_attempts) - $1))
            """, SignInAttempts.MostKept);
        return wait;
    }, cancellation);

    /// <inheritdoc/>
    public Task ForgetAttemptsAsync(string key, CancellationToken cancellation) =>
        database.WriteAsync(db => db.Execute("DELETE FROM sign_in_attempts WHERE key = $1", key), cancellation);

    private static LocalAccount? FindByEmail(SqliteSession db, string email) => db.First(Read, Select + " WHERE email = $1", email);

    private static LocalAccount Read(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), Time(row, 4), row.IsDBNull(5) ? null : Time(row, 5));

    private static DateTimeOffset Time(SqliteDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
