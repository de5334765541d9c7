using ChaturMail.Core.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ChaturMail.Cloud.Mongo;

/// <summary>
/// <see cref="IErasureStore"/> on MongoDB. The mark on the user's document, which begins an erasure, names the erasure; before the mark goes
/// with the document, the erasure has one of its own, with the same id. So at every moment one of the two stands.
/// </summary>
public sealed class MongoErasureStore(MongoCollections db) : IErasureStore
{
    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;
    private static readonly UpdateDefinitionBuilder<BsonDocument> Set = Builders<BsonDocument>.Update;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PendingErasure>> FindAsync(string uid, CancellationToken cancellation) =>
        (await db.Erasures.Find(Where.Eq("userId", uid)).Sort("{ _id: 1 }").ToListAsync(cancellation)).ConvertAll(Read);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PendingErasure>> TakeDueAsync(DateTimeOffset now, TimeSpan rest, int limit, CancellationToken cancellation)
    {
        var due = await db.Erasures.Find(Where.Lte("nextOn", now.AsBson())).Sort("{ nextOn: 1, _id: 1 }").Limit(limit).ToListAsync(cancellation);
        var taken = new List<PendingErasure>();
        foreach (var document in due)
        {
            var erasure = Read(document);
            // Only as it was looked at: whoever is faster has it.
            var change = await db.Erasures.UpdateOneAsync(
                Where.Eq("_id", document["_id"]) & Where.Eq("attempts", document["attempts"]),
                Set.Inc("attempts", 1).Set("nextOn", (now + PendingErasure.RestAfter(rest, erasure.Attempts)).AsBson()), cancellationToken: cancellation);
            if (change.MatchedCount > 0) taken.Add(erasure);
        }

        return taken;
    }

    /// <inheritdoc/>
    public async Task<int> CountAsync(CancellationToken cancellation) =>
        (int)await db.Erasures.CountDocumentsAsync(Where.Empty, cancellationToken: cancellation);

    /// <inheritdoc/>
    public async Task RemoveAsync(string id, CancellationToken cancellation)
    {
        var one = Where.Eq("_id", ObjectId.Parse(id));
        // What the parts of the product said of the user as they erased what they had.
        if (await db.Erasures.Find(one).FirstOrDefaultAsync(cancellation) is { } gone) await MongoOutbox.ForgetAsync(db, gone.Text("userId"), cancellation);
        await db.Erasures.DeleteOneAsync(one, cancellation);
    }

    /// <summary>Writes the erasure's own document, unless it is there. To be called while the mark stands and the jobs are there.</summary>
    internal static async Task BeginAsync(MongoCollections db, BsonDocument marked, DateTimeOffset now, DateTimeOffset textsSince, CancellationToken cancellation)
    {
        // Marked by an earlier version of this program, it has no id for the erasure and is named by its own.
        var id = marked.TryGetValue("erasure", out var named) ? named : marked["_id"];
        var uid = marked.Text("uid");
        var jobs = await db.Jobs.Find(Where.Eq("userId", uid) & (Where.Ne("state", (int)Core.Generation.JobState.Done) | Where.Gt("endedOn", textsSince.AsBson())))
            .Sort("{ _id: -1 }").Limit(PendingErasure.MostJobs).Project("{ _id: 1 }").ToListAsync(cancellation);
        try
        {
            await db.Erasures.UpdateOneAsync(
                Where.Eq("_id", id),
                Set.SetOnInsert("userId", uid).SetOnInsert("begunOn", now.AsBson()).SetOnInsert("attempts", 0).SetOnInsert("nextOn", now.AsBson())
                    .SetOnInsert("jobs", new BsonArray(jobs.Select(job => job.Id()))),
                new UpdateOptions { IsUpsert = true }, cancellation);
        }
        catch (MongoWriteException e) when (e.WriteError.Category == ServerErrorCategory.DuplicateKey)
        {
            // Another process writes it in the same moment.
        }
    }

    private static PendingErasure Read(BsonDocument document) => new(
        document.Id(), document.Text("userId"), document.Date("begunOn"), (int)document.Number("attempts"),
        [.. document["jobs"].AsBsonArray.Select(job => job.AsString)]);
}
