using ChaturMail.Core.Audit;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ChaturMail.Cloud.Mongo;

/// <summary><see cref="IAuditLog"/> on MongoDB.</summary>
/// <remarks>
/// <c>auditlog</c>: <c>_id</c>, <c>at</c>, <c>second</c> (Unix seconds of <c>at</c>, by which pages are cut), <c>actor</c>, <c>action</c>,
/// <c>target</c>, <c>details</c>.
/// </remarks>
public sealed class MongoAuditLog(MongoCollections db) : IAuditLog
{
    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;

    /// <inheritdoc/>
    public async Task AppendAsync(AuditEntry entry, CancellationToken cancellation)
    {
        try
        {
            await db.Audit.InsertOneAsync(
                new BsonDocument
                {
                    { "_id", ObjectId.Parse(entry.Id) }, { "at", entry.At.AsBson() }, { "second", entry.At.ToUnixTimeSeconds() }, { "actor", entry.Actor },
                    { "action", entry.Action }, { "target", entry.Target }, { "details", entry.Details },
                }, cancellationToken: entry.IsAboutUser ? CancellationToken.None : cancellation);
        }
        catch (MongoWriteException e) when (e.WriteError.Category == ServerErrorCategory.DuplicateKey)
        {
            // Written before.
        }

        // Looked at afterwards: an erasure that begins later finds the line, one that began earlier is seen here.
        if (entry.IsAboutUser && !await db.Users.Find(Where.Eq("uid", entry.Target) & MongoUserStore.NotErasing).AnyAsync(CancellationToken.None))
        {
            await db.Audit.UpdateOneAsync(
                Where.Eq("_id", ObjectId.Parse(entry.Id)), Builders<BsonDocument>.Update.Set("target", ""), cancellationToken: CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AuditEntry>> ListAsync(string? target, int limit, EmailCursor? after, CancellationToken cancellation)
    {
        var filter = target is null ? Where.Empty : Where.Eq("target", target);
        if (after is not null)
            filter &= Where.Lt("second", after.CreatedOn) | (Where.Eq("second", after.CreatedOn) & Where.Lt("_id", ObjectId.Parse(after.Id)));
        return (await db.Audit.Find(filter).Sort("{ second: -1, _id: -1 }").Limit(limit).ToListAsync(cancellation)).ConvertAll(document => new AuditEntry(
            document.Id(), document.Date("at"), document.Text("actor"), document.Text("action"), document.Text("target"), document.Text("details")));
    }

    /// <inheritdoc/>
    public async Task<int> DeleteOldAsync(DateTimeOffset before, int limit, CancellationToken cancellation)
    {
        var old = await db.Audit.Find(Where.Lt("at", before.AsBson())).Project("{ _id: 1 }").Limit(limit).ToListAsync(cancellation);
        if (old.Count == 0) return 0;
        return (int)(await db.Audit.DeleteManyAsync(Where.In("_id", old.Select(document => document["_id"])), cancellation)).DeletedCount;
    }
}
