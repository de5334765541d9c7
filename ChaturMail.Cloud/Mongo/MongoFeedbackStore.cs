using ChaturMail.Core.Emails;
using ChaturMail.Core.Feedback;
using ChaturMail.Core.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ChaturMail.Cloud.Mongo;

/// <summary><see cref="IFeedbackStore"/> on MongoDB.</summary>
public sealed class MongoFeedbackStore(MongoCollections db) : IFeedbackStore
{
    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;

    /// <inheritdoc/>
    public async Task<bool> AddAsync(FeedbackMessage message, CancellationToken cancellation)
    {
        var id = ObjectId.Parse(message.Id);
        await db.Feedback.InsertOneAsync(
            new BsonDocument
            {
                { "_id", id }, { "userId", message.UserId }, { "email", message.Email }, { "subject", message.Subject },
                { "message", message.Message }, { "createdOn", message.CreatedOn }, { "__v", 0 },
            }, cancellationToken: CancellationToken.None);
        // Looked at afterwards: an erasure that begins later finds the message, one that began earlier is seen here. Not cancelled: a client
        // that hangs up must not keep the message from being taken back.
        if (await db.Users.Find(Where.Eq("uid", message.UserId) & MongoUserStore.NotErasing).AnyAsync(CancellationToken.None)) return true;
        await db.Feedback.DeleteOneAsync(Where.Eq("_id", id), CancellationToken.None);
        return false;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<FeedbackMessage>> ListAsync(int limit, EmailCursor? after, CancellationToken cancellation)
    {
        var filter = after is null ? Where.Empty
            : Where.Lt("createdOn", after.CreatedOn) | (Where.Eq("createdOn", after.CreatedOn) & Where.Lt("_id", ObjectId.Parse(after.Id)));
        return (await db.Feedback.Find(filter).Sort("{ createdOn: -1, _id: -1 }").Limit(limit).ToListAsync(cancellation)).ConvertAll(document => new FeedbackMessage(
            document.Id(), document.Text("userId"), document.Text("email"), document.Text("subject"), document.Text("message"),
            document.Number("createdOn")));
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(string id, CancellationToken cancellation) =>
        ObjectId.TryParse(id, out var key) && (await db.Feedback.DeleteOneAsync(Where.Eq("_id", key), cancellation)).DeletedCount > 0;
}
