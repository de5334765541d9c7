using ChaturMail.Core.Audit;
using ChaturMail.Core.Emails;

namespace ChaturMail.Core.Storage.Sqlite;

/// <summary><see cref="IAuditLog"/> on the embedded database.</summary>
public sealed class SqliteAuditLog(SqliteDatabase database) : IAuditLog
{
    /// <inheritdoc/>
    public Task AppendAsync(AuditEntry entry, CancellationToken cancellation) => database.WriteAsync(
        db => db.Execute(
            """
            INSERT INTO audit (id, at, actor, action, target, details)
            VALUES ($1, $2, $3, $4, CASE WHEN $7 = 0 OR EXISTS (SELECT 1 FROM users WHERE uid = $5) THEN $5 ELSE '' END, $6) ON CONFLICT DO NOTHING
            """,
            entry.Id, entry.At.ToUnixTimeMilliseconds(), entry.Actor, entry.Action, entry.Target, entry.Details, entry.IsAboutUser ? 1 : 0), cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AuditEntry>> ListAsync(string? target, int limit, EmailCursor? after, CancellationToken cancellation) => Task.FromResult(
        database.Read(db => (IReadOnlyList<AuditEntry>)db.List(
            row => new AuditEntry(
                row.GetString(0), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5)),
            // Two statements, for each has an index of its own.
            $"""
            SELECT id, at, actor, action, target, details FROM audit
            WHERE {(target is null ? "$1 IS NULL" : "target = $1")} AND ($2 IS NULL OR (at / 1000, id) < ($2, $3))
            ORDER BY at / 1000 DESC, id DESC LIMIT $4
            """, target, after?.CreatedOn, after?.Id, limit)));

    /// <inheritdoc/>
    public Task<int> DeleteOldAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => database.WriteAsync(
        db => db.Execute(
            "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < $1 LIMIT $2)", before.ToUnixTimeMilliseconds(), limit), cancellation);
}
