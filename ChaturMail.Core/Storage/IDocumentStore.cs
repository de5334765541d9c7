using ChaturMail.Core.Events;

namespace ChaturMail.Core.Storage;

/// <summary>
/// Documents that are read and changed as a whole: a party with its members, a topic with its draft. A change names the version that it was
/// made from, and is refused when another was faster; what happened is noted with it in one step (<see cref="IOutbox"/>). Every method is
/// safe under concurrent use by several processes.
/// </summary>
public interface IDocumentStore
{
    /// <summary>The document, or null.</summary>
    Task<StoredDocument?> FindAsync(string kind, string id, CancellationToken cancellation);

    /// <summary>Those of the documents that exist, in no order.</summary>
    /// <param name="ids">At most <see cref="StoredDocument.MostAtOnce"/>.</param>
    Task<IReadOnlyList<StoredDocument>> FindAsync(string kind, IReadOnlyCollection<string> ids, CancellationToken cancellation);

    /// <summary>Documents that have a key, by <see cref="StoredDocument.Sort"/>, then id.</summary>
    /// <param name="newestFirst">From the greatest down, or from the least up.</param>
    /// <param name="limit">1 to <see cref="StoredDocument.MostAtOnce"/>.</param>
    /// <param name="after">Where the page before ended, or null for the first; not itself among what is given.</param>
    Task<IReadOnlyList<StoredDocument>> ListAsync(
        string kind, string key, bool newestFirst, int limit, DocumentCursor? after, CancellationToken cancellation);

    /// <summary>How many documents of a kind there are, or how many of them have a key.</summary>
    /// <param name="key">Null for all.</param>
    Task<long> CountAsync(string kind, string? key, CancellationToken cancellation);

    /// <summary>Adds a document, in version 1. False when its id or one of its <see cref="StoredDocument.Unique"/> values is taken: nothing is changed then.</summary>
    Task<bool> AddAsync(StoredDocument document, IReadOnlyList<DomainEvent> happened, CancellationToken cancellation);

    /// <summary>
    /// Puts a document in the place of its version <see cref="StoredDocument.Version"/>; the next version is one more. False when there is none, or
    /// another version, or when one of its unique values is taken: nothing is changed then.
    /// </summary>
    Task<bool> ReplaceAsync(StoredDocument document, IReadOnlyList<DomainEvent> happened, CancellationToken cancellation);

    /// <summary>Deletes this version of a document. False when there is none, or another: nothing is changed then.</summary>
    Task<bool> DeleteAsync(string kind, string id, long version, IReadOnlyList<DomainEvent> happened, CancellationToken cancellation);
}

/// <summary>A document as a store keeps it.</summary>
/// <param name="Kind">Its kind, a short name in lower case; ids and unique values are those of one kind.</param>
/// <param name="Id">At most 100 characters.</param>
/// <param name="Version">Counts its changes, from 1.</param>
/// <param name="Sort">Its place in lists, mostly a time in Unix milliseconds.</param>
/// <param name="Keys">Under what it is listed, e.g. <c>member:UID</c>; at most <see cref="MostKeys"/> of at most 200 characters.</param>
/// <param name="Unique">What no other document of the kind may have: a limit is kept by numbered places.</param>
/// <param name="Data">JSON.</param>
public sealed record StoredDocument(
    string Kind, string Id, long Version, long Sort, IReadOnlyList<string> Keys, IReadOnlyList<string> Unique, string Data)
{
    /// <summary>The most documents that one call gives.</summary>
    public const int MostAtOnce = 1000;

    /// <summary>The most keys of a document, and the most unique values.</summary>
    public const int MostKeys = 600;
}

/// <summary>A place in a list of documents.</summary>
/// <param name="Sort">Of the document there.</param>
/// <param name="Id">Tells those of one place apart.</param>
public sealed record DocumentCursor(long Sort, string Id);
