using System.Text.Json;
using ChaturMail.Core.Live;
using Microsoft.Data.Sqlite;

namespace ChaturMail.Core.Storage.Sqlite;

/// <summary><see cref="IErasureStore"/> on the embedded database.</summary>
public sealed class SqliteErasureStore(SqliteDatabase database) : IErasureStore
{
    private const string Columns = "id, user_id, begun_at, attempts, job_ids";

    /// <inheritdoc/>
    public Task<IReadOnlyList<PendingErasure>> FindAsync(string uid, CancellationToken cancellation) => Task.FromResult(
        database.Read(db => (IReadOnlyList<PendingErasure>)db.List(Read, $"SELECT {Columns} FROM erasures WHERE user_id = $1 ORDER BY begun_at, id", uid)));

    /// <inheritdoc/>
    public Task<IReadOnlyList<PendingErasure>> TakeDueAsync(DateTimeOffset now, TimeSpan rest, int limit, CancellationToken cancellation) =>
        database.WriteAsync<IReadOnlyList<PendingErasure>>(
            db =>
            {
                var due = db.List(
                    Read, $"SELECT {Columns} FROM erasures WHERE next_at <= $1 ORDER BY next_at, id LIMIT $2", now.ToUnixTimeMilliseconds(), limit);
                foreach (var erasure in due)
                {
                    db.Execute(
                        "UPDATE erasures SET attempts = attempts + 1, next_at = $2 WHERE id = $1",
                        erasure.Id, (now + PendingErasure.RestAfter(rest, erasure.Attempts)).ToUnixTimeMilliseconds());
                }

                return due;
            }, cancellation);

    /// <inheritdoc/>
    public Task<int> CountAsync(CancellationToken cancellation) =>
        Task.FromResult(database.Read(db => (int)(long)db.Scalar("SELECT COUNT(*) FROM erasures")!));

    /// <inheritdoc/>
    public Task RemoveAsync(string id, CancellationToken cancellation) => database.WriteAsync(
        db =>
        {
            // What left parties and conversations with the account was noted since. Whoever signed in again meanwhile keeps what is their own.
            var gone = db.Scalar("SELECT user_id FROM erasures WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM users WHERE uid = user_id)", id);
            if (gone is string uid) SqliteOutbox.Forget(db, uid);
            return db.Execute("DELETE FROM erasures WHERE id = $1", id);
        }, cancellation);

    /// <summary>Notes that an account is being erased, in the transaction that erases it and before its jobs go. Nothing without an account.</summary>
    internal static void Begin(SqliteSession db, string uid, string id, long now)
    {
        // Redis holds a job's text while it is written and for a while after, and the dead letter of one that was given up.
        var jobs = db.List(
            row => row.GetString(0), "SELECT id FROM jobs WHERE user_id = $1 AND (state <> 1 OR ended_at > $2) ORDER BY accepted_at DESC LIMIT $3",
            uid, now - (long)ILiveText.Lifetime.TotalMilliseconds, PendingErasure.MostJobs);
        db.Execute(
            """
            INSERT INTO erasures (id, user_id, begun_at, attempts, next_at, job_ids)
            SELECT $1, $2, $3, 0, $3, $4 WHERE EXISTS (SELECT 1 FROM users WHERE uid = $2)
            """, id, uid, now, JsonSerializer.Serialize(jobs));
    }

    private static PendingErasure Read(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)), row.GetInt32(3),
        StoreJson.Read<List<string>>(row.GetString(4)) ?? []);
}
