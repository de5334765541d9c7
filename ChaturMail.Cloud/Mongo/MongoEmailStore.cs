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

    private static readonly UpdateDefinitionBuilder<BsonDocument> Set = Builders<BsonDocument>.Update;

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
        await db.Jobs.UpdateOneAsync(OneOf(uid, id), Set.Set("emailDeleted", true), cancellationToken: cancellation);
        var deleted = await db.Emails.FindOneAndDeleteAsync<BsonDocument?>(OneOf(uid, id), cancellationToken: cancellation);
        // After the email: a comparison that is being added looks for the email after itself.
        await db.Comparisons.DeleteOneAsync(OneOf(uid, id), cancellation);
        // Not that of a built-in template, whose id is no ObjectId.
        if (deleted?.Text("promptId") is { } prompt && ObjectId.TryParse(prompt, out _)) await MongoOwnPromptStore.ForgetAsync(db, uid, prompt);
        return deleted is not null;
    }

    /// <inheritdoc/>
    /// <remarks>Only a chain's first email may lack a number, which is 1 then.</remarks>
    public async Task<IReadOnlyList<StoredEmail>> ListVersionsAsync(string uid, string rootId, int from, int limit, CancellationToken cancellation)
    {
        var filter = OneOf(uid, rootId) | (Where.Eq("userId", uid) & Where.Eq("rootId", rootId));
        if (from > 1) filter &= Where.Gte("version", from);
        return (await db.Emails.Find(filter).Sort("{ version: 1, _id: 1 }").Limit(limit).ToListAsync(cancellation)).ConvertAll(Read);
    }

    /// <inheritdoc/>
    public async Task<int> TakeVersionsAsync(string uid, string rootId, int count, CancellationToken cancellation)
    {
        // Unique by its id, so that it needs no index that might not be there yet.
        var chain = Where.Eq("_id", new BsonDocument { { "userId", uid }, { "root", rootId } });
        var taken = await CountAsync() ?? await CountAsync() ?? throw new MongoException("A chain of versions was made and erased at once, twice.");
        // Looked at afterwards: an erasure that begins later finds the chain, one that began earlier is seen here.
        if (!await db.Users.Find(Where.Eq("uid", uid) & MongoUserStore.NotErasing).AnyAsync(cancellation))
            await db.Chains.DeleteOneAsync(chain, CancellationToken.None);
        return taken - count + 2;

        async Task<int?> CountAsync()
        {
            try
            {
                var counted = await db.Chains.FindOneAndUpdateAsync<BsonDocument>(
                    chain, Set.Inc("taken", count).SetOnInsert("userId", uid),
                    new FindOneAndUpdateOptions<BsonDocument> { IsUpsert = true, ReturnDocument = ReturnDocument.After }, cancellation);
                return (int)counted.Number("taken");
            }
            catch (MongoCommandException e) when (e.Code == MongoCollections.DuplicateKey)
            {
                // Another made it in the same moment: now it is there.
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<EmailEditResult> EditAsync(string uid, string id, EmailEdit edit, DateTimeOffset now, CancellationToken cancellation)
    {
        while (true)
        {
            if (await FindAsync(uid, id, cancellation) is not { } email) return new EmailEditResult.NotFound();
            if (edit.Apply(email, now) is not EmailEditResult.Saved { Email: var edited } saved) return new EmailEditResult.Conflict();
            // Only as it was looked at: every edit has another time. A missing field equals null.
            var change = Set.Set("generatedEmail", edited.Text).Set("subject", edited.Subject).Set("toEmailId", edited.ToEmail)
                .Set("editedOn", edited.EditedOn!.Value);
            if (edited.Original is not null) change = change.Set("original", edited.Original);
            var same = Where.Eq("editedOn", email.EditedOn is { } last ? (BsonValue)last : BsonNull.Value);
            if ((await db.Emails.UpdateOneAsync(OneOf(uid, id) & same, change, cancellationToken: cancellation)).MatchedCount > 0) return saved;
        }
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
