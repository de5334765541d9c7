using ChaturMail.Core.Events;
using Microsoft.Data.Sqlite;

namespace ChaturMail.Core.Storage.Sqlite;

/// <summary><see cref="IDocumentStore"/> on the embedded database.</summary>
public sealed class SqliteDocumentStore(SqliteDatabase database) : IDocumentStore
{
    private const string Columns = "d.kind, d.id, d.version, d.sort, d.data";

    /// <inheritdoc/>
    public Task<StoredDocument?> FindAsync(string kind, string id, CancellationToken cancellation) => Task.FromResult(
        database.Read(db => db.First(Read, $"SELECT {Columns} FROM documents d WHERE d.kind = $1 AND d.id = $2", kind, id)));

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredDocument>> FindAsync(string kind, IReadOnlyCollection<string> ids, CancellationToken cancellation) => Task.FromResult(
        database.Read(db => (IReadOnlyList<StoredDocument>)db.List(
            Read, $"SELECT {Columns} FROM json_each($2) j JOIN documents d ON d.kind = $1 AND d.id = j.value", kind, StoreJson.Write(ids))));

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredDocument>> ListAsync(
        string kind, string key, bool newestFirst, int limit, DocumentCursor? after, CancellationToken cancellation)
    {
        var (beyond, order) = newestFirst ? ("<", "DESC") : (">", "ASC");
        return Task.FromResult(database.Read(db => (IReadOnlyList<StoredDocument>)db.List(
            Read,
            $"""
            SELECT {Columns} FROM document_keys k JOIN documents d ON d.kind = k.kind AND d.id = k.id
            WHERE k.kind = $1 AND k.key = $2 AND ($3 IS NULL OR (k.sort, k.id) {beyond} ($3, $4))
            ORDER BY k.sort {order}, k.id {order} LIMIT $5
            """, kind, key, after?.Sort, after?.Id, limit)));
    }

    /// <inheritdoc/>
    public Task<long> CountAsync(string kind, string? key, CancellationToken cancellation) => Task.FromResult(database.Read(db => (long)(key is null
        ? db.Scalar("SELECT COUNT(*) FROM documents WHERE kind = $1", kind)
        : db.Scalar("SELECT COUNT(*) FROM document_keys WHERE kind = $1 AND key = $2", kind, key))!));

    /// <inheritdoc/>
    public Task<bool> AddAsync(StoredDocument document, IReadOnlyList<DomainEvent> happened, CancellationToken cancellation) => database.WriteAsync(
        db =>
        {
            if (IsTaken(db, document) || db.Scalar("SELECT 1 FROM documents WHERE kind = $1 AND id = $2", document.Kind, document.Id) is not null) return false;
            db.Execute(
                "INSERT INTO documents (kind, id, version, sort, data) VALUES ($1, $2, 1, $3, $4)", document.Kind, document.Id, document.Sort, document.Data);
            Index(db, document, happened);
            return true;
        }, cancellation);

    /// <inheritdoc/>
    public Task<bool> ReplaceAsync(StoredDocument document, IReadOnlyList<DomainEvent> happened, CancellationToken cancellation) => database.WriteAsync(
        db =>
        {
            if (IsTaken(db, document)) return false;
            var isReplaced = db.Execute(
                "UPDATE documents SET version = version + 1, sort = $4, data = $5 WHERE kind = $1 AND id = $2 AND version = $3",
                document.Kind, document.Id, document.Version, document.Sort, document.Data) > 0;
            if (!isReplaced) return false;
            RemoveIndex(db, document.Kind, document.Id);
            Index(db, document, happened);
            return true;
        }, cancellation);

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string kind, string id, long version, IReadOnlyList<DomainEvent> happened, CancellationToken cancellation) => database.WriteAsync(
        db =>
        {
            if (db.Execute("DELETE FROM documents WHERE kind = $1 AND id = $2 AND version = $3", kind, id, version) == 0) return false;
            RemoveIndex(db, kind, id);
            SqliteOutbox.Add(db, happened);
            return true;
        }, cancellation);

    private static bool IsTaken(SqliteSession db, StoredDocument document)
    {
        foreach (var value in document.Unique)
        {
            if (db.Scalar("SELECT 1 FROM document_uniques WHERE kind = $1 AND value = $2 AND id <> $3", document.Kind, value, document.Id) is not null)
                return true;
        }

        return false;
    }

    private static void Index(SqliteSession db, StoredDocument document, IReadOnlyList<DomainEvent> happened)
    {
        foreach (var key in document.Keys.Distinct())
            db.Execute("INSERT INTO document_keys (kind, key, sort, id) VALUES ($1, $2, $3, $4)", document.Kind, key, document.Sort, document.Id);
        foreach (var value in document.Unique.Distinct())
            db.Execute("INSERT INTO document_uniques (kind, value, id) VALUES ($1, $2, $3)", document.Kind, value, document.Id);
        SqliteOutbox.Add(db, happened);
    }

    private static void RemoveIndex(SqliteSession db, string kind, string id)
    {
        db.Execute("DELETE FROM document_keys WHERE kind = $1 AND id = $2", kind, id);
        db.Execute("DELETE FROM document_uniques WHERE kind = $1 AND id = $2", kind, id);
    }

    // Keys and unique values are what a reader has no use for: whoever changes the document makes them anew.
    private static StoredDocument Read(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), [], [], row.GetString(4));
}
