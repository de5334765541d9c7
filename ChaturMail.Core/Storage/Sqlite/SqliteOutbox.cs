using ChaturMail.Core.Events;
using Microsoft.Data.Sqlite;

namespace ChaturMail.Core.Storage.Sqlite;

/// <summary><see cref="IOutbox"/> on the embedded database.</summary>
public sealed class SqliteOutbox(SqliteDatabase database) : IOutbox
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<DomainEvent>> ListAsync(int limit, CancellationToken cancellation) => Task.FromResult(database.Read(
        db => (IReadOnlyList<DomainEvent>)db.List(Read, "SELECT id, type, subject, actor, at, data FROM outbox ORDER BY sequence LIMIT $1", limit)));

    /// <inheritdoc/>
    public Task RemoveAsync(IReadOnlyCollection<DomainEvent> events, CancellationToken cancellation) => database.WriteAsync(
        db => db.Execute("DELETE FROM outbox WHERE id IN (SELECT value FROM json_each($1))", StoreJson.Write(events.Select(e => e.Id).ToList())), cancellation);

    /// <inheritdoc/>
    public Task<long> CountAsync(CancellationToken cancellation) => Task.FromResult(database.Read(db => (long)db.Scalar("SELECT COUNT(*) FROM outbox")!));

    /// <summary>Notes events in the transaction of the change that they tell of.</summary>
    internal static void Add(SqliteSession db, IReadOnlyList<DomainEvent> happened)
    {
        foreach (var e in happened)
        {
            db.Execute(
                "INSERT INTO outbox (id, type, subject, actor, at, data) VALUES ($1, $2, $3, $4, $5, $6)",
                e.Id, e.Type, e.Subject, e.Actor, e.Time.ToUnixTimeMilliseconds(), StoreJson.Write(e.Data));
        }
    }

    /// <summary>
    /// Takes a user out of events that are kept, passed on or not, in the transaction that erases them: <see cref="DomainEvent.Erased"/> stands in their place.
    /// </summary>
    internal static void Forget(SqliteSession db, string uid)
    {
        foreach (var table in new[] { "outbox", "event_stream" })
        {
            var naming = db.List(
                row => (Sequence: row.GetInt64(6), Event: Read(row)),
                $"SELECT id, type, subject, actor, at, data, sequence FROM {table} WHERE subject = $1 OR actor = $1 OR instr(data, $1) > 0", uid);
            foreach (var (sequence, known) in naming)
            {
                var left = known.Without(uid);
                db.Execute(
                    $"UPDATE {table} SET subject = $2, actor = $3, data = $4 WHERE sequence = $1",
                    sequence, left.Subject, left.Actor, StoreJson.Write(left.Data));
            }
        }

        db.Execute("UPDATE dead_events SET subject = $2 WHERE subject = $1", uid, DomainEvent.Erased);
    }

    private static DomainEvent Read(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)),
        StoreJson.Read<Dictionary<string, string>>(row.GetString(5)) ?? []);
}
