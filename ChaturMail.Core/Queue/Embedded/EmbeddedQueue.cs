using System.Globalization;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace ChaturMail.Core.Queue.Embedded;

/// <summary>
/// <see cref="IGenerationQueue"/> in the embedded database. An entry has one time from which it may be taken: taking it moves that time
/// to the end of the lease, extending it moves it on, a retry sets it to the end of the delay. Entries of this process wake
/// its worker at once; those of another process are found by polling.
/// </summary>
/// <param name="lease">How long a taken entry is held without being extended.</param>
/// <param name="pollEvery">Time between two looks for entries of other processes.</param>
public sealed class EmbeddedQueue(SqliteDatabase database, TimeProvider time, TimeSpan lease, TimeSpan pollEvery) : IGenerationQueue, IDisposable
{
    private const string LetterColumns = "job_id, reason, attempts, COALESCE(first_taken_at, buried_at), buried_at";

    private readonly SemaphoreSlim _added = new(0);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public async Task EnqueueAsync(string jobId, CancellationToken cancellation)
    {
        var now = Now;
        await database.WriteAsync(
            db => db.Execute("INSERT INTO queue (job_id, visible_at) VALUES ($1, $2) ON CONFLICT DO NOTHING", jobId, now), cancellation);
        Wake();
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<QueueEntry>> TakeAsync(int most, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            // A look costs no lock, so that an idle worker never stands in the way of another process's writes.
            var next = database.Read(db => db.Scalar("SELECT MIN(visible_at) FROM queue")) as long?;
            if (next <= Now)
            {
                var taken = await database.WriteAsync(db => Take(db, most), cancellation);
                if (taken.Count > 0) return taken;
                continue;
            }

            // Until an entry of this process, the time of the next one, or the next look.
            var wait = next is null ? pollEvery : TimeSpan.FromMilliseconds(Math.Min(next.Value - Now, pollEvery.TotalMilliseconds));
            if (wait > TimeSpan.Zero) await _added.WaitAsync(wait, cancellation);
        }
    }

    /// <inheritdoc/>
    public Task ExtendAsync(IReadOnlyCollection<QueueEntry> entries, CancellationToken cancellation)
    {
        var until = Now + (long)lease.TotalMilliseconds;
        return database.WriteAsync(db => entries.Sum(entry => db.Execute(
            "UPDATE queue SET visible_at = $3 WHERE job_id = $1 AND attempts = $2 AND held = 1", entry.JobId, entry.Attempt, until)), cancellation);
    }

    /// <inheritdoc/>
    public Task<bool> HoldsAsync(QueueEntry entry, CancellationToken cancellation) => Task.FromResult(database.Read(
        db => db.Scalar("SELECT 1 FROM queue WHERE job_id = $1 AND attempts = $2 AND held = 1", entry.JobId, entry.Attempt) is not null));

    /// <inheritdoc/>
    public Task AcknowledgeAsync(QueueEntry entry, CancellationToken cancellation) => database.WriteAsync(
        db => db.Execute("DELETE FROM queue WHERE job_id = $1 AND attempts = $2", entry.JobId, entry.Attempt), cancellation);

    /// <inheritdoc/>
    public Task RetryAsync(QueueEntry entry, TimeSpan delay, CancellationToken cancellation)
    {
        var at = Now + (long)delay.TotalMilliseconds;
        return database.WriteAsync(db => db.Execute(
            "UPDATE queue SET visible_at = $3, held = 0 WHERE job_id = $1 AND attempts = $2", entry.JobId, entry.Attempt, at), cancellation);
    }

    /// <inheritdoc/>
    public async Task ReleaseAsync(QueueEntry entry, CancellationToken cancellation)
    {
        var now = Now;
        await database.WriteAsync(
            db => db.Execute(
                "UPDATE queue SET visible_at = $3, held = 0, attempts = attempts - 1 WHERE job_id = $1 AND attempts = $2",
                entry.JobId, entry.Attempt, now), cancellation);
        Wake();
    }

    /// <inheritdoc/>
    public Task BuryAsync(QueueEntry entry, string reason, CancellationToken cancellation)
    {
        var now = Now;
        return database.WriteAsync(
            db => db.Execute(
                    """
                    INSERT OR REPLACE INTO dead_letters (job_id, reason, attempts, buried_at, first_taken_at)
                    SELECT job_id, $3, attempts, $4, first_taken_at FROM queue WHERE job_id = $1 AND attempts = $2
                    """, entry.JobId, entry.Attempt, reason, now) > 0
                && db.Execute("DELETE FROM queue WHERE job_id = $1 AND attempts = $2", entry.JobId, entry.Attempt) > 0, cancellation);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeadLetter>> ListDeadAsync(int limit, CancellationToken cancellation) => ListDeadAsync(limit, null, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeadLetter>> ListDeadAsync(int limit, EmailCursor? after, CancellationToken cancellation) => Task.FromResult(
        database.Read(db => (IReadOnlyList<DeadLetter>)db.List(
            ReadDeadLetter,
            $"SELECT {LetterColumns} FROM dead_letters WHERE (-buried_at, job_id) > (-$2, $3) ORDER BY -buried_at, job_id LIMIT $1",
            limit, after?.CreatedOn ?? long.MaxValue, after?.Id ?? "")));

    /// <inheritdoc/>
    public Task<DeadLetter?> FindDeadAsync(string jobId, CancellationToken cancellation) => Task.FromResult(
        database.Read(db => db.First(ReadDeadLetter, $"SELECT {LetterColumns} FROM dead_letters WHERE job_id = $1", jobId)));

    /// <inheritdoc/>
    public Task<bool> DropDeadAsync(string jobId, CancellationToken cancellation) => database.WriteAsync(
        db => db.Execute("DELETE FROM dead_letters WHERE job_id = $1", jobId) > 0, cancellation);

    /// <inheritdoc/>
    public Task<bool> DropDeadAsync(DeadLetter letter, CancellationToken cancellation) => database.WriteAsync(
        db => db.Execute("DELETE FROM dead_letters WHERE job_id = $1 AND buried_at = $2", letter.JobId, letter.Place.CreatedOn) > 0, cancellation);

    /// <inheritdoc/>
    public Task<QueueDepth> MeasureAsync(CancellationToken cancellation) => Task.FromResult(database.Read(db =>
    {
        var now = Now;
        int Count(string sql, params object[] values) => Convert.ToInt32(db.Scalar(sql, values), CultureInfo.InvariantCulture);
        var oldest = db.Scalar("SELECT MIN(visible_at) FROM queue WHERE held = 0 AND visible_at <= $1", now) as long?;
        // The + keeps it from looking up each entry by way of the index on time, which takes ten times as long as going through all.
        return new QueueDepth(
            Count("SELECT COUNT(*) FROM queue WHERE held = 0"), Count("SELECT COUNT(*) FROM queue WHERE held = 1"),
            Count("SELECT COUNT(*) FROM dead_letters"), Count("SELECT COUNT(*) FROM queue WHERE held = 0 AND +visible_at > $1", now),
            TimeSpan.FromMilliseconds(now - (oldest ?? now)));
    }));

    /// <inheritdoc/>
    public void Dispose() => _added.Dispose();

    // One signal is enough for any number of entries; a second between question and release does no harm.
    private void Wake()
    {
        if (_added.CurrentCount == 0) _added.Release();
    }

    private static DeadLetter ReadDeadLetter(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetInt32(2), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)), new EmailCursor(row.GetInt64(4), row.GetString(0)));

    private List<QueueEntry> Take(SqliteSession db, int most)
    {
        var now = Now;
        return db.List(
            row => new QueueEntry(row.GetString(0), row.GetInt32(1)),
            """
            UPDATE queue SET visible_at = $1, attempts = attempts + 1, held = 1, first_taken_at = COALESCE(first_taken_at, $2)
            WHERE job_id IN (SELECT job_id FROM queue WHERE visible_at <= $2 ORDER BY visible_at LIMIT $3)
            RETURNING job_id, attempts
            """, now + (long)lease.TotalMilliseconds, now, most);
    }
}
