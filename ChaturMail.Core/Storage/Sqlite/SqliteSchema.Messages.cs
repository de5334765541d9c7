namespace ChaturMail.Core.Storage.Sqlite;

internal static partial class SqliteSchema
{
    // Where a conversation stands and what is unread in it are read from the indexes alone. Only who is mentioned is looked for by that.
    private const string Messages =
        """
        CREATE TABLE messages (
            id TEXT NOT NULL UNIQUE, conversation_id TEXT NOT NULL, sequence INTEGER NOT NULL, change INTEGER NOT NULL, sender_id TEXT NOT NULL,
            client_id TEXT NOT NULL, key TEXT NOT NULL, created_on INTEGER NOT NULL, edited_on INTEGER, deleted_on INTEGER, reply_to TEXT, mentions TEXT, attachments TEXT,
            text TEXT NOT NULL);
        CREATE INDEX messages_by_sequence ON messages (conversation_id, sequence, sender_id, deleted_on, id);
        CREATE UNIQUE INDEX messages_by_change ON messages (conversation_id, change);
        CREATE UNIQUE INDEX messages_by_key ON messages (conversation_id, key);
        CREATE INDEX messages_of_a_sender ON messages (sender_id, id);
        CREATE TABLE message_mentions (
            member_id TEXT NOT NULL, message_id TEXT NOT NULL, PRIMARY KEY (member_id, message_id)) WITHOUT ROWID;
        CREATE INDEX message_mentions_of_one ON message_mentions (message_id);
        CREATE TABLE read_positions (
            conversation_id TEXT NOT NULL, member_id TEXT NOT NULL, delivered INTEGER NOT NULL, seen INTEGER NOT NULL,
            PRIMARY KEY (conversation_id, member_id)) WITHOUT ROWID;
        CREATE INDEX read_positions_of_a_member ON read_positions (member_id);
        CREATE TABLE closed_conversations (id TEXT PRIMARY KEY) WITHOUT ROWID;
        """;
}
