namespace ChaturMail.Core.Storage.Sqlite;

internal static partial class SqliteSchema
{
    private const string Events =
        """
        CREATE TABLE event_stream (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, type TEXT NOT NULL, subject TEXT NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL,
            data TEXT NOT NULL, published_at INTEGER NOT NULL);
        CREATE TABLE event_groups (name TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE event_deliveries (
            group_name TEXT NOT NULL, sequence INTEGER NOT NULL, member TEXT NOT NULL, deliveries INTEGER NOT NULL, held_until INTEGER NOT NULL,
            PRIMARY KEY (group_name, sequence)) WITHOUT ROWID;
        CREATE TABLE event_relay (name TEXT PRIMARY KEY, holder TEXT NOT NULL, held_until INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE dead_events (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT, group_name TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, subject TEXT NOT NULL, reason TEXT NOT NULL,
            deliveries INTEGER NOT NULL, buried_at INTEGER NOT NULL);
        """;
}
