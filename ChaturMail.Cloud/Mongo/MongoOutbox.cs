using System.Text.RegularExpressions;
using ChaturMail.Core.Events;
using ChaturMail.Core.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ChaturMail.Cloud.Mongo;

/// <summary>
/// <see cref="IOutbox"/> on MongoDB: the events stand in the field <c>outbox</c> (<c>{id, type, subject, actor, at, data}</c>) of the documents
/// that changed, which is removed with the last of them.
/// </summary>
public sealed class MongoOutbox(MongoCollections db) : IOutbox
{
    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;
    private static readonly UpdateDefinitionBuilder<BsonDocument> Set = Builders<BsonDocument>.Update;

    private static readonly FilterDefinition<BsonDocument> Waiting = Where.Gt("outbox.at", new BsonDateTime(0));

    private static IMongoCollection<BsonDocument>[] Places(MongoCollections db) => [db.Users, db.Documents, db.Messages];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DomainEvent>> ListAsync(int limit, CancellationToken cancellation)
    {
        var found = new List<BsonDocument>();
        foreach (var place in Places(db))
            found.AddRange(await place.Find(Waiting).Sort("{ 'outbox.at': 1 }").Limit(limit).Project("{ outbox: 1 }").ToListAsync(cancellation));
        // Those of one document stay in their order, whatever the clocks of their writers said.
        return [.. found.Select(document => Events(document)).OrderBy(events => events[0].Time).SelectMany(events => events).Take(limit)];
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(IReadOnlyCollection<DomainEvent> events, CancellationToken cancellation)
    {
        if (events.Count == 0) return;
        var ids = events.Select(e => e.Id).ToList();
        foreach (var place in Places(db))
        {
            var holders = (await place.Find(Where.In("outbox.id", ids)).Project("{ _id: 1 }").ToListAsync(cancellation)).ConvertAll(document => document["_id"]);
            if (holders.Count == 0) continue;
            var they = Where.In("_id", holders);
            await place.UpdateManyAsync(they, Set.PullFilter("outbox", Where.In("id", ids)), cancellationToken: cancellation);
            // Only while it is empty still: another change may have pushed to it meanwhile.
            await place.UpdateManyAsync(they & Where.Size("outbox", 0), Set.Unset("outbox"), cancellationToken: cancellation);
            await place.DeleteManyAsync(they & Where.Eq("deleted", true) & Where.Exists("outbox", false), cancellation);
        }
    }

    /// <inheritdoc/>
    public async Task<long> CountAsync(CancellationToken cancellation)
    {
        var count = 0L;
        foreach (var place in Places(db))
        {
            // By the server: while Redis is away there may be very many.
            var counted = await place.Aggregate().Match(Waiting)
                .Group(new BsonDocument { { "_id", BsonNull.Value }, { "count", new BsonDocument("$sum", new BsonDocument("$size", "$outbox")) } })
                .FirstOrDefaultAsync(cancellation);
            count += counted?.Number("count") ?? 0;
        }

        return count;
    }

    /// <summary>
    /// Notes an event that no document is left for. Whoever repeats it after it was passed on notes it again, under the same id.
    /// </summary>
    internal static async Task AddAsync(MongoCollections db, DomainEvent happened, CancellationToken cancellation)
    {
        var name = "event:" + happened.Id;
        try
        {
            await db.Documents.InsertOneAsync(
                new BsonDocument { { "_id", name }, { "deleted", true }, { "unique", new BsonArray { name } }, { "outbox", Write([happened]) } },
                cancellationToken: cancellation);
        }
        catch (MongoWriteException e) when (e.WriteError.Category == ServerErrorCategory.DuplicateKey)
        {
            // It is noted already.
        }
    }

    /// <summary>Takes an erased user out of events that were not passed on yet: <see cref="DomainEvent.Erased"/> stands in their place.</summary>
    internal static async Task ForgetAsync(MongoCollections db, string uid, CancellationToken cancellation)
    {
        var about = Waiting & (Where.Eq("outbox.subject", uid) | Where.Eq("outbox.actor", uid) | Where.Regex("outbox.data", Regex.Escape(uid)));
        foreach (var place in Places(db))
        {
            while (await place.Find(about).Project("{ outbox: 1 }").FirstOrDefaultAsync(cancellation) is { } document)
            {
                var without = Events(document).ConvertAll(e => e.Without(uid));
                // Only as it was looked at: the relay may have taken some meanwhile, or another change added one.
                await place.UpdateOneAsync(
                    Where.Eq("_id", document["_id"]) & Where.Eq("outbox", document["outbox"]), Set.Set("outbox", Write(without)), cancellationToken: cancellation);
            }
        }
    }

    /// <summary>The events as a document holds them.</summary>
    internal static BsonArray Write(IReadOnlyList<DomainEvent> events) => new(events.Select(e => new BsonDocument
    {
        { "id", e.Id }, { "type", e.Type }, { "subject", e.Subject }, { "actor", e.Actor }, { "at", e.Time.AsBson() },
        // As text, so that it can be looked through for a user.
        { "data", StoreJson.Write(e.Data) },
    }));

    private static List<DomainEvent> Events(BsonDocument document) => [.. document["outbox"].AsBsonArray.Select(item => Read(item.AsBsonDocument))];

    private static DomainEvent Read(BsonDocument e) => new(
        e.Text("id"), e.Text("type"), e.Text("subject"), e.Text("actor"), e.Date("at"),
        StoreJson.Read<Dictionary<string, string>>(e.Text("data")) ?? []);
}
