using ChaturMail.Core.Emails;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Prompts;
using ChaturMail.Core.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ChaturMail.Cloud.Mongo;

/// <summary><see cref="IOwnPromptStore"/> on MongoDB, without transactions.</summary>
/// <remarks>
/// The account document lists the ids of its user's prompts: that keeps the limit, in one conditional change, and tells that there are any.
/// Adding lists the id first and writes the prompt second; deleting wipes the prompt first and takes its id off second. A process that dies
/// in between leaves an id in the list without a prompt, which <see cref="AddAsync"/> takes off when the list is full.
/// </remarks>
public sealed class MongoOwnPromptStore(MongoCollections db, TimeProvider time) : IOwnPromptStore
{
    // Longer than any call: whoever listed an id this long ago and has written no prompt is dead.
    private static readonly TimeSpan LongestAddition = TimeSpan.FromMinutes(1);

    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;
    private static readonly UpdateDefinitionBuilder<BsonDocument> Set = Builders<BsonDocument>.Update;

    private static readonly FilterDefinition<BsonDocument> NotDeleted = Where.Ne("deleted", true);

    /// <inheritdoc/>
    public async Task<PromptAddition> AddAsync(OwnPrompt prompt, CancellationToken cancellation)
    {
        // Of duplicates the oldest: everybody must look at the same list.
        var account = await db.Users.Find(Where.Eq("uid", prompt.UserId) & MongoUserStore.NotErasing).Sort("{ _id: 1 }").FirstOrDefaultAsync(cancellation);
        if (account is null) return PromptAddition.NoUser;
        var id = ObjectId.Parse(prompt.Id);
        if (!await TryListAsync(account["_id"], id, cancellation))
        {
            await TakeOffLeftoversAsync(prompt.UserId, account["_id"], cancellation);
            if (!await TryListAsync(account["_id"], id, cancellation))
                return await db.Users.Find(Usable(account["_id"])).AnyAsync(cancellation) ? PromptAddition.TooMany : PromptAddition.NoUser;
        }

        await db.OwnPrompts.InsertOneAsync(
            new BsonDocument { { "_id", id }, { "userId", prompt.UserId }, { "createdOn", prompt.CreatedOn }, { "__v", 0 } }.AddRange(Content(prompt)),
            cancellationToken: CancellationToken.None);
        // Looked at afterwards: the account may have been erased meanwhile, or this call have been taken for dead.
        if (await db.Users.Find(Usable(account["_id"]) & Where.Eq("ownPrompts", id)).AnyAsync(CancellationToken.None)) return PromptAddition.Added;
        await db.OwnPrompts.DeleteOneAsync(Where.Eq("_id", id), CancellationToken.None);
        return await db.Users.Find(Usable(account["_id"])).AnyAsync(CancellationToken.None) ? PromptAddition.TooMany : PromptAddition.NoUser;
    }

    /// <inheritdoc/>
    public async Task<OwnPrompt?> UpdateAsync(OwnPrompt prompt, CancellationToken cancellation) => await db.OwnPrompts.FindOneAndUpdateAsync(
        OneOf(prompt.UserId, prompt.Id), Set.Combine(Content(prompt).Select(field => Set.Set(field.Name, field.Value))),
        new FindOneAndUpdateOptions<BsonDocument, BsonDocument?> { ReturnDocument = ReturnDocument.After }, cancellation) is { } document ? Read(document) : null;

    /// <inheritdoc/>
    public async Task<OwnPrompt?> FindAsync(string uid, string id, CancellationToken cancellation) =>
        await db.OwnPrompts.Find(OneOf(uid, id)).FirstOrDefaultAsync(cancellation) is { } document ? Read(document) : null;

    /// <inheritdoc/>
    public async Task<OwnPromptPage> ListAsync(string uid, int limit, EmailCursor? after, CancellationToken cancellation)
    {
        var filter = Where.Eq("userId", uid) & NotDeleted;
        if (after is not null)
            filter &= Where.Lt("createdOn", after.CreatedOn)
                | (Where.Eq("createdOn", after.CreatedOn) & Where.Lt("_id", ObjectId.Parse(after.Id)));
        // One more than asked for tells whether there is another page.
        var documents = await db.OwnPrompts.Find(filter).Sort("{ createdOn: -1, _id: -1 }").Limit(limit + 1).ToListAsync(cancellation);
        var prompts = documents.Take(limit).Select(Read).ToList();
        return new OwnPromptPage(prompts, documents.Count > limit ? new EmailCursor(prompts[^1].CreatedOn, prompts[^1].Id) : null);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OwnPrompt>> ListNamedAsync(string uid, CancellationToken cancellation)
    {
        var documents = await db.OwnPrompts.Find(Where.Eq("userId", uid)).Sort("{ createdOn: -1, _id: -1 }").ToListAsync(cancellation);
        var deleted = documents.Where(IsDeleted).ToList();
        if (deleted.Count == 0) return documents.ConvertAll(Read);
        var named = await (await db.Emails.DistinctAsync<string>(
            "promptId", Where.Eq("userId", uid) & Where.In("promptId", deleted.Select(document => document.Id())), cancellationToken: cancellation)).ToListAsync(cancellation);
        return [.. documents.Except(deleted).Concat(deleted.Where(document => named.Contains(document.Id()))).Select(Read)];
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(string uid, string id, CancellationToken cancellation)
    {
        var wiped = await db.OwnPrompts.UpdateOneAsync(
            OneOf(uid, id),
            Set.Set("deleted", true).Set("guidance", "").Set("placeholders", new BsonArray()).Set("example", BsonNull.Value)
                .Set("updatedOn", time.GetUtcNow().ToUnixTimeSeconds()),
            cancellationToken: cancellation);
        if (wiped.MatchedCount == 0) return false;
        // Not cancelled: what is wiped counts as deleted.
        var prompt = ObjectId.Parse(id);
        await db.Users.UpdateManyAsync(Where.Eq("uid", uid) & Where.Eq("ownPrompts", prompt), Set.Pull("ownPrompts", prompt), cancellationToken: CancellationToken.None);
        await ForgetAsync(db, uid, id);
        return true;
    }

    /// <summary>Takes what is left of a deleted prompt away, unless an email names it, or may come to.</summary>
    internal static async Task ForgetAsync(MongoCollections db, string uid, string id)
    {
        // Jobs before emails: a job that ends in between is found as one or the other. One that is accepted from now on finds no prompt.
        var mine = Where.Eq("userId", uid) & Where.Eq("promptId", id);
        var isNamed = await db.Jobs.Find(mine & (Where.Eq("state", (int)JobState.Queued) | Where.Eq("settled", false))).AnyAsync()
            || await db.Emails.Find(mine).AnyAsync();
        if (!isNamed) await db.OwnPrompts.DeleteOneAsync(Where.Eq("_id", ObjectId.Parse(id)) & Where.Eq("userId", uid) & Where.Eq("deleted", true));
    }

    private async Task<bool> TryListAsync(BsonValue account, ObjectId id, CancellationToken cancellation) => (await db.Users.UpdateOneAsync(
        Usable(account) & Where.Exists($"ownPrompts.{IOwnPromptStore.MostPrompts - 1}", false), Set.Push("ownPrompts", id),
        cancellationToken: cancellation)).MatchedCount > 0;

    private async Task TakeOffLeftoversAsync(string uid, BsonValue account, CancellationToken cancellation)
    {
        // The list before the prompts: a prompt that is written in between is seen.
        var user = await db.Users.Find(Where.Eq("_id", account)).FirstOrDefaultAsync(cancellation);
        if (user is null || !user.TryGetValue("ownPrompts", out var listed)) return;
        var there = (await db.OwnPrompts.Find(Where.Eq("userId", uid) & NotDeleted).Project("{ _id: 1 }").ToListAsync(cancellation))
            .ConvertAll(document => document["_id"]);
        var before = time.GetUtcNow() - LongestAddition;
        var left = listed.AsBsonArray.Except(there).Where(id => new DateTimeOffset(id.AsObjectId.CreationTime, TimeSpan.Zero) < before).ToList();
        if (left.Count > 0) await db.Users.UpdateOneAsync(Where.Eq("_id", account), Set.PullAll("ownPrompts", left), cancellationToken: cancellation);
    }

    private static FilterDefinition<BsonDocument> Usable(BsonValue account) => Where.Eq("_id", account) & MongoUserStore.NotErasing;

    private static FilterDefinition<BsonDocument> OneOf(string uid, string id) =>
        Where.Eq("_id", ObjectId.TryParse(id, out var objectId) ? (BsonValue)objectId : id) & Where.Eq("userId", uid) & NotDeleted;

    private static bool IsDeleted(BsonDocument document) => document.Flag("deleted");

    private static BsonDocument Content(OwnPrompt prompt) => new()
    {
        { "title", prompt.Title }, { "guidance", prompt.Guidance }, { "placeholders", new BsonArray(prompt.Placeholders) },
        { "example", (BsonValue?)StoreJson.Write(prompt.Example) ?? BsonNull.Value }, { "updatedOn", prompt.UpdatedOn },
    };

    private static OwnPrompt Read(BsonDocument document) => new(
        document.Id(), document.Text("userId"), document.Text("title"), document.Text("guidance"),
        document.TryGetValue("placeholders", out var names) && names.IsBsonArray ? [.. names.AsBsonArray.Select(name => name.AsString)] : [],
        StoreJson.Read<WorkedExample>(document.TextOrNull("example")), document.Number("createdOn"), document.Number("updatedOn"), IsDeleted(document));
}
