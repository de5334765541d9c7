using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using ChaturMail.Core.Conversations;
using ChaturMail.Core.Events;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ChaturMail.Cloud.Mongo;

/// <summary><see cref="IMessageStore"/> on MongoDB, without transactions.</summary>
/// <remarks>
/// A unique index over conversation and change decides: whoever adds or changes a message takes the greatest change and one more, and tries again when another
/// was faster, so that no number is given twice and none is seen before those that are smaller. A message that is changed keeps the numbers that it had: whoever
/// reckoned with one of them and was held up finds it taken still. To close a conversation takes the next number as well, by a
/// document without a sequence: whoever had counted on that number finds it. What happened stands in the message's own document until it is passed on.
/// </remarks>
public sealed partial class MongoMessageStore(MongoCollections db) : IMessageStore
{
    // Each try that fails is somebody else's message: a conversation that is written to so much faster than this can follow is none.
    private const int MostTries = 200;

    private const int QueriesAtOnce = 16;

    // Of one message: nobody is held up for as long as it takes to change one more often.
    private const int MostNumbers = 32;

    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;
    private static readonly UpdateDefinitionBuilder<BsonDocument> Set = Builders<BsonDocument>.Update;

    /// <inheritdoc/>
    public async Task<MessageAddition?> AddAsync(Message message, Func<Message, DomainEvent> happened, CancellationToken cancellation)
    {
        await db.EnsureChangesAreUniqueAsync(cancellation);
        for (var attempt = 1; attempt <= MostTries; attempt++)
        {
            if (await FindByKeyAsync(message.ConversationId, message.Key, cancellation) is { } known)
                return await IsClosedAsync(message.ConversationId, cancellation) ? null : new MessageAddition(known, false);
            if (await NextChangeAsync(message.ConversationId, cancellation) is not { } change) return null;
            var added = message with { Sequence = change, Change = change };
            if (await TryInsertAsync(Write(added).Add("outbox", MongoOutbox.Write([happened(added)])), cancellation)) return new MessageAddition(added, true);
        }

        throw TooBusy();
    }

    /// <inheritdoc/>
    public async Task<Message?> ChangeAsync(
        string conversationId, string messageId, Func<Message, Message?> change, Func<Message, DomainEvent> happened, CancellationToken cancellation)
    {
        for (var attempt = 1; attempt <= MostTries; attempt++)
        {
            if (await NextChangeAsync(conversationId, cancellation) is not { } next) return null;
            if (await FindAsync(messageId, cancellation) is not { } known || known.ConversationId != conversationId) return null;
            if (change(known) is not { } wanted) return known;
            var changed = wanted with { Change = next };
            var update = Set.Set("change", next).Set("text", changed.Text).Set("mentions", new BsonArray(changed.Mentions.Distinct()))
                .Set("attachments", new BsonArray(changed.Attachments)).Set("editedOn", Number(changed.EditedOn)).Set("deletedOn", Number(changed.DeletedOn))
                .PushEach("numbers", [NumberName(conversationId, next)], slice: -MostNumbers).PushEach("outbox", MongoOutbox.Write([happened(changed)]));
            if (await TryUpdateAsync(One(messageId) & Where.Eq("change", known.Change), update, cancellation)) return changed;
        }

        throw TooBusy();
    }

    /// <inheritdoc/>
    public async Task<Message?> FindAsync(string messageId, CancellationToken cancellation) =>
        await db.Messages.Find(One(messageId) & IsMessage).FirstOrDefaultAsync(cancellation) is { } document ? Read(document) : null;

    /// <inheritdoc/>
    public async Task<Message?> FindByKeyAsync(string conversationId, string key, CancellationToken cancellation) =>
        await db.Messages.Find(Where.Eq("conversation", conversationId) & Where.Eq("key", key) & IsMessage).FirstOrDefaultAsync(cancellation) is { } document
            ? Read(document) : null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Message>> ListAsync(string conversationId, long sequence, bool before, int limit, CancellationToken cancellation) =>
        (await db.Messages.Find(Where.Eq("conversation", conversationId) & (before ? Where.Lt("sequence", sequence) : Where.Gt("sequence", sequence)))
            .Sort(before ? "{ sequence: -1 }" : "{ sequence: 1 }").Limit(limit).ToListAsync(cancellation)).ConvertAll(Read);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Message>> ListChangesAsync(string conversationId, long after, int limit, CancellationToken cancellation) =>
        (await db.Messages.Find(Where.Eq("conversation", conversationId) & Where.Gt("change", after) & IsMessage)
            .Sort("{ change: 1 }").Limit(limit).ToListAsync(cancellation)).ConvertAll(Read);

    /// <inheritdoc/>
    public async Task<FoundMessages> SearchAsync(
        IReadOnlyCollection<string> conversationIds, string text, int limit, string? beforeId, CancellationToken cancellation)
    {
        var searched = Where.In("conversation", conversationIds) & Where.Eq("deletedOn", BsonNull.Value) & IsMessage;
        if (beforeId is not null) searched &= Where.Lt("_id", ObjectId.Parse(beforeId));
        var end = await db.Messages.Find(searched).Sort("{ _id: -1 }").Skip(IMessageStore.MostSearched - 1).Limit(1).Project("{ _id: 1 }").FirstOrDefaultAsync(cancellation);
        if (end is not null) searched &= Where.Gte("_id", end["_id"]);
        var holds = Where.Regex("text", new BsonRegularExpression(Regex.Escape(text), "i"));
        var found = (await db.Messages.Find(searched & holds).Sort("{ _id: -1 }").Limit(limit).ToListAsync(cancellation)).ConvertAll(Read);
        return new FoundMessages(found, found.Count == limit ? found[^1].Id : end?.Id());
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ConversationHead>> HeadsAsync(string uid, IReadOnlyCollection<string> conversationIds, CancellationToken cancellation)
    {
        var ids = conversationIds.Distinct().ToList();
        var positions = (await db.ReadPositions.Find(Where.In("_id", ids.Select(id => PositionName(id, uid)))).ToListAsync(cancellation))
            .ToDictionary(document => document.Text("conversation"), ReadPositionOf);
        var heads = new ConcurrentBag<ConversationHead>();
        await Parallel.ForEachAsync(
            ids, new ParallelOptions { MaxDegreeOfParallelism = QueriesAtOnce, CancellationToken = cancellation },
            async (id, stop) =>
            {
                if (await ListAsync(id, long.MaxValue, before: true, 1, stop) is not [var last]) return;
                // Deleted between the two looks.
                if (await LastAsync(Where.Eq("conversation", id) & IsMessage, stop) is not { } newest) return;
                var position = positions.GetValueOrDefault(id) ?? new ReadPosition(uid, 0, 0);
                heads.Add(new ConversationHead(id, newest.Number("change"), last, await CountUnreadAsync(id, uid, position.Seen, last, stop), position));
            });
        return [.. heads];
    }

    /// <inheritdoc/>
    public async Task<PositionAdvance> AdvanceAsync(string conversationId, string uid, long delivered, long seen, CancellationToken cancellation)
    {
        var name = PositionName(conversationId, uid);
        var known = await db.ReadPositions.Find(Where.Eq("_id", name)).FirstOrDefaultAsync(cancellation) is { } document
            ? ReadPositionOf(document) : new ReadPosition(uid, 0, 0);
        var last = await LastAsync(Where.Eq("conversation", conversationId), cancellation);
        // A closed one's positions were deleted, and stay so.
        if (last is null || last.Flag("closed")) return new PositionAdvance(known, false);
        var to = known.Advance(last.Number("change"), delivered, seen);
        if (to == known) return new PositionAdvance(known, false);
        var change = Set.SetOnInsert("conversation", conversationId).SetOnInsert("member", uid).Max("delivered", to.Delivered).Max("seen", to.Seen);
        while (true)
        {
            try
            {
                var now = await db.ReadPositions.FindOneAndUpdateAsync(
                    Where.Eq("_id", name), change,
                    new FindOneAndUpdateOptions<BsonDocument> { IsUpsert = true, ReturnDocument = ReturnDocument.After }, cancellation);
                return new PositionAdvance(ReadPositionOf(now), true);
            }
            catch (MongoCommandException e) when (e.Code == MongoCollections.DuplicateKey)
            {
                // The member's other device made it in the same moment.
            }
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ReadPosition>> PositionsAsync(string conversationId, CancellationToken cancellation) =>
        (await db.ReadPositions.Find(Where.Eq("conversation", conversationId)).ToListAsync(cancellation)).ConvertAll(ReadPositionOf);

    /// <inheritdoc/>
    public Task RemovePositionAsync(string conversationId, string uid, CancellationToken cancellation) =>
        db.ReadPositions.DeleteOneAsync(Where.Eq("_id", PositionName(conversationId, uid)), cancellation);

    private async Task<int> CountUnreadAsync(string conversationId, string uid, long seen, Message last, CancellationToken cancellation)
    {
        if (last.Sequence <= seen) return 0;
        var unseen = await db.Messages.Find(Where.Eq("conversation", conversationId) & Where.Gt("sequence", seen))
            .Sort("{ sequence: -1 }").Limit(IMessageStore.MostLookedAt).Project("{ sender: 1, deletedOn: 1 }").ToListAsync(cancellation);
        return Math.Min(IMessageStore.MostUnread, unseen.Count(message => message.Text("sender") != uid && message["deletedOn"].IsBsonNull));
    }

    /// <summary>The change that comes next in a conversation; null when it is closed.</summary>
    private async Task<long?> NextChangeAsync(string conversationId, CancellationToken cancellation) =>
        await LastAsync(Where.Eq("conversation", conversationId), cancellation) is not { } last ? 1 : last.Flag("closed") ? null : last.Number("change") + 1;

    private async Task<bool> IsClosedAsync(string conversationId, CancellationToken cancellation) =>
        await NextChangeAsync(conversationId, cancellation) is null;

    private async Task<BsonDocument?> LastAsync(FilterDefinition<BsonDocument> filter, CancellationToken cancellation) =>
        await db.Messages.Find(filter).Sort("{ conversation: -1, change: -1 }").Limit(1).Project("{ change: 1, closed: 1 }").FirstOrDefaultAsync(cancellation);

    private async Task<bool> TryInsertAsync(BsonDocument document, CancellationToken cancellation)
    {
        try
        {
            await db.Messages.InsertOneAsync(document, cancellationToken: cancellation);
            return true;
        }
        catch (MongoWriteException e) when (e.WriteError.Category == ServerErrorCategory.DuplicateKey)
        {
            return false;
        }
    }

    private async Task<bool> TryUpdateAsync(FilterDefinition<BsonDocument> it, UpdateDefinition<BsonDocument> change, CancellationToken cancellation)
    {
        try
        {
            return (await db.Messages.UpdateOneAsync(it, change, cancellationToken: cancellation)).ModifiedCount > 0;
        }
        catch (MongoWriteException e) when (e.WriteError.Category == ServerErrorCategory.DuplicateKey)
        {
            return false;
        }
    }

    // Neither the end of a conversation nor what is left of a message until what happened to it is passed on.
    private static FilterDefinition<BsonDocument> IsMessage => Where.Exists("sequence");

    private static FilterDefinition<BsonDocument> One(string messageId) => Where.Eq("_id", ObjectId.Parse(messageId));

    private static MongoException TooBusy() => new($"Others changed the conversation {MostTries} times in a row.");

    private static string PositionName(string conversationId, string uid) => $"{conversationId}:{uid}";

    private static ReadPosition ReadPositionOf(BsonDocument document) => new(document.Text("member"), document.Number("delivered"), document.Number("seen"));

    private static BsonValue Number(long? value) => value is { } number ? number : BsonNull.Value;

    // One field for the index that decides: the fields of a compound one may not be missing.
    private static string NumberName(string conversationId, long number) => $"{conversationId}:{number}";

    private static BsonDocument Write(Message message) => new()
    {
        { "_id", ObjectId.Parse(message.Id) }, { "conversation", message.ConversationId }, { "sequence", message.Sequence }, { "change", message.Change },
        { "numbers", new BsonArray { NumberName(message.ConversationId, message.Change) } }, { "key", message.Key }, { "sender", message.SenderId }, { "clientId", message.ClientId }, { "text", message.Text }, { "createdOn", message.CreatedOn },
        { "replyTo", (BsonValue?)message.ReplyTo ?? BsonNull.Value }, { "mentions", new BsonArray(message.Mentions.Distinct()) },
        { "attachments", new BsonArray(message.Attachments) }, { "editedOn", Number(message.EditedOn) }, { "deletedOn", Number(message.DeletedOn) },
    };

    private static Message Read(BsonDocument document) => new(
        document.Id(), document.Text("conversation"), document.Number("sequence"), document.Number("change"), document.Text("sender"), document.Text("clientId"),
        document.Text("text"), document.Number("createdOn"))
    {
        ReplyTo = document.TextOrNull("replyTo"),
        Mentions = [.. document["mentions"].AsBsonArray.Select(uid => uid.AsString)],
        Attachments = [.. document["attachments"].AsBsonArray.Select(id => id.AsString)],
        EditedOn = document["editedOn"].IsBsonNull ? null : document.Number("editedOn"),
        DeletedOn = document["deletedOn"].IsBsonNull ? null : document.Number("deletedOn"),
    };
}
