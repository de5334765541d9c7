using ChaturMail.Core.Conversations;
using ChaturMail.Core.Events;
using Microsoft.Data.Sqlite;

namespace ChaturMail.Core.Storage.Sqlite;

/// <summary><see cref="IMessageStore"/> on the embedded database: each change is one transaction, so that the changes of a conversation appear in their order.</summary>
public sealed class SqliteMessageStore(SqliteDatabase database) : IMessageStore
{
    private const string Columns =
        """
        m.id, m.conversation_id, m.sequence, m.change, m.sender_id, m.client_id, m.text, m.created_on, m.reply_to, m.mentions, m.attachments, m.edited_on, m.deleted_on
        """;

    private const int OwnColumns = 13;

    private const string NextChange = "(SELECT COALESCE(MAX(change), 0) + 1 FROM messages WHERE conversation_id = $1)";

    // Gives the position where it has moved. A closed conversation's positions were deleted, and stay so.
    private const string Advance =
        """
        INSERT INTO read_positions (conversation_id, member_id, delivered, seen)
        SELECT $1, $2, $3, $4 WHERE NOT EXISTS (SELECT 1 FROM closed_conversations WHERE id = $1)
        ON CONFLICT (conversation_id, member_id) DO UPDATE SET delivered = MAX(delivered, excluded.delivered), seen = MAX(seen, excluded.seen)
            WHERE excluded.delivered > delivered OR excluded.seen > seen
        RETURNING delivered, seen
        """;

    /// <inheritdoc/>
    public Task<MessageAddition?> AddAsync(Message message, Func<Message, DomainEvent> happened, CancellationToken cancellation) =>
        database.WriteAsync<MessageAddition?>(
            db =>
            {
                if (IsClosed(db, message.ConversationId)) return null;
                if (FindByKey(db, message.ConversationId, message.Key) is { } known) return new MessageAddition(known, false);
                var change = (long)db.Scalar($"SELECT {NextChange}", message.ConversationId)!;
                var added = message with { Sequence = change, Change = change };
                db.Execute(
                    """
                    INSERT INTO messages (
                        conversation_id, id, sequence, change, sender_id, client_id, text, created_on, reply_to, mentions, attachments, edited_on, deleted_on, key)
                    VALUES ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                    """,
                    added.ConversationId, added.Id, change, added.SenderId, added.ClientId, added.Text, added.CreatedOn, added.ReplyTo, Write(added.Mentions),
                    Write(added.Attachments), added.EditedOn, added.DeletedOn, added.Key);
                AddMentions(db, added);
                SqliteOutbox.Add(db, [happened(added)]);
                return new MessageAddition(added, true);
            }, cancellation);

    /// <inheritdoc/>
    public Task<Message?> ChangeAsync(
        string conversationId, string messageId, Func<Message, Message?> change, Func<Message, DomainEvent> happened, CancellationToken cancellation) =>
        database.WriteAsync(
            db =>
            {
                if (IsClosed(db, conversationId)) return null;
                var known = db.First(Read, $"SELECT {Columns} FROM messages m WHERE id = $1 AND conversation_id = $2", messageId, conversationId);
                if (known is null || change(known) is not { } wanted) return known;
                var changed = wanted with { Change = (long)db.Scalar($"SELECT {NextChange}", conversationId)! };
                db.Execute(
                    "UPDATE messages SET change = $2, text = $3, mentions = $4, attachments = $5, edited_on = $6, deleted_on = $7 WHERE id = $1",
                    messageId, changed.Change, changed.Text, Write(changed.Mentions), Write(changed.Attachments), changed.EditedOn, changed.DeletedOn);
                if (known.Mentions.Count > 0) db.Execute("DELETE FROM message_mentions WHERE message_id = $1", messageId);
                AddMentions(db, changed);
                SqliteOutbox.Add(db, [happened(changed)]);
                return changed;
            }, cancellation);

    /// <inheritdoc/>
    public Task<Message?> FindAsync(string messageId, CancellationToken cancellation) =>
        Task.FromResult(database.Read(db => db.First(Read, $"SELECT {Columns} FROM messages m WHERE id = $1", messageId)));

    /// <inheritdoc/>
    public Task<Message?> FindByKeyAsync(string conversationId, string key, CancellationToken cancellation) =>
        Task.FromResult(database.Read(db => FindByKey(db, conversationId, key)));

    /// <inheritdoc/>
    public Task<IReadOnlyList<Message>> ListAsync(string conversationId, long sequence, bool before, int limit, CancellationToken cancellation)
    {
        var (beyond, order) = before ? ("<", "DESC") : (">", "ASC");
        return Task.FromResult(database.Read(db => (IReadOnlyList<Message>)db.List(
            Read, $"SELECT {Columns} FROM messages m WHERE conversation_id = $1 AND sequence {beyond} $2 ORDER BY sequence {order} LIMIT $3",
            conversationId, sequence, limit)));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Message>> ListChangesAsync(string conversationId, long after, int limit, CancellationToken cancellation) =>
        Task.FromResult(database.Read(db => (IReadOnlyList<Message>)db.List(
            Read, $"SELECT {Columns} FROM messages m WHERE conversation_id = $1 AND change > $2 ORDER BY change LIMIT $3", conversationId, after, limit)));

    /// <inheritdoc/>
    public Task<FoundMessages> SearchAsync(
        IReadOnlyCollection<string> conversationIds, string text, int limit, string? beforeId, CancellationToken cancellation)
    {
        // Ids come from the index; texts are looked at no further than the page is full.
        const string Searched =
            """
            SELECT s.id FROM json_each($1) j CROSS JOIN messages s INDEXED BY messages_by_sequence ON s.conversation_id = j.value
            WHERE s.deleted_on IS NULL AND ($2 IS NULL OR s.id < $2) ORDER BY s.id DESC LIMIT $3
            """;
        var ids = StoreJson.Write(conversationIds.Distinct().ToList());
        return Task.FromResult(database.Read(db =>
        {
            var found = db.List(
                Read, $"SELECT {Columns} FROM ({Searched}) f CROSS JOIN messages m ON m.id = f.id WHERE holds(m.text, $4) ORDER BY f.id DESC LIMIT $5",
                ids, beforeId, IMessageStore.MostSearched, text, limit);
            if (found.Count == limit) return new FoundMessages(found, found[^1].Id);
            var end = db.First(
                row => Tuple.Create(row.GetInt64(0), row.TextOrNull(1)), $"SELECT COUNT(*), MIN(id) FROM ({Searched})", ids, beforeId, IMessageStore.MostSearched);
            return new FoundMessages(found, end!.Item1 == IMessageStore.MostSearched ? end.Item2 : null);
        }));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ConversationHead>> HeadsAsync(string uid, IReadOnlyCollection<string> conversationIds, CancellationToken cancellation) =>
        Task.FromResult(database.Read(db => (IReadOnlyList<ConversationHead>)db.List(
            row => new ConversationHead(
                row.GetString(1), row.GetInt64(OwnColumns), Read(row), (int)row.GetInt64(OwnColumns + 1),
                new ReadPosition(uid, row.GetInt64(OwnColumns + 2), row.GetInt64(OwnColumns + 3))),
            $"""
            SELECT {Columns}, (SELECT MAX(change) FROM messages WHERE conversation_id = j.value),
                MIN({IMessageStore.MostUnread}, (SELECT COUNT(*) FROM (
                    SELECT sender_id, deleted_on FROM messages WHERE conversation_id = j.value AND sequence > COALESCE(p.seen, 0)
                    ORDER BY sequence DESC LIMIT {IMessageStore.MostLookedAt}) WHERE sender_id <> $1 AND deleted_on IS NULL)),
                COALESCE(p.delivered, 0), COALESCE(p.seen, 0)
            FROM json_each($2) j
            CROSS JOIN messages m ON m.rowid = (SELECT rowid FROM messages WHERE conversation_id = j.value ORDER BY sequence DESC LIMIT 1)
            LEFT JOIN read_positions p ON p.conversation_id = j.value AND p.member_id = $1
            """, uid, StoreJson.Write(conversationIds.Distinct().ToList()))));

    /// <inheritdoc/>
    public async Task<PositionAdvance> AdvanceAsync(string conversationId, string uid, long delivered, long seen, CancellationToken cancellation)
    {
        // Clients acknowledge again and again: what changes nothing must not wait for the disk.
        var (last, known) = database.Read(db => db.First(
            row => Tuple.Create(row.GetInt64(0), new ReadPosition(uid, row.GetInt64(1), row.GetInt64(2))),
            """
            SELECT (SELECT COALESCE(MAX(change), 0) FROM messages WHERE conversation_id = $1), COALESCE(p.delivered, 0), COALESCE(p.seen, 0)
            FROM (SELECT 1) LEFT JOIN read_positions p ON p.conversation_id = $1 AND p.member_id = $2
            """, conversationId, uid))!;
        var moved = known.Advance(last, delivered, seen);
        if (moved == known) return new PositionAdvance(known, false);
        return await database.WriteAsync(
            db => db.First(
                    row => new PositionAdvance(new ReadPosition(uid, row.GetInt64(0), row.GetInt64(1)), true), Advance, conversationId, uid, moved.Delivered, moved.Seen)
                ?? new PositionAdvance(FindPosition(db, conversationId, uid), false), cancellation);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ReadPosition>> PositionsAsync(string conversationId, CancellationToken cancellation) => Task.FromResult(
        database.Read(db => (IReadOnlyList<ReadPosition>)db.List(
            row => new ReadPosition(row.GetString(0), row.GetInt64(1), row.GetInt64(2)),
            "SELECT member_id, delivered, seen FROM read_positions WHERE conversation_id = $1", conversationId)));

    /// <inheritdoc/>
    public Task RemovePositionAsync(string conversationId, string uid, CancellationToken cancellation) => database.WriteAsync(
        db => db.Execute("DELETE FROM read_positions WHERE conversation_id = $1 AND member_id = $2", conversationId, uid), cancellation);

    /// <inheritdoc/>
    public Task CloseAsync(string conversationId, CancellationToken cancellation) => database.WriteAsync(
        db => db.Execute("INSERT INTO closed_conversations (id) VALUES ($1) ON CONFLICT (id) DO NOTHING", conversationId), cancellation);

    /// <inheritdoc/>
    public Task DeleteAsync(string conversationId, long throughSequence, CancellationToken cancellation) => database.WriteAsync(
        db =>
        {
            db.Execute(
                "DELETE FROM message_mentions WHERE message_id IN (SELECT id FROM messages WHERE conversation_id = $1 AND sequence <= $2)",
                conversationId, throughSequence);
            db.Execute("DELETE FROM read_positions WHERE conversation_id = $1", conversationId);
            return db.Execute("DELETE FROM messages WHERE conversation_id = $1 AND sequence <= $2", conversationId, throughSequence);
        }, cancellation);

    /// <inheritdoc/>
    public Task ForgetAsync(string conversationId, CancellationToken cancellation) => database.WriteAsync(
        db => db.Execute("DELETE FROM closed_conversations WHERE id = $1", conversationId), cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Message>> ListOfSenderAsync(string uid, string? afterId, int limit, CancellationToken cancellation) =>
        Task.FromResult(database.Read(db => (IReadOnlyList<Message>)db.List(
            Read, $"SELECT {Columns} FROM messages m WHERE sender_id = $1 AND id > $2 ORDER BY id LIMIT $3", uid, afterId ?? "", limit)));

    /// <inheritdoc/>
    public Task<int> EraseSenderAsync(string uid, DateTimeOffset before, int limit, CancellationToken cancellation) => database.WriteAsync(
        db =>
        {
            var until = before.ToUnixTimeMilliseconds();
            var written = db.List(
                row => (ConversationId: row.GetString(0), Id: row.GetString(1)),
                "SELECT conversation_id, id FROM messages WHERE sender_id = $1 AND created_on < $2 ORDER BY id LIMIT $3", uid, until, limit);
            foreach (var (conversationId, id) in written)
            {
                db.Execute(
                    $"""
                    UPDATE messages SET change = {NextChange}, sender_id = '', client_id = '', key = id, text = '', mentions = NULL, attachments = NULL, reply_to = NULL,
                        deleted_on = COALESCE(deleted_on, $3) WHERE id = $2
                    """, conversationId, id, until);
                db.Execute("DELETE FROM message_mentions WHERE message_id = $1", id);
            }

            var mentioning = db.List(
                row => (Id: row.GetString(0), Mentions: ReadList(row.TextOrNull(1))),
                "SELECT m.id, m.mentions FROM message_mentions w JOIN messages m ON m.id = w.message_id WHERE w.member_id = $1 AND m.created_on < $2 LIMIT $3",
                uid, until, limit);
            foreach (var (id, mentions) in mentioning)
            {
                db.Execute("UPDATE messages SET mentions = $2 WHERE id = $1", id, Write([.. mentions.Where(mention => mention != uid)]));
                db.Execute("DELETE FROM message_mentions WHERE member_id = $1 AND message_id = $2", uid, id);
            }

            // Those of a later account of the same person go too: it finds unread what it has read, no worse.
            db.Execute("DELETE FROM read_positions WHERE member_id = $1", uid);
            return written.Count + mentioning.Count;
        }, cancellation);

    private static bool IsClosed(SqliteSession db, string conversationId) =>
        db.Scalar("SELECT 1 FROM closed_conversations WHERE id = $1", conversationId) is not null;

    private static Message? FindByKey(SqliteSession db, string conversationId, string key) =>
        db.First(Read, $"SELECT {Columns} FROM messages m WHERE conversation_id = $1 AND key = $2", conversationId, key);

    private static void AddMentions(SqliteSession db, Message message)
    {
        foreach (var uid in message.Mentions.Distinct())
            db.Execute("INSERT INTO message_mentions (member_id, message_id) VALUES ($1, $2)", uid, message.Id);
    }

    private static ReadPosition FindPosition(SqliteSession db, string conversationId, string uid) => db.First(
        row => new ReadPosition(uid, row.GetInt64(0), row.GetInt64(1)),
        "SELECT delivered, seen FROM read_positions WHERE conversation_id = $1 AND member_id = $2", conversationId, uid) ?? new ReadPosition(uid, 0, 0);

    private static string? Write(IReadOnlyList<string> values) => values.Count == 0 ? null : StoreJson.Write(values);

    private static List<string> ReadList(string? json) => StoreJson.Read<List<string>>(json) ?? [];

    private static Message Read(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetString(4), row.GetString(5), row.GetString(6), row.GetInt64(7))
    {
        ReplyTo = row.TextOrNull(8),
        Mentions = ReadList(row.TextOrNull(9)),
        Attachments = ReadList(row.TextOrNull(10)),
        EditedOn = row.IsDBNull(11) ? null : row.GetInt64(11),
        DeletedOn = row.IsDBNull(12) ? null : row.GetInt64(12),
    };
}
