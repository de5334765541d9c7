namespace ChaturMail.Core.Storage.Sqlite;

/// <summary><see cref="ISecondFactorStore"/> on the embedded database.</summary>
public sealed class SqliteSecondFactorStore(SqliteDatabase database) : ISecondFactorStore
{
    /// <inheritdoc/>
    public Task<FactorState?> FindAsync(string uid, CancellationToken cancellation) => Task.FromResult(database.Read(db => db.First(
        row => new FactorState(row.GetInt64(0) != 0, row.TextOrNull(1), row.TextOrNull(2), (int)row.GetInt64(3), row.TextOrNull(4)),
        """
        SELECT email, totp, pending_totp, (SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1), verified_address
        FROM second_factors WHERE user_id = $1
        """, uid)));

    /// <inheritdoc/>
    public Task<bool> SetEmailAsync(string uid, bool enabled, CancellationToken cancellation) => database.WriteAsync(
        db => Touch(db, uid) && db.Execute("UPDATE second_factors SET email = $2, pending_totp = NULL WHERE user_id = $1", uid, enabled ? 1 : 0) > 0, cancellation);

    /// <inheritdoc/>
    public Task<bool> SetPendingTotpAsync(string uid, string sealedSecret, CancellationToken cancellation) =>
        database.WriteAsync(db => Set(db, uid, "pending_totp", sealedSecret), cancellation);

    /// <inheritdoc/>
    public Task<bool> ConfirmTotpAsync(string uid, string pendingSecret, long totpStep, IReadOnlyList<string> recoveryDigests, CancellationToken cancellation) =>
        database.WriteAsync(db =>
        {
            if (db.Execute(
                "UPDATE second_factors SET totp = pending_totp, pending_totp = NULL, last_step = $3 WHERE user_id = $1 AND pending_totp = $2",
                uid, pendingSecret, totpStep) == 0) return false;
            Renew(db, uid, recoveryDigests);
            return true;
        }, cancellation);

    /// <inheritdoc/>
    public Task<bool> TakeStepAsync(string uid, long totpStep, CancellationToken cancellation) => database.WriteAsync(
        db => db.Execute("UPDATE second_factors SET last_step = $2 WHERE user_id = $1 AND totp IS NOT NULL AND last_step < $2", uid, totpStep) > 0, cancellation);

    /// <inheritdoc/>
    public Task ResealTotpAsync(string uid, string old, string renewed, CancellationToken cancellation) => database.WriteAsync(
        db => db.Execute("UPDATE second_factors SET totp = $3 WHERE user_id = $1 AND totp = $2", uid, old, renewed), cancellation);

    /// <inheritdoc/>
    public Task<bool> RenewRecoveryCodesAsync(string uid, IReadOnlyList<string> digests, CancellationToken cancellation) => database.WriteAsync(db =>
    {
        if (!Touch(db, uid)) return false;
        Renew(db, uid, digests);
        return true;
    }, cancellation);

    /// <inheritdoc/>
    public Task<bool> TakeRecoveryCodeAsync(string uid, string digest, CancellationToken cancellation) => database.WriteAsync(
        db => db.Execute("DELETE FROM recovery_codes WHERE user_id = $1 AND digest = $2", uid, digest) > 0, cancellation);

    /// <inheritdoc/>
    public Task<bool> TurnOffAsync(string uid, CancellationToken cancellation) => database.WriteAsync(db =>
    {
        db.Execute("DELETE FROM recovery_codes WHERE user_id = $1", uid);
        db.Execute("UPDATE second_factors SET pending_totp = NULL WHERE user_id = $1", uid);
        return db.Execute("UPDATE second_factors SET email = 0, totp = NULL WHERE user_id = $1 AND (email <> 0 OR totp IS NOT NULL)", uid) > 0;
    }, cancellation);

    /// <inheritdoc/>
    public Task RememberAddressAsync(string uid, string addressDigest, CancellationToken cancellation) =>
        database.WriteAsync(db => Set(db, uid, "verified_address", addressDigest), cancellation);

    private static bool Touch(SqliteSession db, string uid) => db.Execute(
        """
        INSERT INTO second_factors (user_id) SELECT $1 WHERE EXISTS (SELECT 1 FROM users WHERE uid = $1)
        ON CONFLICT DO UPDATE SET user_id = excluded.user_id
        """, uid) > 0;

    private static bool Set(SqliteSession db, string uid, string column, object value) =>
        Touch(db, uid) && db.Execute($"UPDATE second_factors SET {column} = $2 WHERE user_id = $1", uid, value) > 0;

    private static void Renew(SqliteSession db, string uid, IReadOnlyList<string> digests)
    {
        db.Execute("DELETE FROM recovery_codes WHERE user_id = $1", uid);
        foreach (var digest in digests) db.Execute("INSERT INTO recovery_codes (user_id, digest) VALUES ($1, $2) ON CONFLICT DO NOTHING", uid, digest);
    }
}
