using ChaturMail.Core.Accounts;
using Microsoft.Data.Sqlite;

namespace ChaturMail.Core.Storage.Sqlite;

/// <summary><see cref="IUserStore"/> on the embedded database.</summary>
public sealed class SqliteUserStore(SqliteDatabase database, TimeProvider time) : IUserStore
{
    private const string Columns =
        "id, uid, email, name, picture, available_tokens, used_tokens, generated_email_count, created_on, disabled, own_prompts";

    /// <inheritdoc/>
    public Task<User> SignInAsync(SignIn signIn, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var id = DocumentId.New(time);
        var who = signIn.Identity;
        return database.WriteAsync(db =>
        {
            db.Execute(
                """
                INSERT INTO users (id, uid, email, name, picture, available_tokens, used_tokens, generated_email_count,
                    fcm_token, login_method, auth_time, expires, created_on)
                VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7, $8, $9, $10, $11)
                ON CONFLICT (uid) DO UPDATE SET email = excluded.email, name = excluded.name, picture = excluded.picture,
                    fcm_token = excluded.fcm_token, login_method = excluded.login_method, auth_time = excluded.auth_time,
                    expires = excluded.expires, updated_on = excluded.created_on
                WHERE disabled = 0
                """,
                id, who.Uid, who.Email, who.Name, who.Picture, signIn.StartingCoins, signIn.FcmToken, signIn.LoginMethod,
                who.AuthTime, who.Expires, now);
            var account = Find(db, who.Uid)!;
            if (!account.Disabled) db.Execute("UPDATE users SET fcm_token = '' WHERE fcm_token = $1 AND fcm_token <> '' AND uid <> $2", signIn.FcmToken, who.Uid);
            return account;
        }, cancellation);
    }

    /// <inheritdoc/>
    public Task<User?> FindAsync(string uid, CancellationToken cancellation) => Task.FromResult(database.Read(db => Find(db, uid)));

    /// <inheritdoc/>
    public Task<string?> FindPushTokenAsync(string uid, CancellationToken cancellation) => Task.FromResult(
        database.Read(db => db.Scalar("SELECT fcm_token FROM users WHERE uid = $1 AND fcm_token <> ''", uid) as string));

    /// <inheritdoc/>
    public Task ForgetPushTokenAsync(string uid, string fcmToken, CancellationToken cancellation) => database.WriteAsync(
        db => db.Execute("UPDATE users SET fcm_token = '' WHERE uid = $1 AND fcm_token = $2", uid, fcmToken), cancellation);

    /// <inheritdoc/>
    public long? Version() => database.Version();

    /// <inheritdoc/>
    public Task<bool> SetDisabledAsync(string uid, bool disabled, CancellationToken cancellation) => database.WriteAsync(
        db => db.Execute("UPDATE users SET disabled = $2 WHERE uid = $1", uid, disabled ? 1 : 0) > 0, cancellation);

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string uid, CancellationToken cancellation) => database.WriteAsync(db =>
    {
        db.Execute("DELETE FROM emails WHERE user_id = $1", uid);
        db.Execute("DELETE FROM queue WHERE job_id IN (SELECT id FROM jobs WHERE user_id = $1)", uid);
        db.Execute("DELETE FROM dead_letters WHERE job_id IN (SELECT id FROM jobs WHERE user_id = $1)", uid);
        db.Execute("DELETE FROM jobs WHERE user_id = $1", uid);
        db.Execute("DELETE FROM idempotency_keys WHERE user_id = $1", uid);
        db.Execute("DELETE FROM email_chains WHERE user_id = $1", uid);
        db.Execute("DELETE FROM own_prompts WHERE user_id = $1", uid);
        db.Execute("DELETE FROM feedback WHERE user_id = $1", uid);
        db.Execute("DELETE FROM model_budgets WHERE user_id = $1", uid);
        db.Execute("DELETE FROM comparisons WHERE user_id = $1", uid);
        return db.Execute("DELETE FROM users WHERE uid = $1", uid) > 0;
    }, cancellation);

    private static User? Find(SqliteSession db, string uid) => db.First(Read, $"SELECT {Columns} FROM users WHERE uid = $1", uid);

    private static User Read(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetInt64(5), row.GetInt64(6),
        row.GetInt64(7), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(8)), row.GetInt64(9) != 0)
    {
        HasOwnPrompts = row.GetInt64(10) != 0,
    };
}
