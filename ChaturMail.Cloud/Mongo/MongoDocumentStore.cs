using ChaturMail.Core.Events;
using ChaturMail.Core.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ChaturMail.Cloud.Mongo;

/// <summary><see cref="IDocumentStore"/> on MongoDB, without transactions.</summary>
/// <remarks>
/// All kinds share the collection <c>documents</c>: <c>{_id: "KIND:ID", version, sort, keys: ["KIND:KEY"], unique: ["KIND:VALUE"], data, outbox}</c>.
/// What happened is pushed to <c>outbox</c> by the very update that it tells of. A document that is deleted while something stands there loses
/// everything else at once and goes when <see cref="MongoOutbox"/> has passed the last of it on.
/// </remarks>
public sealed class MongoDocumentStore(MongoCollections db) : IDocumentStore
{
    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;
    private static readonly UpdateDefinitionBuilder<BsonDocument> Set = Builders<BsonDocument>.Update;

    private static readonly FilterDefinition<BsonDocument> NotDeleted = Where.Ne("deleted", true);

    /// <inheritdoc/>
    public async Task<StoredDocument?> FindAsync(string kind, string id, CancellationToken cancellation) =>
        await db.Documents.Find(Where.Eq("_id", Name(kind, id)) & NotDeleted).FirstOrDefaultAsync(cancellation) is { } document ? Read(kind, document) : null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoredDocument>> FindAsync(string kind, IReadOnlyCollection<string> ids, CancellationToken cancellation) =>
        (await db.Documents.Find(Where.In("_id", ids.Select(id => Name(kind, id))) & NotDeleted).ToListAsync(cancellation))
            .ConvertAll(document => Read(kind, document));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoredDocument>> ListAsync(
        string kind, string key, bool newestFirst, int limit, DocumentCursor? after, CancellationToken cancellation)
    {
        var filter = Where.Eq("keys", Name(kind, key));
        if (after is not null)
        {
            var name = Name(kind, after.Id);
            filter &= newestFirst
                ? Where.Lt("sort", after.Sort) | (Where.Eq("sort", after.Sort) & Where.Lt("_id", name))
                : Where.Gt("sort", after.Sort) | (Where.Eq("sort", after.Sort) & Where.Gt("_id", name));
        }

        return (await db.Documents.Find(filter).Sort(newestFirst ? "{ sort: -1, _id: -1 }" : "{ sort: 1, _id: 1 }").Limit(limit).ToListAsync(cancellation))
            .ConvertAll(document => Read(kind, document));
    }

    /// <inheritdoc/>
    public Task<long> CountAsync(string kind, string? key, CancellationToken cancellation) => db.Documents.CountDocumentsAsync(
        key is null ? Where.Eq("kind", kind) & NotDeleted : Where.Eq("keys", Name(kind, key)), cancellationToken: cancellation);

    /// <inheritdoc/>
    public async Task<bool> AddAsync(StoredDocument document, IReadOnlyList<DomainEvent> happened, CancellationToken cancellation)
    {
        await db.EnsureUniqueValuesAsync(cancellation);
        var added = Fields(document, 1).Add("_id", Name(document.Kind, document.Id));
        if (happened.Count > 0) added.Add("outbox", MongoOutbox.Write(happened));
        try
        {
            await db.Documents.InsertOneAsync(added, cancellationToken: cancellation);
            return true;
        }
        catch (MongoWriteException e) when (e.WriteError.Category == ServerErrorCategory.DuplicateKey)
        {
            // One of this id may have been deleted, with something of it yet to be told: it lives again.
            return await TryUpdateAsync(Where.Eq("_id", added["_id"]) & Where.Eq("deleted", true), document, 1, happened, cancellation);
        }
    }

    /// <inheritdoc/>
    public Task<bool> ReplaceAsync(StoredDocument document, IReadOnlyList<DomainEvent> happened, CancellationToken cancellation) => TryUpdateAsync(
        Where.Eq("_id", Name(document.Kind, document.Id)) & Where.Eq("version", document.Version) & NotDeleted,
        document, document.Version + 1, happened, cancellation);

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(string kind, string id, long version, IReadOnlyList<DomainEvent> happened, CancellationToken cancellation)
    {
        var name = Name(kind, id);
        var it = Where.Eq("_id", name) & Where.Eq("version", version) & NotDeleted;
        if (happened.Count == 0 && (await db.Documents.DeleteOneAsync(it & Where.Exists("outbox", false), cancellation)).DeletedCount > 0) return true;
        // Nobody else's value can be this one.
        var change = Set.Set("deleted", true).Set("unique", new BsonArray { "deleted:" + name }).Unset("keys").Unset("data").Unset("sort");
        if (happened.Count > 0) change = change.PushEach("outbox", MongoOutbox.Write(happened));
        if ((await db.Documents.UpdateOneAsync(it, change, cancellationToken: cancellation)).ModifiedCount == 0) return false;
        // What stood in the outbox may have been passed on between the two looks.
        await db.Documents.DeleteOneAsync(Where.Eq("_id", name) & Where.Eq("deleted", true) & Where.Exists("outbox", false), cancellation);
        return true;
    }

    private async Task<bool> TryUpdateAsync(
        FilterDefinition<BsonDocument> it, StoredDocument document, long version, IReadOnlyList<DomainEvent> happened, CancellationToken cancellation)
    {
        var change = Set.Combine(Fields(document, version).Select(field => Set.Set(field.Name, field.Value))).Unset("deleted");
        if (happened.Count > 0) change = change.PushEach("outbox", MongoOutbox.Write(happened));
        try
        {
            return (await db.Documents.UpdateOneAsync(it, change, cancellationToken: cancellation)).ModifiedCount > 0;
        }
        catch (MongoWriteException e) when (e.WriteError.Category == ServerErrorCategory.DuplicateKey)
        {
            return false;
        }
    }

    private static BsonDocument Fields(StoredDocument document, long version) => new()
    {
        { "kind", document.Kind }, { "version", version }, { "sort", document.Sort }, { "data", document.Data },
        { "keys", new BsonArray(document.Keys.Distinct().Select(key => Name(document.Kind, key))) },
        // One of its own where there is none: a unique index takes the lack of a value for a value.
        {
            "unique", new BsonArray(document.Unique.Count == 0
                ? [Name(document.Kind, "id:" + document.Id)]
                : document.Unique.Distinct().Select(value => Name(document.Kind, value)))
        },
    };

    private static string Name(string kind, string of) => $"{kind}:{of}";

    private static StoredDocument Read(string kind, BsonDocument document) => new(
        kind, document.Id()[(kind.Length + 1)..], document.Number("version"), document.Number("sort"), [], [], document.Text("data"));
}
