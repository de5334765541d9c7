using ChaturMail.Core.Audit;
using ChaturMail.Core.Emails;

namespace ChaturMail.Core.Storage;

/// <summary>The audit trail. Append-only.</summary>
public interface IAuditLog
{
    /// <summary>Writes a line. One of an id that is there already is left as it is.</summary>
    Task AppendAsync(AuditEntry entry, CancellationToken cancellation);

    /// <summary>A page, newest first (by time, then id).</summary>
    /// <param name="target">Keeps lines of this target; null for all.</param>
    /// <param name="limit">1 to 100.</param>
    /// <param name="after">Where the page before ended, or null for the first.</param>
    Task<IReadOnlyList<AuditEntry>> ListAsync(string? target, int limit, EmailCursor? after, CancellationToken cancellation);

    /// <summary>Removes lines from before a moment, at most <paramref name="limit"/>, and gives their number.</summary>
    Task<int> DeleteOldAsync(DateTimeOffset before, int limit, CancellationToken cancellation);
}
