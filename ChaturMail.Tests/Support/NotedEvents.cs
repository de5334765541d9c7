using ChaturMail.Core.Events;
using ChaturMail.Core.Storage.Sqlite;

namespace ChaturMail.Tests.Support;

/// <summary>What has happened, whether it waits to be passed on or was passed on already.</summary>
internal static class NotedEvents
{
    /// <summary>The events about something, in the order of their happening, each once.</summary>
    public static IReadOnlyList<DomainEvent> Of(SqliteDatabase database, string subject) => database.Read(db => db.List(
        row => new DomainEvent(
            row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)),
            System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(5))!),
        """
        SELECT id, type, subject, actor, at, data FROM outbox WHERE subject = $1
        UNION SELECT id, type, subject, actor, at, data FROM event_stream WHERE subject = $1 ORDER BY id
        """, subject));
}
