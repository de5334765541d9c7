using System.Text.Json;
using ChaturMail.Core.Coins;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Language;
using Microsoft.Data.Sqlite;

namespace ChaturMail.Core.Storage.Sqlite;

/// <summary><see cref="IJobStore"/> on the embedded database: each method is one change in one transaction.</summary>
public sealed class SqliteJobStore(SqliteDatabase database, TimeProvider time) : IJobStore
{
    /// <inheritdoc/>
    public Task<Acceptance> AcceptAsync(IReadOnlyList<GenerationJob> jobs, CancellationToken cancellation) => database.WriteAsync(db =>
    {
        var (uid, now) = (jobs[0].UserId, time.GetUtcNow());
        // The first job's own row tells whether this call was made before.
        if (db.Scalar("SELECT 1 FROM jobs WHERE id = $1", jobs[0].Id) is not null) return Acceptance.Accepted;
        if (db.Execute(
                "UPDATE users SET available_tokens = available_tokens - $2 WHERE uid = $1 AND disabled = 0 AND available_tokens >= $2",
                uid, jobs.Sum(job => job.Coins)) == 0)
        {
            return db.Scalar("SELECT 1 FROM users WHERE uid = $1 AND disabled = 0", uid) is null
                ? Acceptance.NoUser : Acceptance.InsufficientCoins;
        }

        foreach (var job in jobs)
        {
            Insert(db, job);
            SqliteCoinLedger.WriteReserved(db, job, now);
        }

        return Acceptance.Accepted;
    }, cancellation);

    /// <inheritdoc/>
    public Task<KeyClaim> ClaimKeyAsync(string uid, string key, KeyClaim claim, DateTimeOffset forgetBefore, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return database.WriteAsync(db =>
        {
            db.Execute(
                """
                INSERT INTO idempotency_keys (user_id, key, job_id, fingerprint, claimed_at)
                SELECT $1, $2, $3, $4, $5 WHERE EXISTS (SELECT 1 FROM users WHERE uid = $1)
                ON CONFLICT DO UPDATE SET job_id = excluded.job_id, fingerprint = excluded.fingerprint, claimed_at = excluded.claimed_at
                WHERE claimed_at < $6
                """,
                uid, key, claim.JobId, claim.Fingerprint, now, forgetBefore.ToUnixTimeMilliseconds());
            return db.First(
                row => new KeyClaim(row.GetString(0), row.GetString(1)),
                "SELECT job_id, fingerprint FROM idempotency_keys WHERE user_id = $1 AND key = $2", uid, key) ?? claim;
        }, cancellation);
    }

    /// <inheritdoc/>
    public Task<GenerationJob?> FindAsync(string id, CancellationToken cancellation) => Task.FromResult(database.Read(db => db.First(
        Read,
        """
        SELECT id, user_id, prompt_id, subject, keywords, to_email, sender_name, coins, seed, accepted_at, trace_parent, state, failure,
            options, rewrite, streamed, version, parent_id, root_id
        FROM jobs WHERE id = $1
        """, id)));

    /// <inheritdoc/>
    public Task<bool> CompleteAsync(GenerationJob job, ModelAnswer.Written answer, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return database.WriteAsync(db =>
        {
            // The history holds the texts from now on; one copy of personal data is enough.
            var notify = db.Scalar(
                """
                UPDATE jobs SET state = 1, ended_at = $2, subject = '', keywords = '', to_email = '', options = NULL, rewrite = NULL
                WHERE id = $1 AND state = 0 RETURNING notify
                """,
                job.Id, now.ToUnixTimeMilliseconds());
            if (notify is null) return false;
            db.Execute(
                """
                INSERT INTO emails (id, user_id, prompt_id, subject, keywords, text, to_email, coins, created_on, model, note,
                    options, usage, version, parent_id, root_id)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
                """,
                job.Id, job.UserId, job.PromptId, job.Subject, job.Keywords, answer.Text, job.ToEmail, job.Coins,
                now.ToUnixTimeSeconds(), answer.Model, answer.Note, StoreJson.Write(job.Options, EmailOptions.None), StoreJson.Write(answer.Usage),
                job.Version.Number, job.Version.ParentId, job.Version.RootId);
            db.Execute(
                "UPDATE users SET used_tokens = used_tokens + $2, generated_email_count = generated_email_count + 1 WHERE uid = $1",
                job.UserId, job.Coins);
            SqliteCoinLedger.WriteSettled(db, job, now);
            return notify is 1L;
        }, cancellation);
    }

    /// <inheritdoc/>
    public Task<bool> FailAsync(string id, string failure, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return database.WriteAsync(db =>
        {
            var failed = db.First(
                row => Tuple.Create(row.GetInt64(0), row.GetString(1), row.GetInt64(2)),
                "UPDATE jobs SET state = 2, failure = $2, ended_at = $3 WHERE id = $1 AND state = 0 RETURNING notify, user_id, coins",
                id, failure, now.ToUnixTimeMilliseconds());
            if (failed is null) return false;
            var (notify, uid, coins) = failed;
            db.Execute("UPDATE users SET available_tokens = available_tokens + $2 WHERE uid = $1", uid, coins);
            SqliteCoinLedger.WriteRepeatable(db, "refund", CoinKind.Refund, coins, uid, id, now);
            return notify == 1;
        }, cancellation);
    }

    /// <inheritdoc/>
    public Task<bool> RequestNotificationAsync(string id, CancellationToken cancellation) => database.WriteAsync(
        db => db.Execute("UPDATE jobs SET notify = 1 WHERE id = $1 AND state = 0", id) > 0, cancellation);

    /// <inheritdoc/>
    public Task<Acceptance> ReopenAsync(string id, CancellationToken cancellation) => database.WriteAsync(db =>
    {
        var job = db.First(
            row => Tuple.Create(row.GetInt64(0), row.GetString(1), row.GetInt64(2)), "SELECT state, user_id, coins FROM jobs WHERE id = $1", id);
        if (job is null) return Acceptance.NoUser;
        var (state, uid, coins) = job;
        if (state == (long)JobState.Queued) return Acceptance.Accepted;
        if (state != (long)JobState.Failed) return Acceptance.NoUser;
        if (db.Execute(
                "UPDATE users SET available_tokens = available_tokens - $2 WHERE uid = $1 AND disabled = 0 AND available_tokens >= $2", uid, coins) == 0)
        {
            return db.Scalar("SELECT 1 FROM users WHERE disabled = 0 AND uid = $1", uid) is null ? Acceptance.NoUser : Acceptance.InsufficientCoins;
        }

        SqliteCoinLedger.WriteRepeatable(db, "reserve", CoinKind.Reserve, -coins, uid, id, time.GetUtcNow());
        db.Execute("UPDATE jobs SET state = 0, failure = NULL, ended_at = NULL, notify = 1 WHERE id = $1", id);
        return Acceptance.Accepted;
    }, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListQueuedAsync(DateTimeOffset acceptedBefore, int limit, CancellationToken cancellation) =>
        Ids("SELECT id FROM jobs WHERE state = 0 AND accepted_at < $1 ORDER BY accepted_at LIMIT $2", acceptedBefore.ToUnixTimeMilliseconds(), limit);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListEndedAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation) => Ids(
        "SELECT value FROM json_each($1) AS asked LEFT JOIN jobs ON jobs.id = asked.value WHERE jobs.id IS NULL OR jobs.state <> 0",
        JsonSerializer.Serialize(ids));

    /// <summary>Nothing to do: a transaction is whole or is not.</summary>
    public Task RepairAsync(DateTimeOffset before, CancellationToken cancellation) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<int> DeleteEndedAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellation)
    {
        var before = endedBefore.ToUnixTimeMilliseconds();
        return database.WriteAsync(db =>
        {
            db.Execute(
                """
                DELETE FROM idempotency_keys WHERE (user_id, key) IN
                    (SELECT user_id, key FROM idempotency_keys WHERE claimed_at < $1 LIMIT $2)
                """, before, limit);
            return db.Execute(
                "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE state <> 0 AND ended_at < $1 LIMIT $2)", before, limit);
        }, cancellation);
    }

    private Task<IReadOnlyList<string>> Ids(string sql, params object[] values) => Task.FromResult(
        database.Read(db => (IReadOnlyList<string>)db.List(row => row.GetString(0), sql, values)));

    private static void Insert(SqliteSession db, GenerationJob job) => db.Execute(
        """
        INSERT INTO jobs (id, user_id, prompt_id, subject, keywords, to_email, sender_name, coins, seed, accepted_at, trace_parent, state,
            options, rewrite, streamed, version, parent_id, root_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $13, $14, $15, $16, $17)
        """,
        job.Id, job.UserId, job.PromptId, job.Subject, job.Keywords, job.ToEmail, job.SenderName, job.Coins, job.Seed,
        job.AcceptedAt.ToUnixTimeMilliseconds(), job.TraceParent, StoreJson.Write(job.Options, EmailOptions.None), StoreJson.Write(job.Rewrite),
        job.IsStreamed ? 1 : 0, job.Version.Number, job.Version.ParentId, job.Version.RootId);

    private static GenerationJob Read(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6),
        row.GetInt32(7), row.GetInt32(8), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(9)),
        row.TextOrNull(10), (JobState)row.GetInt32(11), row.TextOrNull(12))
    {
        Options = StoreJson.Read<EmailOptions>(row.TextOrNull(13)) ?? EmailOptions.None,
        Rewrite = StoreJson.Read<Rewrite>(row.TextOrNull(14)),
        IsStreamed = row.GetInt64(15) != 0,
        Version = new EmailVersion(row.GetInt32(16), row.TextOrNull(17), row.TextOrNull(18)),
    };
}
