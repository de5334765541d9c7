using ChaturMail.Core.Emails;

namespace ChaturMail.Core.Storage;

/// <summary>Histories. Each method looks at one owner's emails only; another's are as if they did not exist.</summary>
public interface IEmailStore
{
    /// <summary>One email, or null.</summary>
    Task<StoredEmail?> FindAsync(string uid, string id, CancellationToken cancellation);

    /// <summary>
    /// A page, newest first (by time, then id).
    /// </summary>
    /// <param name="limit">1 to 100.</param>
    /// <param name="after">Where the page before ended, or null for the first.</param>
    /// <param name="search">Keeps emails that hold this text in subject, keywords, recipient or body, whatever its case; null for all.</param>
    Task<EmailPage> ListAsync(string uid, int limit, EmailCursor? after, string? search, CancellationToken cancellation);

    /// <summary>Deletes one email. False when the owner has none of this id.</summary>
    Task<bool> DeleteAsync(string uid, string id, CancellationToken cancellation);
}
