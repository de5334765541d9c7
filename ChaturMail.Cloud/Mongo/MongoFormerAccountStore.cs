using ChaturMail.Core.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ChaturMail.Cloud.Mongo;

/// <summary><see cref="IFormerAccountStore"/> on MongoDB.</summary>
public sealed class MongoFormerAccountStore(MongoCollections db) : IFormerAccountStore
{
    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;
    private static readonly UpdateDefinitionBuilder<BsonDocument> Set = Builders<BsonDocument>.Update;

    /// <inheritdoc/>
    public async Task RememberAsync(FormerAccount account, CancellationToken cancellation)
    {
        // In two steps, for the amount depends on the day; each may be repeated by anybody.
        var which = Where.Eq("_id", account.Digest);
        var change = Set.Set("erasedOn", account.ErasedOn.AsBson());
        if (account.AddressDigest is { } address) change = change.Set("addressDigest", address);
        await db.FormerAccounts.UpdateOneAsync(
            which & Where.Ne("day", account.Day.DayNumber), Set.Set("day", account.Day.DayNumber).Set("nanoUsd", 0L), cancellationToken: cancellation);
        change = change.Set("day", account.Day.DayNumber).Max("nanoUsd", account.NanoUsd);
        try
        {
            await db.FormerAccounts.UpdateOneAsync(which, change, new UpdateOptions { IsUpsert = true }, cancellation);
        }
        catch (MongoWriteException e) when (e.WriteError.Category == ServerErrorCategory.DuplicateKey)
        {
            await db.FormerAccounts.UpdateOneAsync(which, change, cancellationToken: cancellation);
        }
    }

    /// <inheritdoc/>
    public async Task<FormerAccount?> FindAsync(IReadOnlyCollection<string> digests, CancellationToken cancellation) =>
        await db.FormerAccounts.Find(Where.In("_id", digests) | Where.In("addressDigest", digests)).Sort("{ erasedOn: -1 }").FirstOrDefaultAsync(cancellation) is { } found
            ? new FormerAccount(found.Text("_id"), found.Date("erasedOn"), DateOnly.FromDayNumber((int)found.Number("day")), found.Number("nanoUsd"))
            {
                AddressDigest = found.TextOrNull("addressDigest"),
            }
            : null;

    /// <inheritdoc/>
    public async Task<long> TakeSpendingAsync(string digest, DateOnly day, CancellationToken cancellation) =>
        await db.FormerAccounts.FindOneAndUpdateAsync<BsonDocument>(
            Where.Eq("_id", digest) & Where.Eq("day", day.DayNumber) & Where.Gt("nanoUsd", 0L), Builders<BsonDocument>.Update.Set("nanoUsd", 0L),
            new FindOneAndUpdateOptions<BsonDocument> { ReturnDocument = ReturnDocument.Before }, cancellation) is { } before
            ? before.Number("nanoUsd")
            : 0;
}
