using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ChaturMail.Cloud.Mongo;

/// <summary><see cref="IPersonalDataStore"/> on MongoDB.</summary>
public sealed class MongoPersonalDataStore(MongoCollections db, TimeProvider time) : IPersonalDataStore
{
    private const int PageSize = 200;

    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;

    /// <inheritdoc/>
    public async IAsyncEnumerable<JsonObject> ReadAsync(PersonalSection section, string uid, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var filter = Where.Eq(section.OwnerField, uid);
        if (section.OwnerField == "uid") filter &= MongoUserStore.NotErasing;
        // Movements that still wait in the account's own document are brought to the others.
        if (section.Collection == db.Coins.CollectionNamespace.CollectionName) await new MongoCoinLedger(db, time).ListAsync(uid, 1, null, cancellation);
        using var cursor = await db.Database.GetCollection<BsonDocument>(section.Collection)
            .Find(filter, new FindOptions { BatchSize = PageSize }).ToCursorAsync(cancellation);
        while (await cursor.MoveNextAsync(cancellation))
        {
            foreach (var document in cursor.Current)
                foreach (var record in Records(section, document)) yield return Read(section, record);
        }
    }

    /// <inheritdoc/>
    public async Task<int> DeleteOldAsync(StaleData what, DateTimeOffset before, int limit, CancellationToken cancellation)
    {
        switch (what)
        {
            case StaleData.Feedback:
                return await DeleteOldAsync(db.Feedback, Where.Lt("createdOn", before.ToUnixTimeMilliseconds()), limit, cancellation);
            case StaleData.FormerAccounts:
                return await DeleteOldAsync(db.FormerAccounts, Where.Lt("erasedOn", before.AsBson()), limit, cancellation);
            case StaleData.Registrations:
                return await DeleteOldAsync(db.LocalAccounts, Where.Eq("verifiedOn", BsonNull.Value) & Where.Lt("createdOn", before.AsBson()), limit, cancellation);
            case StaleData.SignInAttempts:
                return await DeleteOldAsync(db.SignInAttempts, Where.Lt("lastOn", before.AsBson()), limit, cancellation);
            case StaleData.Sessions:
                // In their users' documents: one change each, of few users at a time.
                var pulled = 0;
                foreach (var list in new[] { "sessions", "endedTokens" })
                    pulled = Math.Max(pulled, await PullOldAsync(list, before, limit, cancellation));
                return pulled;
            default:
                // Codes and what may count once are not here.
                return 0;
        }
    }

    private async Task<int> PullOldAsync(string list, DateTimeOffset before, int limit, CancellationToken cancellation)
    {
        var old = new BsonDocument("expires", new BsonDocument("$lt", before.AsBson()));
        var having = new BsonDocument(list, new BsonDocument("$elemMatch", old));
        var ids = (await db.Users.Find(having).Limit(limit).Project("{ _id: 1 }").ToListAsync(cancellation)).ConvertAll(document => document["_id"]);
        if (ids.Count > 0)
            await db.Users.UpdateManyAsync(Where.In("_id", ids), new BsonDocument("$pull", new BsonDocument(list, old)), cancellationToken: cancellation);
        return ids.Count;
    }

    private static async Task<int> DeleteOldAsync(
        IMongoCollection<BsonDocument> collection, FilterDefinition<BsonDocument> old, int limit, CancellationToken cancellation)
    {
        var ids = (await collection.Find(old).Limit(limit).Project("{ _id: 1 }").ToListAsync(cancellation)).ConvertAll(document => document["_id"]);
        // Still old: a registration may have been proved meanwhile, or an account been erased once more.
        return ids.Count == 0 ? 0 : (int)(await collection.DeleteManyAsync(Where.In("_id", ids) & old, cancellation)).DeletedCount;
    }

    private static IEnumerable<BsonDocument> Records(PersonalSection section, BsonDocument document) =>
        section.Within is not { } list ? [document]
        : document.TryGetValue(list, out var records) && records is BsonArray array ? array.OfType<BsonDocument>()
        : [];

    private static JsonObject Read(PersonalSection section, BsonDocument record)
    {
        var item = new JsonObject();
        foreach (var field in section.Fields) item.Add(field.Name, Read(field, Find(record, field.Field)));
        return item;
    }

    private static BsonValue? Find(BsonDocument record, string path)
    {
        BsonValue? value = record;
        foreach (var name in path.Split('.')) value = value is BsonDocument document && document.TryGetValue(name, out var inner) ? inner : null;
        return value;
    }

    // Documents in the field hold numbers in whatever type their writer had at hand, and lack what came later.
    private static JsonNode? Read(PersonalField field, BsonValue? value) => field.Kind switch
    {
        FieldKind.Present => value is BsonString { Value.Length: > 0 },
        FieldKind.Flag => value is BsonBoolean { Value: true },
        _ when value is null or BsonNull => null,
        FieldKind.Text => value.ToString(),
        FieldKind.Time when value is BsonDateTime date => date.MillisecondsSinceEpoch / 1000,
        FieldKind.Json when value is BsonString json => JsonNode.Parse(json.Value),
        FieldKind.Json when value is BsonArray list => new JsonArray([.. list.Select(item => (JsonNode?)item.ToString())]),
        _ when !value.IsNumeric => value.ToString(),
        FieldKind.Time => value.ToInt64() / 1000,
        FieldKind.Day => PersonalValue.Day(value.ToInt64()),
        FieldKind.Choice => PersonalValue.Choice(field, value.ToInt64()),
        _ => value.ToInt64(),
    };
}
