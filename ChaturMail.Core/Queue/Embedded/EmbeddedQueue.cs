using System.Globalization;
using System.Threading.Channels;
using ChaturMail.Core.Storage.Sqlite;

namespace ChaturMail.Core.Queue.Embedded;

/// <summary>
/// <see cref="IGenerationQueue"/> in the embedded database. An entry has one time from which it may be taken: taking it moves that time
/// to the end of the lease, extending it moves it on, a retry sets it to the end of the delay. Entries of this process wake
/// its worker at once; those of another process are found by polling.
/// </summary>
/// <param name="lease">How long a taken entry is held without being extended.</param>
public sealed class EmbeddedQueue(SqliteDatabase database, TimeProvider time, TimeSpan lease) : IGenerationQueue
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(25);

    private readonly Channel<bool> _added = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public async Task EnqueueAsync(string jobId, CancellationToken cancellation)
    {
        var now = Now;
        await database.WriteAsync(
            db => db.Execute("INSERT INTO queue (job_id, visible_at) VALUES ($1, $2) ON CONFLICT DO NOTHING", jobId, now), cancellation);
        _added.Writer.TryWrite(true);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<QueueEntry>> TakeAsync(int most, CancellationToken cancellation)
    {
        Task<bool>? added = null;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            // A look costs no lock, so that an idle worker never stands in the way of another process's writes.
            if (database.Read(db => db.Scalar("SELECT 1 FROM queue WHERE visible_at <= $1 LIMIT 1", Now)) is not null)
            {
                var taken = await database.WriteAsync(db => Take(db, most), cancellation);
                if (taken.Count > 0) return taken;
            }

            added ??= _added.Reader.WaitToReadAsync(cancellation).AsTask();
            await Task.WhenAny(added, Task.Delay(PollInterval, time, cancellation));
            if (!added.IsCompleted) continue;
            _added.Reader.TryRead(out _);
            added = null;
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
        _added.Writer.TryWrite(true);
    }

    /// <inheritdoc/>
    public Task BuryAsync(QueueEntry entry, string reason, CancellationToken cancellation)
    {
        var now = Now;
        return database.WriteAsync(
            db => db.Execute("DELETE FROM queue WHERE job_id = $1 AND attempts = $2", entry.JobId, entry.Attempt) > 0
                && db.Execute(
                    "INSERT OR REPLACE INTO dead_letters (job_id, reason, attempts, buried_at) VALUES ($1, $2, $3, $4)",
                    entry.JobId, reason, entry.Attempt, now) > 0, cancellation);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeadLetter>> ListDeadAsync(int limit, CancellationToken cancellation) => Task.FromResult(
        database.Read(db => (IReadOnlyList<DeadLetter>)db.List(
            row => new DeadLetter(row.GetString(0), row.GetString(1), row.GetInt32(2), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3))),
            "SELECT job_id, reason, attempts, buried_at FROM dead_letters ORDER BY buried_at DESC, job_id LIMIT $1", limit)));

    /// <inheritdoc/>
    public Task<QueueDepth> MeasureAsync(CancellationToken cancellation) => Task.FromResult(database.Read(db =>
    {
        int Count(string sql) => Convert.ToInt32(db.Scalar(sql), CultureInfo.InvariantCulture);
        return new QueueDepth(
            Count("SELECT COUNT(*) FROM queue WHERE held = 0"), Count("SELECT COUNT(*) FROM queue WHERE held = 1"),
            Count("SELECT COUNT(*) FROM dead_letters"));
    }));

    private List<QueueEntry> Take(SqliteSession db, int most)
    {
        var now = Now;
        return db.List(
            row => new QueueEntry(row.GetString(0), row.GetInt32(1)),
            """
            UPDATE queue SET visible_at = $1, attempts = attempts + 1, held = 1
            WHERE job_id IN (SELECT job_id FROM queue WHERE visible_at <= $2 ORDER BY visible_at LIMIT $3)
            RETURNING job_id, attempts
            """, now + (long)lease.TotalMilliseconds, now, most);
    }
}
