using System.Globalization;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace ChaturMail.Core.Events.Embedded;

/// <summary>
/// <see cref="IEventStream"/> in the embedded database. A group has a place in the stream, up to which it was given events, and a row for each that it has in
/// hand. Readers of this process are woken at once; those of another find what is published by looking.
/// </summary>
/// <param name="lease">How long an event is held by the member that has read it.</param>
public sealed class EmbeddedEventStream(SqliteDatabase database, EventsOptions options, TimeProvider time, TimeSpan lease) : IEventStream
{
    private const string Columns = "e.sequence, e.id, e.type, e.subject, e.actor, e.at, e.data";

    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public Task News => Volatile.Read(ref _news).Task;

    /// <inheritdoc/>
    public async Task<bool> PublishAsync(string relay, IReadOnlyList<DomainEvent> events, CancellationToken cancellation)
    {
        var now = Now;
        var isPublished = await database.WriteAsync(db => Publish(db, relay, events, now), cancellation);
        if (isPublished) Interlocked.Exchange(ref _news, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        return isPublished;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StreamedEvent>> ReadAsync(string group, string member, int most, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var now = Now;
        // A look costs no lock, so that an idle reader never stands in the way of another's writes.
        var isThereAny = database.Read(db => db.Scalar(
            """
            SELECT EXISTS (SELECT 1 FROM event_stream WHERE sequence > COALESCE((SELECT position FROM event_groups WHERE name = $1), 0))
                OR EXISTS (SELECT 1 FROM event_deliveries WHERE group_name = $1 AND held_until <= $2)
                OR NOT EXISTS (SELECT 1 FROM event_groups WHERE name = $1)
            """, group, now));
        return isThereAny is 0L ? [] : await database.WriteAsync<IReadOnlyList<StreamedEvent>>(db => Read(db, group, member, most, now), cancellation);
    }

    /// <inheritdoc/>
    public Task ExtendAsync(string group, string member, IReadOnlyCollection<StreamedEvent> events, CancellationToken cancellation)
    {
        var until = Now + (long)lease.TotalMilliseconds;
        return events.Count == 0 ? Task.CompletedTask : database.WriteAsync(
            db => events.Sum(e => db.Execute(
                "UPDATE event_deliveries SET held_until = $4 WHERE group_name = $1 AND sequence = $2 AND member = $3", group, SequenceOf(e), member, until)),
            cancellation);
    }

    /// <inheritdoc/>
    public Task AcknowledgeAsync(string group, IReadOnlyCollection<StreamedEvent> events, CancellationToken cancellation) =>
        events.Count == 0 ? Task.CompletedTask : database.WriteAsync(db => events.Sum(e => Drop(db, group, SequenceOf(e))), cancellation);

    /// <inheritdoc/>
    public Task BuryAsync(string group, StreamedEvent given, string reason, CancellationToken cancellation)
    {
        var now = Now;
        return database.WriteAsync(
            db =>
            {
                db.Execute(
                    "INSERT INTO dead_events (group_name, id, type, subject, reason, deliveries, buried_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    group, given.Event.Id, given.Event.Type, given.Event.Subject, reason, given.Deliveries, now);
                db.Execute("DELETE FROM dead_events WHERE sequence <= (SELECT MAX(sequence) FROM dead_events) - $1", IEventStream.MostDead);
                return Drop(db, group, SequenceOf(given));
            }, cancellation);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeadEvent>> ListDeadAsync(int limit, CancellationToken cancellation) => Task.FromResult(database.Read(
        db => (IReadOnlyList<DeadEvent>)db.List(
            row => new DeadEvent(
                row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetInt32(5),
                DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6))),
            "SELECT group_name, id, type, subject, reason, deliveries, buried_at FROM dead_events ORDER BY sequence DESC LIMIT $1", limit)));

    /// <inheritdoc/>
    public Task<StreamDepth> MeasureAsync(CancellationToken cancellation)
    {
        var now = Now;
        return Task.FromResult(database.Read(db => new StreamDepth(
            (long)db.Scalar("SELECT COUNT(*) FROM event_stream")!, (long)db.Scalar("SELECT COUNT(*) FROM dead_events")!,
            db.List(
                row => new GroupLag(
                    row.GetString(0), row.GetInt64(1), row.GetInt64(2), TimeSpan.FromMilliseconds(row.IsDBNull(3) ? 0 : Math.Max(0, now - row.GetInt64(3)))),
                """
                SELECT name, (SELECT COUNT(*) FROM event_stream WHERE sequence > position), (SELECT COUNT(*) FROM event_deliveries WHERE group_name = name),
                    (SELECT published_at FROM event_stream WHERE sequence > position ORDER BY sequence LIMIT 1)
                FROM event_groups ORDER BY name
                """))));
    }

    /// <inheritdoc/>
    public Task TrimAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        var at = before.ToUnixTimeMilliseconds();
        return database.WriteAsync(
            db =>
            {
                // In the order of their publishing: all up to one that is older, or beyond the bound.
                var last = db.Scalar(
                    """
                    SELECT MAX(COALESCE((SELECT sequence - 1 FROM event_stream WHERE published_at >= $1 ORDER BY sequence LIMIT 1), (SELECT MAX(sequence) FROM event_stream), 0),
                        COALESCE((SELECT MAX(sequence) FROM event_stream), 0) - $2)
                    """, at, options.KeepAtMost);
                db.Execute("DELETE FROM event_deliveries WHERE sequence <= $1", last);
                db.Execute("DELETE FROM dead_events WHERE buried_at < $1", at);
                return db.Execute("DELETE FROM event_stream WHERE sequence <= $1", last);
            }, cancellation);
    }

    private static bool Publish(SqliteSession db, string relay, IReadOnlyList<DomainEvent> events, long now)
    {
        var isMine = db.Execute(
            """
            INSERT INTO event_relay (name, holder, held_until) VALUES ('relay', $1, $3)
            ON CONFLICT DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until WHERE holder = excluded.holder OR held_until <= $2
            """, relay, now, now + (long)IEventStream.RelayLease.TotalMilliseconds) > 0;
        if (!isMine) return false;
        foreach (var e in events)
        {
            db.Execute(
                "INSERT INTO event_stream (id, type, subject, actor, at, data, published_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                e.Id, e.Type, e.Subject, e.Actor, e.Time.ToUnixTimeMilliseconds(), StoreJson.Write(e.Data), now);
        }

        return true;
    }

    private List<StreamedEvent> Read(SqliteSession db, string group, string member, int most, long now)
    {
        var until = now + (long)lease.TotalMilliseconds;
        db.Execute("INSERT INTO event_groups (name, position) VALUES ($1, 0) ON CONFLICT DO NOTHING", group);
        var given = db.List(
            row => ReadEvent(row, row.GetInt32(7) + 1),
            $"""
            SELECT {Columns}, d.deliveries FROM event_deliveries d JOIN event_stream e ON e.sequence = d.sequence
            WHERE d.group_name = $1 AND d.held_until <= $2 ORDER BY d.sequence LIMIT $3
            """, group, now, most);
        foreach (var e in given)
        {
            db.Execute(
                "UPDATE event_deliveries SET member = $3, deliveries = $4, held_until = $5 WHERE group_name = $1 AND sequence = $2",
                group, SequenceOf(e), member, e.Deliveries, until);
        }

        var fresh = db.List(
            row => ReadEvent(row, 1),
            $"SELECT {Columns} FROM event_stream e WHERE e.sequence > (SELECT position FROM event_groups WHERE name = $1) ORDER BY e.sequence LIMIT $2",
            group, most - given.Count);
        if (fresh.Count == 0) return given;
        foreach (var e in fresh)
        {
            db.Execute(
                "INSERT INTO event_deliveries (group_name, sequence, member, deliveries, held_until) VALUES ($1, $2, $3, 1, $4)", group, SequenceOf(e), member, until);
        }

        db.Execute("UPDATE event_groups SET position = $2 WHERE name = $1", group, SequenceOf(fresh[^1]));
        return [.. given, .. fresh];
    }

    private static int Drop(SqliteSession db, string group, long sequence) =>
        db.Execute("DELETE FROM event_deliveries WHERE group_name = $1 AND sequence = $2", group, sequence);

    private static long SequenceOf(StreamedEvent e) => long.Parse(e.Place, CultureInfo.InvariantCulture);

    private static StreamedEvent ReadEvent(SqliteDataReader row, int deliveries) => new(
        row.GetInt64(0).ToString(CultureInfo.InvariantCulture),
        new DomainEvent(
            row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)),
            StoreJson.Read<Dictionary<string, string>>(row.GetString(6)) ?? []),
        deliveries);
}
