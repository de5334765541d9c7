using ChaturMail.Core.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ChaturMail.Cloud.Mongo;

/// <summary><see cref="IFormerAccountStore"/> on MongoDB.</summary>
public sealed class MongoFormerAccountStore(MongoCollections db) : IFormerAccountStore
{
    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;

    /// <inheritdoc/>
    public Task RememberAsync(FormerAccount account, CancellationToken cancellation) => db.FormerAccounts.ReplaceOneAsync(
        Where.Eq("_id", account.Digest),
        new BsonDocument
        {
            { "_id", account.Digest }, { "erasedOn", account.ErasedOn.AsBson() }, { "day", account.Day.DayNumber }, { "nanoUsd", account.NanoUsd },
        }, new ReplaceOptions { IsUpsert = true }, cancellation);

    /// <inheritdoc/>
    public async Task<FormerAccount?> FindAsync(IReadOnlyCollection<string> digests, CancellationToken cancellation) =>
        await db.FormerAccounts.Find(Where.In("_id", digests)).Sort("{ erasedOn: -1 }").FirstOrDefaultAsync(cancellation) is { } found
            ? new FormerAccount(found.Text("_id"), found.Date("erasedOn"), DateOnly.FromDayNumber((int)found.Number("day")), found.Number("nanoUsd"))
            : null;

    /// <inheritdoc/>
    public async Task<long> TakeSpendingAsync(string digest, DateOnly day, CancellationToken cancellation) =>
        await db.FormerAccounts.FindOneAndUpdateAsync<BsonDocument>(
            Where.Eq("_id", digest) & Where.Eq("day", day.DayNumber) & Where.Gt("nanoUsd", 0L), Builders<BsonDocument>.Update.Set("nanoUsd", 0L),
            new FindOneAndUpdateOptions<BsonDocument> { ReturnDocument = ReturnDocument.Before }, cancellation) is { } before
            ? before.Number("nanoUsd")
            : 0;
}
