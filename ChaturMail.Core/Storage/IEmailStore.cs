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

    /// <summary>The versions of a chain in their order, from a number on.</summary>
    /// <param name="rootId">The chain's first email, which may have been deleted.</param>
    /// <param name="limit">The most emails.</param>
    Task<IReadOnlyList<StoredEmail>> ListVersionsAsync(string uid, string rootId, int from, int limit, CancellationToken cancellation);

    /// <summary>
    /// Takes numbers for new versions of a chain, which nobody else gets, and gives the first of them. The chain's first email has 1.
    /// </summary>
    Task<int> TakeVersionsAsync(string uid, string rootId, int count, CancellationToken cancellation);

    /// <summary>
    /// Saves the user's own edit in place. The model's text is kept as <see cref="StoredEmail.Original"/> from the first change of it on.
    /// <see cref="StoredEmail.EditedOn"/> becomes <paramref name="now"/>, or the second after the edit before, so that it tells any two edits apart.
    /// </summary>
    Task<EmailEditResult> EditAsync(string uid, string id, EmailEdit edit, DateTimeOffset now, CancellationToken cancellation);
}
