using System.Text.RegularExpressions;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ChaturMail.Cloud.Mongo;

/// <summary><see cref="IEmailStore"/> on MongoDB.</summary>
public sealed class MongoEmailStore(MongoCollections db) : IEmailStore
{
    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;

    private static readonly string[] Searched = ["subject", "keywords", "toEmailId", "generatedEmail"];

    /// <inheritdoc/>
    public async Task<StoredEmail?> FindAsync(string uid, string id, CancellationToken cancellation) =>
        await db.Emails.Find(OneOf(uid, id)).FirstOrDefaultAsync(cancellation) is { } document ? Read(document) : null;

    /// <inheritdoc/>
    public async Task<EmailPage> ListAsync(string uid, int limit, EmailCursor? after, string? search, CancellationToken cancellation)
    {
        var filter = Where.Eq("userId", uid);
        if (after is not null)
            filter &= Where.Lt("createdOn", after.CreatedOn)
                | (Where.Eq("createdOn", after.CreatedOn) & Where.Lt("_id", ObjectId.Parse(after.Id)));
        if (search is not null)
        {
            var holds = new BsonRegularExpression(Regex.Escape(search), "i");
            filter &= Where.Or(Searched.Select(field => Where.Regex(field, holds)));
        }

        // One more than asked for tells whether there is another page.
        var documents = await db.Emails.Find(filter).Sort("{ createdOn: -1, _id: -1 }").Limit(limit + 1).ToListAsync(cancellation);
        var emails = documents.Take(limit).Select(Read).ToList();
        return new EmailPage(emails, documents.Count > limit ? new EmailCursor(emails[^1].CreatedOn, emails[^1].Id) : null);
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(string uid, string id, CancellationToken cancellation)
    {
        if (!ObjectId.TryParse(id, out _)) return false;
        // Told to the job first, in case it is being settled a second time: the email must not come back.
        await db.Jobs.UpdateOneAsync(OneOf(uid, id), Builders<BsonDocument>.Update.Set("emailDeleted", true), cancellationToken: cancellation);
        var isDeleted = (await db.Emails.DeleteOneAsync(OneOf(uid, id), cancellation)).DeletedCount > 0;
        // After the email: a comparison that is being added looks for the email after itself.
        await db.Comparisons.DeleteOneAsync(OneOf(uid, id), cancellation);
        return isDeleted;
    }

    // An id that is none matches nothing: ids are ObjectIds, and their text is no id.
    private static FilterDefinition<BsonDocument> OneOf(string uid, string id) =>
        Where.Eq("_id", ObjectId.TryParse(id, out var objectId) ? (BsonValue)objectId : id) & Where.Eq("userId", uid);

    private static StoredEmail Read(BsonDocument document) => new(
        document.Id(), document.Text("userId"), document.Text("promptId"), document.Text("subject"), document.Text("keywords"),
        document.Text("generatedEmail"), document.Text("toEmailId"), (int)document.Number("tokens"), document.Number("createdOn"),
        document.TextOrNull("model"), document.TextOrNull("note"))
    {
        Options = StoreJson.Read<EmailOptions>(document.TextOrNull("options")) ?? EmailOptions.None,
        Usage = StoreJson.Read<EmailUsage>(document.TextOrNull("usage")),
        Version = document.Version(),
        Original = document.TextOrNull("original"),
        EditedOn = document.Contains("editedOn") ? document.Number("editedOn") : null,
    };
}
