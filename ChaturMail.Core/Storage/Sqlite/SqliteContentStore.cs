using ChaturMail.Core.Content;

namespace ChaturMail.Core.Storage.Sqlite;

/// <summary><see cref="IContentStore"/> on the embedded database.</summary>
public sealed class SqliteContentStore(SqliteDatabase database) : IContentStore
{
    /// <inheritdoc/>
    public Task<long> VersionAsync(CancellationToken cancellation) => Task.FromResult(
        database.Read(db => (long)db.Scalar("SELECT coalesce(sum(version), 0) FROM published_content")!));

    /// <inheritdoc/>
    public Task<IReadOnlyList<ContentEntry>> ListAsync(CancellationToken cancellation) =>
        Task.FromResult(database.Read(db => (IReadOnlyList<ContentEntry>)db.List(
            row => new ContentEntry(
                (ContentKind)row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt64(3) != 0, row.GetInt64(4), row.GetInt64(5)),
            "SELECT kind, id, data, withdrawn, updated_on, version FROM published_content ORDER BY kind, id")));

    /// <inheritdoc/>
    public Task<ContentEntry> PublishAsync(ContentKind kind, string id, string data, long updatedOn, CancellationToken cancellation) =>
        PutAsync(kind, id, data, false, updatedOn, cancellation);

    /// <inheritdoc/>
    public Task<ContentEntry> SetWithdrawnAsync(ContentKind kind, string id, bool withdrawn, long updatedOn, CancellationToken cancellation) =>
        PutAsync(kind, id, null, withdrawn, updatedOn, cancellation);

    private Task<ContentEntry> PutAsync(ContentKind kind, string id, string? data, bool withdrawn, long updatedOn, CancellationToken cancellation) =>
        database.WriteAsync(db => db.First(
            row => new ContentEntry(kind, id, row.GetString(0), withdrawn, row.GetInt64(1), row.GetInt64(2)),
            """
            INSERT INTO published_content (kind, id, data, withdrawn, updated_on, version) VALUES ($1, $2, coalesce($3, ''), $4, $5, 1)
            ON CONFLICT DO UPDATE SET data = coalesce($3, data), withdrawn = excluded.withdrawn,
                updated_on = max(excluded.updated_on, updated_on + 1), version = version + 1
            RETURNING data, updated_on, version
            """, (int)kind, id, data, withdrawn ? 1 : 0, updatedOn)!, cancellation);
}
