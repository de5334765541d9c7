using ChaturMail.Core.Content;
using ChaturMail.Core.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ChaturMail.Cloud.Mongo;

/// <summary>
/// <see cref="IContentStore"/> on MongoDB. An entry changes on the condition that it is still as it was read, so that its version and its time
/// rise with every change; who comes second reads again.
/// </summary>
/// <remarks><c>publishedcontent</c>: <c>_id: {kind, id}</c>, <c>data</c>, <c>withdrawn</c>, <c>updatedOn</c> (Unix seconds), <c>version</c>.</remarks>
public sealed class MongoContentStore(MongoCollections db) : IContentStore
{
    private const int ChangeAttempts = 50;

    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;
    private static readonly UpdateDefinitionBuilder<BsonDocument> Set = Builders<BsonDocument>.Update;

    /// <inheritdoc/>
    public async Task<long> VersionAsync(CancellationToken cancellation) =>
        (await db.Content.Find(Where.Empty).Project("{ _id: 0, version: 1 }").ToListAsync(cancellation)).Sum(document => document.Number("version"));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ContentEntry>> ListAsync(CancellationToken cancellation) =>
        [.. (await db.Content.Find(Where.Empty).ToListAsync(cancellation)).Select(Read).OrderBy(entry => entry.Kind).ThenBy(entry => entry.Id, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public Task<ContentEntry> PublishAsync(ContentKind kind, string id, string data, long updatedOn, CancellationToken cancellation) =>
        ChangeAsync(new ContentEntry(kind, id, data, false, updatedOn, 1), _ => data, cancellation);

    /// <inheritdoc/>
    public Task<ContentEntry> SetWithdrawnAsync(ContentKind kind, string id, bool withdrawn, long updatedOn, CancellationToken cancellation) =>
        ChangeAsync(new ContentEntry(kind, id, "", withdrawn, updatedOn, 1), old => old.Data, cancellation);

    private async Task<ContentEntry> ChangeAsync(ContentEntry wanted, Func<ContentEntry, string> dataOf, CancellationToken cancellation)
    {
        var key = Where.Eq("_id", new BsonDocument { { "kind", (int)wanted.Kind }, { "id", wanted.Id } });
        for (var attempt = 1; attempt <= ChangeAttempts; attempt++)
        {
            if (await db.Content.Find(key).FirstOrDefaultAsync(cancellation) is not { } found)
            {
                if (await TryAddAsync(wanted, cancellation)) return wanted;
                continue;
            }

            var old = Read(found);
            var changed = wanted with { Data = dataOf(old), UpdatedOn = Math.Max(wanted.UpdatedOn, old.UpdatedOn + 1), Version = old.Version + 1 };
            var update = await db.Content.UpdateOneAsync(
                key & Where.Eq("version", old.Version),
                Set.Set("data", changed.Data).Set("withdrawn", changed.Withdrawn).Set("updatedOn", changed.UpdatedOn).Set("version", changed.Version),
                cancellationToken: cancellation);
            if (update.MatchedCount > 0) return changed;
        }

        throw new MongoException("A published entry was changed by others again and again.");
    }

    private async Task<bool> TryAddAsync(ContentEntry entry, CancellationToken cancellation)
    {
        try
        {
            await db.Content.InsertOneAsync(
                new BsonDocument
                {
                    { "_id", new BsonDocument { { "kind", (int)entry.Kind }, { "id", entry.Id } } }, { "data", entry.Data }, { "withdrawn", entry.Withdrawn },
                    { "updatedOn", entry.UpdatedOn }, { "version", entry.Version },
                }, cancellationToken: cancellation);
            return true;
        }
        catch (MongoWriteException e) when (e.WriteError.Category == ServerErrorCategory.DuplicateKey)
        {
            return false;
        }
    }

    private static ContentEntry Read(BsonDocument document)
    {
        var key = document["_id"].AsBsonDocument;
        return new ContentEntry(
            (ContentKind)key.Number("kind"), key.Text("id"), document.Text("data"), document.Flag("withdrawn"), document.Number("updatedOn"),
            document.Number("version"));
    }
}
