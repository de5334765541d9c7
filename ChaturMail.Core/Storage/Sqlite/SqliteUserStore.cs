using System.Collections.Frozen;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Coins;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Events;
using Microsoft.Data.Sqlite;

namespace ChaturMail.Core.Storage.Sqlite;

/// <summary><see cref="IUserStore"/> on the embedded database.</summary>
public sealed class SqliteUserStore(SqliteDatabase database, TimeProvider time) : IUserStore
{
    private const int MostAdminsListed = 1000;

    private const string Columns =
        "id, uid, email, name, picture, available_tokens, used_tokens, generated_email_count, created_on, disabled, own_prompts, is_admin, tokens_valid_from, email_verified";

    /// <inheritdoc/>
    public Task<User> SignInAsync(SignIn signIn, CancellationToken cancellation)
    {
        var at = time.GetUtcNow();
        var now = at.ToUnixTimeMilliseconds();
        var id = DocumentId.New(time);
        var who = signIn.Identity;
        return database.WriteAsync(db =>
        {
            db.Execute(
                """
                INSERT INTO users (id, uid, email, name, picture, available_tokens, used_tokens, generated_email_count,
                    fcm_token, login_method, auth_time, expires, created_on, email_verified)
                VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7, $8, $9, $10, $11, $12)
                ON CONFLICT (uid) DO UPDATE SET email = excluded.email, name = excluded.name, picture = excluded.picture,
                    fcm_token = CASE excluded.fcm_token WHEN '' THEN fcm_token ELSE excluded.fcm_token END,
                    login_method = excluded.login_method, auth_time = excluded.auth_time,
                    expires = excluded.expires, updated_on = excluded.created_on, email_verified = excluded.email_verified
                WHERE disabled = 0
                """,
                id, who.Uid, who.Email, who.Name, who.Picture, signIn.StartingCoins, signIn.FcmToken, signIn.LoginMethod,
                who.AuthTime, who.Expires, now, who.EmailVerified ? 1 : 0);
            var account = Find(db, who.Uid)!;
            if (account.Disabled) return account;
            if (account.Id == id) SqliteOutbox.Add(db, [DomainEvent.Of(time, EventType.UserCreated, who.Uid, who.Uid)]);
            if (account.Id == id && signIn.StartingCoins > 0)
                SqliteCoinLedger.Write(db, new CoinEntry("signup:" + id, who.Uid, CoinKind.Grant, signIn.StartingCoins, 0, "signup", at));
            db.Execute("UPDATE users SET fcm_token = '' WHERE fcm_token = $1 AND fcm_token <> '' AND uid <> $2", signIn.FcmToken, who.Uid);
            if (signIn.Session is null) return account;
            Keep(db, who.Uid, signIn.Session);
            return Find(db, who.Uid)!;
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
    public Task<bool> KeepSessionAsync(string uid, Session session, CancellationToken cancellation) => database.WriteAsync(db =>
    {
        if (db.Scalar("SELECT 1 FROM users WHERE uid = $1 AND disabled = 0", uid) is null) return false;
        Keep(db, uid, session);
        return true;
    }, cancellation);

    /// <inheritdoc/>
    public Task<bool> UseSessionAsync(string uid, string sessionId, DateTimeOffset usedOn, DateTimeOffset? expires, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return database.WriteAsync(
            db => db.Execute(
                """
                UPDATE sessions SET used_on = MAX(used_on, $3), expires = MAX(expires, COALESCE($4, 0)) WHERE user_id = $1 AND id = $2 AND expires > $5
                """, uid, sessionId, usedOn.ToUnixTimeMilliseconds(), expires?.ToUnixTimeMilliseconds(), now) > 0, cancellation);
    }

    /// <inheritdoc/>
    public Task<bool> ReplaceTokenAsync(string uid, string legacyId, DateTimeOffset expires, Session session, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return database.WriteAsync(db =>
        {
            if (db.Scalar("SELECT 1 FROM users WHERE uid = $1 AND disabled = 0", uid) is null) return false;
            db.Execute("DELETE FROM ended_tokens WHERE user_id = $1 AND expires <= $2", uid, now);
            if (db.Scalar("SELECT 1 FROM ended_tokens WHERE user_id = $1 AND id = $2", uid, legacyId) is not null)
            {
                return db.Scalar(
                    "SELECT 1 FROM ended_tokens e JOIN sessions s ON s.id = e.session_id WHERE e.user_id = $1 AND e.id = $2 AND s.user_id = $1 AND s.expires > $3",
                    uid, legacyId, now) is not null;
            }

            if ((long)db.Scalar("SELECT COUNT(*) FROM ended_tokens WHERE user_id = $1", uid)! >= User.MostEndedTokens) return false;
            db.Execute(
                "INSERT INTO ended_tokens (user_id, id, expires, session_id) VALUES ($1, $2, $3, $4)", uid, legacyId, expires.ToUnixTimeMilliseconds(), session.Id);
            Keep(db, uid, session);
            return true;
        }, cancellation);
    }

    /// <inheritdoc/>
    public Task<bool> EndSessionAsync(string uid, string sessionId, CancellationToken cancellation) => database.WriteAsync(
        db => db.Execute("DELETE FROM sessions WHERE user_id = $1 AND id = $2", uid, sessionId) > 0, cancellation);

    /// <inheritdoc/>
    public Task<bool> EndTokenAsync(string uid, string legacyId, DateTimeOffset expires, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return database.WriteAsync(db =>
        {
            db.Execute("DELETE FROM ended_tokens WHERE user_id = $1 AND expires <= $2", uid, now);
            var ended = db.Execute(
                """
                INSERT INTO ended_tokens (user_id, id, expires) SELECT $1, $2, $3 WHERE EXISTS (SELECT 1 FROM users WHERE uid = $1)
                ON CONFLICT DO UPDATE SET expires = excluded.expires, session_id = NULL
                """, uid, legacyId, expires.ToUnixTimeMilliseconds()) > 0;
            // The list is full: all of them end, for none of those in it may come back.
            if ((long)db.Scalar("SELECT COUNT(*) FROM ended_tokens WHERE user_id = $1", uid)! > User.MostEndedTokens) EndTokens(db, uid, now);
            return ended;
        }, cancellation);
    }

    /// <inheritdoc/>
    public Task<bool> EndSessionsAsync(string uid, string? except, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return database.WriteAsync(db =>
        {
            db.Execute("DELETE FROM sessions WHERE user_id = $1 AND id <> $2", uid, except ?? "");
            return EndTokens(db, uid, now);
        }, cancellation);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<User>> ListAdminsAsync(CancellationToken cancellation) => Task.FromResult(database.Read(
        db => (IReadOnlyList<User>)db.List(Read, $"SELECT {Columns} FROM users WHERE is_admin = 1 ORDER BY id LIMIT $1", MostAdminsListed)));

    /// <inheritdoc/>
    public Task<bool> SetAdminAsync(string uid, bool admin, CancellationToken cancellation) => database.WriteAsync(
        db => db.Execute("UPDATE users SET is_admin = $2 WHERE uid = $1", uid, admin ? 1 : 0) > 0, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<User>> SearchAsync(string? search, int limit, EmailCursor? after, CancellationToken cancellation) => Task.FromResult(
        database.Read(db => (IReadOnlyList<User>)db.List(
            Read,
            $"""
            SELECT {Columns} FROM users
            WHERE ($1 IS NULL OR uid = $1 OR holds(email, $1) OR holds(name, $1))
                AND ($2 IS NULL OR (created_on / 1000, id) < ($2, $3))
            ORDER BY created_on / 1000 DESC, id DESC LIMIT $4
            """, search, after?.CreatedOn, after?.Id, limit)));

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string uid, CancellationToken cancellation)
    {
        var (erasure, now) = (DocumentId.New(time), time.GetUtcNow().ToUnixTimeMilliseconds());
        // Under the erasure's id, and by nobody: an event outlives the account.
        var happened = DomainEvent.Of(time, EventType.UserDeleted, erasure, DomainEvent.System);
        return database.WriteAsync(
            db =>
            {
                var isErased = Erase(db, uid, erasure, now);
                if (isErased) SqliteOutbox.Add(db, [happened]);
                return isErased;
            }, cancellation);
    }

    private static bool Erase(SqliteSession db, string uid, string erasure, long now)
    {
        SqliteErasureStore.Begin(db, uid, erasure, now);
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
        db.Execute("DELETE FROM sessions WHERE user_id = $1", uid);
        db.Execute("DELETE FROM ended_tokens WHERE user_id = $1", uid);
        db.Execute("DELETE FROM coin_ledger WHERE user_id = $1", uid);
        // What operators did to the account stays on record, but not whose it was.
        db.Execute("UPDATE audit SET target = '' WHERE target = $1", uid);
        SqliteOutbox.Forget(db, uid);
        db.Execute("DELETE FROM second_factors WHERE user_id = $1", uid);
        db.Execute("DELETE FROM recovery_codes WHERE user_id = $1", uid);
        db.Execute("DELETE FROM local_accounts WHERE user_id = $1", uid);
        return db.Execute("DELETE FROM users WHERE uid = $1", uid) > 0;
    }

    private User? Find(SqliteSession db, string uid)
    {
        if (db.First(Read, $"SELECT {Columns} FROM users WHERE uid = $1", uid) is not { } user) return null;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return user with
        {
            Sessions = db.List(
                ReadSession,
                """
                SELECT id, device, login_method, created_on, used_on, expires, second_factor, no_push FROM sessions
                WHERE user_id = $1 AND expires > $2 ORDER BY created_on DESC, id DESC
                """, uid, now) is { Count: > 0 } sessions ? (IReadOnlyList<Session>)sessions : [],
            EndedTokens = db.List(
                row => row.GetString(0),
                """
                SELECT id FROM ended_tokens e WHERE user_id = $1 AND expires > $2 AND (session_id IS NULL
                    OR NOT EXISTS (SELECT 1 FROM sessions s WHERE s.id = e.session_id AND s.user_id = $1 AND s.expires > $2))
                """, uid, now).ToFrozenSet(),
        };
    }

    private static bool EndTokens(SqliteSession db, string uid, long now)
    {
        db.Execute("DELETE FROM ended_tokens WHERE user_id = $1", uid);
        return db.Execute("UPDATE users SET tokens_valid_from = $2 WHERE uid = $1", uid, now) > 0;
    }

    private void Keep(SqliteSession db, string uid, Session session)
    {
        db.Execute("DELETE FROM sessions WHERE user_id = $1 AND expires <= $2", uid, time.GetUtcNow().ToUnixTimeMilliseconds());
        db.Execute(
            """
            INSERT INTO sessions (id, user_id, device, login_method, created_on, used_on, expires, second_factor, no_push)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (id) DO UPDATE SET device = excluded.device, used_on = excluded.used_on, expires = excluded.expires,
                second_factor = excluded.second_factor WHERE user_id = excluded.user_id
            """,
            session.Id, uid, session.Device, session.LoginMethod, session.CreatedOn.ToUnixTimeMilliseconds(), session.UsedOn.ToUnixTimeMilliseconds(),
            session.Expires.ToUnixTimeMilliseconds(), session.HasSecondFactor ? 1 : 0, session.NoPush ? 1 : 0);
        db.Execute(
            """
            DELETE FROM sessions WHERE user_id = $1 AND id NOT IN
                (SELECT id FROM sessions WHERE user_id = $1 ORDER BY used_on DESC, created_on DESC, id LIMIT $2)
            """, uid, Session.MostOfAUser);
    }

    private static Session ReadSession(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)), row.GetInt64(6) != 0)
    {
        NoPush = row.GetInt64(7) != 0,
    };

    private static User Read(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetInt64(5), row.GetInt64(6),
        row.GetInt64(7), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(8)), row.GetInt64(9) != 0)
    {
        HasOwnPrompts = row.GetInt64(10) != 0,
        IsAdmin = row.GetInt64(11) != 0,
        TokensValidFrom = row.IsDBNull(12) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(12)),
        EmailVerified = row.GetInt64(13) != 0,
    };
}
