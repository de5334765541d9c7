using ChaturMail.Core.Conversations;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ChaturMail.Cloud.Mongo;

/// <summary>The end of conversations, and of those who wrote in them.</summary>
public sealed partial class MongoMessageStore
{
    private const string ClosedKey = "closed";

    /// <inheritdoc/>
    public async Task CloseAsync(string conversationId, CancellationToken cancellation)
    {
        await db.EnsureChangesAreUniqueAsync(cancellation);
        for (var attempt = 1; attempt <= MostTries; attempt++)
        {
            if (await NextChangeAsync(conversationId, cancellation) is not { } change) return;
            var end = new BsonDocument
            {
                { "conversation", conversationId }, { "change", change }, { "numbers", new BsonArray { NumberName(conversationId, change) } },
                { "key", ClosedKey }, { "closed", true },
            };
            if (await TryInsertAsync(end, cancellation)) return;
        }

        throw TooBusy();
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string conversationId, long throughSequence, CancellationToken cancellation)
    {
        var them = Where.Eq("conversation", conversationId) & Where.Lte("sequence", throughSequence);
        await db.ReadPositions.DeleteManyAsync(Where.Eq("conversation", conversationId), cancellation);
        await db.Messages.DeleteManyAsync(them & Where.Exists("outbox", false), cancellation);
        // What is yet to be told of the others stays, and nothing else, until it is passed on.
        foreach (var left in await db.Messages.Find(them).Project("{ _id: 1 }").ToListAsync(cancellation))
        {
            var name = "gone:" + left.Id();
            await db.Messages.UpdateOneAsync(
                Where.Eq("_id", left["_id"]),
                Set.Set("deleted", true).Set("conversation", name).Set("change", 0L).Set("key", name).Unset("sequence").Unset("numbers").Unset("sender").Unset("clientId").Unset("text")
                    .Unset("createdOn").Unset("replyTo").Unset("mentions").Unset("attachments").Unset("editedOn").Unset("deletedOn"), cancellationToken: cancellation);
            await db.Messages.DeleteOneAsync(Where.Eq("_id", left["_id"]) & Where.Exists("outbox", false), cancellation);
        }
    }

    /// <inheritdoc/>
    public Task ForgetAsync(string conversationId, CancellationToken cancellation) =>
        db.Messages.DeleteManyAsync(Where.Eq("conversation", conversationId) & Where.Eq("key", ClosedKey) & Where.Eq("closed", true), cancellation);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Message>> ListOfSenderAsync(string uid, string? afterId, int limit, CancellationToken cancellation) =>
        (await db.Messages.Find(afterId is null ? Where.Eq("sender", uid) : Where.Eq("sender", uid) & Where.Gt("_id", ObjectId.Parse(afterId)))
            .Sort("{ _id: 1 }").Limit(limit).ToListAsync(cancellation)).ConvertAll(Read);

    /// <inheritdoc/>
    public async Task<int> EraseSenderAsync(string uid, DateTimeOffset before, int limit, CancellationToken cancellation)
    {
        var until = before.ToUnixTimeMilliseconds();
        var written = (await db.Messages.Find(Where.Eq("sender", uid) & Where.Lt("createdOn", until)).Sort("{ _id: 1 }").Limit(limit).ToListAsync(cancellation))
            .ConvertAll(Read);
        foreach (var message in written) await EraseAsync(message, until, cancellation);
        var mentioning = await db.Messages.UpdateManyAsync(
            Where.Eq("mentions", uid) & Where.Lt("createdOn", until), Set.Pull("mentions", uid), cancellationToken: cancellation);
        // Those of a later account of the same person go too: it finds unread what it has read, no worse.
        await db.ReadPositions.DeleteManyAsync(Where.Eq("member", uid), cancellation);
        return written.Count + (int)mentioning.ModifiedCount;
    }

    private async Task EraseAsync(Message message, long until, CancellationToken cancellation)
    {
        for (var attempt = 1; attempt <= MostTries; attempt++)
        {
            // In a closed conversation there is nobody to miss it.
            var change = await NextChangeAsync(message.ConversationId, cancellation) ?? message.Change;
            var erased = Set.Set("change", change).PushEach("numbers", [NumberName(message.ConversationId, change)], slice: -MostNumbers).Set("sender", "").Set("clientId", "").Set("key", message.Id).Set("text", "").Set("replyTo", BsonNull.Value)
                .Set("mentions", new BsonArray()).Set("attachments", new BsonArray()).Set("deletedOn", message.DeletedOn ?? until);
            // Modified by nobody means that it is gone.
            if (await TryUpdateAsync(One(message.Id) & Where.Eq("sender", message.SenderId), erased, cancellation)
                || await FindAsync(message.Id, cancellation) is not { SenderId.Length: > 0 }) return;
        }

        throw TooBusy();
    }
}
