using ChaturMail.Core.Audit;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Storage;

namespace ChaturMail.Cloud.Mongo;

/// <summary><see cref="IAuditLog"/> on MongoDB.</summary>
public sealed class MongoAuditLog(MongoCollections db) : IAuditLog
{
    /// <inheritdoc/>
    public Task AppendAsync(AuditEntry entry, CancellationToken cancellation) => throw new NotSupportedException(db.Audit.ToString());

    /// <inheritdoc/>
    public Task<IReadOnlyList<AuditEntry>> ListAsync(string? target, int limit, EmailCursor? after, CancellationToken cancellation) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Task<int> DeleteOldAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => throw new NotSupportedException();
}
