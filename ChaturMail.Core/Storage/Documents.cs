using System.Collections.Concurrent;
using ChaturMail.Core.Events;

namespace ChaturMail.Core.Storage;

/// <summary>How a record becomes a document.</summary>
/// <param name="Name">The kind's name.</param>
/// <param name="IdOf">A record's id.</param>
/// <param name="SortOf">Its place in lists.</param>
/// <param name="KeysOf">Under what it is listed.</param>
/// <param name="UniqueOf">What no other record of the kind may have; nothing when absent.</param>
public sealed record DocumentKind<T>(
    string Name, Func<T, string> IdOf, Func<T, long> SortOf, Func<T, IReadOnlyList<string>> KeysOf, Func<T, IReadOnlyList<string>>? UniqueOf = null);

/// <summary>What a decision makes of a record: the record as it is to be, or its end, or nothing; with an answer to the caller.</summary>
/// <param name="Answer">For whoever asked.</param>
public sealed record Decision<T, TAnswer>(TAnswer Answer) where T : class
{
    /// <summary>The record to be, or null to leave it as it is.</summary>
    public T? Change { get; init; }

    /// <summary>True to delete the record.</summary>
    public bool Delete { get; init; }

    /// <summary>What happened, noted in one step with the change; nothing when nothing is changed.</summary>
    public IReadOnlyList<DomainEvent> Happened { get; init; } = [];
}

/// <summary>The records of one kind in the store.</summary>
/// <param name="remembers">
/// True for small records that are asked for with everything that happens: what stands in the store is read each time, and made a record again only when
/// it is another than the last time. Such a record is shared by all who ask.
/// </param>
public sealed class Documents<T>(IDocumentStore store, DocumentKind<T> kind, bool remembers = false) where T : class
{
    // Whoever fails loses to another process that gets on; so many times in a row only when a record is changed all the time.
    private const int MostTries = 50;

    // In characters of their JSON: some 20 MB with the records.
    private const long MostRemembered = 4_000_000;

    private readonly ConcurrentDictionary<string, (string Data, T Record)> _remembered = new();
    private long _charactersRemembered;

    /// <summary>The record, or null.</summary>
    public async Task<T?> FindAsync(string id, CancellationToken cancellation)
    {
        if (await store.FindAsync(kind.Name, id, cancellation) is not { } document)
        {
            _remembered.TryRemove(id, out _);
            return null;
        }

        if (!remembers) return Read(document);
        if (_remembered.TryGetValue(id, out var known) && known.Data == document.Data) return known.Record;
        var record = Read(document);
        // Emptying the whole is crude and cheap; what is needed comes back at once.
        if (Interlocked.Add(ref _charactersRemembered, document.Data.Length) > MostRemembered)
        {
            _remembered.Clear();
            Interlocked.Exchange(ref _charactersRemembered, document.Data.Length);
        }

        _remembered[id] = (document.Data, record);
        return record;
    }

    /// <summary>Those of the records that exist, in no order.</summary>
    public async Task<IReadOnlyList<T>> FindAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        var found = new List<T>(ids.Count);
        foreach (var part in ids.Distinct().Chunk(StoredDocument.MostAtOnce))
            found.AddRange((await store.FindAsync(kind.Name, part, cancellation)).Select(Read));
        return found;
    }

    /// <inheritdoc cref="IDocumentStore.ListAsync"/>
    public async Task<IReadOnlyList<T>> ListAsync(
        string key, CancellationToken cancellation, bool newestFirst = true, int limit = StoredDocument.MostAtOnce, DocumentCursor? after = null) =>
        [.. (await store.ListAsync(kind.Name, key, newestFirst, limit, after, cancellation)).Select(Read)];

    /// <inheritdoc cref="IDocumentStore.CountAsync"/>
    public Task<long> CountAsync(string? key, CancellationToken cancellation) => store.CountAsync(kind.Name, key, cancellation);

    /// <summary>Adds a record. False when its id or one of its unique values is taken.</summary>
    public Task<bool> AddAsync(T record, CancellationToken cancellation, params IReadOnlyList<DomainEvent> happened) =>
        store.AddAsync(Write(record, 1), happened, cancellation);

    /// <summary>
    /// Changes a record as <paramref name="decide"/> decides, which is asked again with the newer record when another change was faster, and so
    /// does nothing but decide. Gives its answer, or null when there is no such record.
    /// </summary>
    /// <param name="decide">Whether a unique value is free it cannot know: what takes one is tried with <paramref name="onTaken"/>.</param>
    /// <param name="onTaken">The answer when a unique value of the change is taken; null where it has none that could be.</param>
    /// <exception cref="IOException">Others changed the record each time.</exception>
    public async Task<TAnswer?> ChangeAsync<TAnswer>(
        string id, Func<T, Decision<T, TAnswer>> decide, CancellationToken cancellation, TAnswer? onTaken = null) where TAnswer : class
    {
        // Those of one process take turns: a hundred who try at once would undo each other's reading, and the last of them lose a hundred times.
        var turn = DocumentTurns.Of(kind.Name, id);
        await turn.WaitAsync(cancellation);
        try
        {
            return await TryChangeAsync(id, decide, onTaken, cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<TAnswer?> TryChangeAsync<TAnswer>(
        string id, Func<T, Decision<T, TAnswer>> decide, TAnswer? onTaken, CancellationToken cancellation) where TAnswer : class
    {
        for (var attempt = 1; attempt <= MostTries; attempt++)
        {
            if (await store.FindAsync(kind.Name, id, cancellation) is not { } document) return null;
            var decision = decide(Read(document));
            if (decision.Delete)
            {
                if (await store.DeleteAsync(kind.Name, id, document.Version, decision.Happened, cancellation)) return decision.Answer;
            }
            else if (decision.Change is not { } change
                || await store.ReplaceAsync(Write(change, document.Version), decision.Happened, cancellation))
            {
                return decision.Answer;
            }
            else if (onTaken is not null && (await store.FindAsync(kind.Name, id, cancellation))?.Version == document.Version)
            {
                return onTaken;
            }
        }

        throw new IOException($"A {kind.Name} was changed by others {MostTries} times in a row.");
    }

    private StoredDocument Write(T record, long version) => new(
        kind.Name, kind.IdOf(record), version, kind.SortOf(record), kind.KeysOf(record), kind.UniqueOf?.Invoke(record) ?? [], StoreJson.Write(record)!);

    private static T Read(StoredDocument document) => StoreJson.Read<T>(document.Data)!;
}

/// <summary>Whose turn it is to change a document, among those of this process.</summary>
internal static class DocumentTurns
{
    // Two documents may share one: then their changes wait for each other, which costs a moment and is never a deadlock, for nobody holds two.
    private static readonly SemaphoreSlim[] Turns = [.. Enumerable.Range(0, 256).Select(_ => new SemaphoreSlim(1))];

    public static SemaphoreSlim Of(string kind, string id) => Turns[(uint)HashCode.Combine(kind, id) % (uint)Turns.Length];
}
