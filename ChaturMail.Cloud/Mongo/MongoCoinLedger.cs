using ChaturMail.Core.Coins;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ChaturMail.Cloud.Mongo;

/// <summary>
/// <see cref="ICoinLedger"/> on MongoDB, without transactions. A movement changes the coins of one user document and, in the same update, puts its
/// entry into that document's <c>ledgerOutbox</c>: they cannot part. From there entries go into the collection by their ids, which may
/// happen any number of times, and only then out of the outbox.
/// </summary>
/// <remarks>
/// <para><c>ledgerCoins</c> and <c>ledgerSpent</c> are the sums of all entries ever put in, changed by the same updates. Where they differ from
/// the coins themselves, something else has moved coins: the account is from before the ledger, or a program that knows none shares the
/// database. <see cref="ReconcileAsync"/> writes the difference down as an entry of its own, on the condition that nothing has changed.</para>
/// <para><c>ledgerVersion</c> rises with each movement of <see cref="ApplyAsync"/>, which is conditional on the one that it read before it looked for
/// the entry's id. So of two calls with one id the later fails and looks again, wherever the entry is by then; and caps are exact.</para>
/// </remarks>
public sealed class MongoCoinLedger(MongoCollections db, TimeProvider time) : ICoinLedger
{
    /// <summary>As many entries wait in a document before whoever reserves coins takes them out; the repair takes out fewer after a minute.</summary>
    internal const int MostInOutbox = 32;

    private const int ApplyAttempts = 1000;
    private const int ReconcileAttempts = 5;
    private const string Outbox = "ledgerOutbox";
    private const string Version = "ledgerVersion";

    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;
    private static readonly UpdateDefinitionBuilder<BsonDocument> Set = Builders<BsonDocument>.Update;
    private static readonly FindOneAndUpdateOptions<BsonDocument, BsonDocument?> After = new() { ReturnDocument = ReturnDocument.After };

    /// <inheritdoc/>
    /// <remarks>
    /// Of duplicates of a user the oldest document gets, and the oldest that has enough gives: what is spread over them counts for what one has.
    /// </remarks>
    public async Task<CoinChange> ApplyAsync(CoinEntry entry, CoinCap? cap, CancellationToken cancellation)
    {
        for (var attempt = 1; attempt <= ApplyAttempts; attempt++)
        {
            var documents = await FindUsersAsync(entry.UserId, cancellation);
            if (documents.Count == 0) return CoinChange.NoUser;
            // Looked for in this order: an entry leaves the outbox when it is in the collection.
            if (documents.Exists(document => OutboxOf(document).Any(item => item.Id() == entry.Id))
                || await db.Coins.Find(Where.Eq("_id", entry.Id)).AnyAsync(cancellation)) return CoinChange.AlreadyApplied;
            if (cap is not null && await CountAsync(documents, entry, cap, cancellation) >= cap.Most) return CoinChange.TooMany;

            // What the old backend took below zero counts as nothing: it must not swallow what is given now.
            if (entry.Coins >= 0 && !(documents[0].TryGetValue("availableTokens", out var coins) && coins.IsNumeric && coins.ToInt64() >= 0))
            {
                await ReconcileAsync(documents[0], cancellation);
                continue;
            }

            var target = entry.Coins >= 0 ? documents[0] : documents.Find(document => document.Number("availableTokens") >= -entry.Coins);
            if (target is null) return CoinChange.InsufficientCoins;
            var moved = await db.Users.FindOneAndUpdateAsync(
                Where.Eq("_id", target["_id"]) & MongoUserStore.NotErasing & Same(target, Version) & Where.Gte("availableTokens", Math.Max(0, -entry.Coins)),
                Moving([EntryOf(entry)]).Inc(Version, 1), After, cancellation);
            if (moved is null) continue;
            await FollowUpAsync(moved, cancellation);
            return CoinChange.Applied;
        }

        throw new MongoException("A user's coins were moved again and again by others.");
    }

    /// <inheritdoc/>
    public async Task<CoinPage> ListAsync(string uid, int limit, EmailCursor? after, CancellationToken cancellation)
    {
        foreach (var user in await FindUsersAsync(uid, cancellation))
            if (await ReconcileAsync(user, cancellation) is { } reconciled) await FlushAsync(reconciled, cancellation);

        var wanted = Where.Eq("userId", uid);
        if (after is not null)
        {
            var at = DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(after.CreatedOn, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())).AsBson();
            wanted &= Where.Lt("at", at) | (Where.Eq("at", at) & Where.Lt("order", ObjectId.Parse(after.Id)));
        }

        var found = await db.Coins.Find(wanted).Sort("{ at: -1, order: -1 }").Limit(limit + 1).ToListAsync(cancellation);
        EmailCursor? next = null;
        if (found.Count > limit)
        {
            found.RemoveAt(limit);
            next = new EmailCursor(found[^1].Date("at").ToUnixTimeMilliseconds(), found[^1]["order"].ToString()!);
        }

        return new CoinPage(
            found.ConvertAll(item => new CoinEntry(
                item.Id(), uid, (CoinKind)item.Number("kind"), item.Number("coins"), item.Number("spent"), item.Text("reference"), item.Date("at"))), next);
    }

    /// <summary>The change of a user document that makes movements of coins, and their entries with them.</summary>
    internal static UpdateDefinition<BsonDocument> Moving(IReadOnlyList<BsonDocument> entries)
    {
        var (coins, spent) = (entries.Sum(entry => entry.Number("coins")), entries.Sum(entry => entry.Number("spent")));
        var update = Noting(entries, coins, spent);
        // A field that does not change is not touched: it may hold what cannot be added to.
        if (coins != 0) update = update.Inc("availableTokens", Whole(coins));
        return spent == 0 ? update : update.Inc("usedTokens", Whole(spent));
    }

    /// <summary>An entry as it stands in the outbox. The document in which it lies is added when it is taken out.</summary>
    internal BsonDocument EntryOf(CoinEntry entry) => new()
    {
        { "_id", entry.Id }, { "userId", entry.UserId }, { "kind", (int)entry.Kind }, { "coins", entry.Coins }, { "spent", entry.Spent },
        { "reference", entry.Reference }, { "at", entry.At.AsBson() }, { "order", ObjectId.Parse(DocumentId.New(time)) },
    };

    /// <summary>An entry for a job. Where a job can have several of its kind, their ids end in numbers of their own.</summary>
    internal BsonDocument EntryOf(string uid, CoinKind kind, string jobId, long coins, long spent)
    {
        var id = kind switch
        {
            CoinKind.Reserve => $"reserve:{jobId}#{DocumentId.New(time)}",
            CoinKind.Refund => $"refund:{jobId}#{DocumentId.New(time)}",
            _ => $"settle:{jobId}",
        };
        return EntryOf(new CoinEntry(id, uid, kind, coins, spent, jobId, time.GetUtcNow()));
    }

    /// <summary>The fields of a new account, with the entry of its first coins.</summary>
    internal BsonDocument FieldsOf(CoinEntry signUp) => new()
    {
        { "ledgerCoins", signUp.Coins }, { "ledgerSpent", 0L }, { Outbox, signUp.Coins == 0 ? new BsonArray() : new BsonArray { EntryOf(signUp) } },
    };

    /// <summary>Looks after a document in which coins have just moved: what others moved unnoted, and an outbox that has grown.</summary>
    internal async Task FollowUpAsync(BsonDocument user, CancellationToken cancellation)
    {
        if (await ReconcileAsync(user, cancellation) is { } reconciled && OutboxOf(reconciled).Count >= MostInOutbox) await FlushAsync(reconciled, cancellation);
    }

    /// <summary>Takes the entries out of a document's outbox into the collection. Any number of callers may do so at once.</summary>
    internal async Task FlushAsync(BsonDocument user, CancellationToken cancellation)
    {
        var entries = OutboxOf(user);
        if (entries.Count == 0) return;
        var ids = entries.ConvertAll(entry => entry["_id"]);
        var writes = entries.ConvertAll(entry => new UpdateOneModel<BsonDocument>(
            Where.Eq("_id", entry["_id"]),
            Set.Combine(entry.Where(field => field.Name != "_id").Select(field => Set.SetOnInsert(field.Name, field.Value))).SetOnInsert("account", user["_id"]))
        {
            IsUpsert = true,
        });
        try
        {
            // Not cancelled from here on: a client that hangs up must not keep the entries of an erased account from being taken back.
            await db.Coins.BulkWriteAsync(writes, new BulkWriteOptions { IsOrdered = false }, CancellationToken.None);
        }
        catch (MongoBulkWriteException e) when (e.WriteErrors.All(error => error.Category == ServerErrorCategory.DuplicateKey) && e.WriteConcernError is null)
        {
            // Another wrote the same in the same moment.
        }

        var taken = await db.Users.UpdateOneAsync(
            Where.Eq("_id", user["_id"]) & MongoUserStore.NotErasing, Set.PullFilter<BsonDocument>(Outbox, new BsonDocument("_id", new BsonDocument("$in", new BsonArray(ids)))),
            cancellationToken: CancellationToken.None);
        // Erased meanwhile: nothing may come back.
        if (taken.MatchedCount == 0) await db.Coins.DeleteManyAsync(Where.In("_id", ids) & Where.Eq("account", user["_id"]), CancellationToken.None);
    }

    // Gives the document as it is then, or null when it is gone, or others are busier with it than this one.
    private async Task<BsonDocument?> ReconcileAsync(BsonDocument user, CancellationToken cancellation)
    {
        for (var attempt = 1; attempt <= ReconcileAttempts; attempt++)
        {
            // What the old backend took below zero counts as nothing.
            var available = Math.Max(0, user.Number("availableTokens"));
            var (coins, spent) = (available - user.Number("ledgerCoins"), user.Number("usedTokens") - user.Number("ledgerSpent"));
            var isNumber = user.TryGetValue("availableTokens", out var held) && held.IsNumeric && held.ToInt64() >= 0;
            if (coins == 0 && spent == 0 && isNumber) return user;

            var opening = EntryOf(new CoinEntry($"opening:{user.Id()}#{DocumentId.New(time)}", user.Text("uid"), CoinKind.Opening, coins, spent, "", OpeningTime(user)));
            var update = Noting(coins == 0 && spent == 0 ? [] : [opening], coins, spent);
            if (!isNumber) update = update.Set("availableTokens", available);
            var changed = await db.Users.FindOneAndUpdateAsync(
                Where.Eq("_id", user["_id"]) & MongoUserStore.NotErasing & Same(user, "availableTokens") & Same(user, "usedTokens")
                    & Same(user, "ledgerCoins") & Same(user, "ledgerSpent"), update, After, cancellation);
            if (changed is not null) return changed;
            if (await db.Users.Find(Where.Eq("_id", user["_id"]) & MongoUserStore.NotErasing).FirstOrDefaultAsync(cancellation) is not { } now) return null;
            user = now;
        }

        return null;
    }

    // What an account had before the ledger stands before its first movements, which are still in the outbox then.
    private DateTimeOffset OpeningTime(BsonDocument user)
    {
        var outbox = OutboxOf(user);
        var hasBegun = outbox.Count == 0 || outbox.Exists(entry => (CoinKind)entry.Number("kind") is CoinKind.Opening or CoinKind.Grant)
            || outbox.Sum(entry => entry.Number("coins")) != user.Number("ledgerCoins") || outbox.Sum(entry => entry.Number("spent")) != user.Number("ledgerSpent");
        return hasBegun ? time.GetUtcNow() : outbox[0].Date("at").AddMilliseconds(-1);
    }

    // Ids, because one that is on its way from the outbox into the collection is seen in both.
    private async Task<int> CountAsync(List<BsonDocument> documents, CoinEntry entry, CoinCap cap, CancellationToken cancellation)
    {
        var kept = await db.Coins.Find(Where.Eq("userId", entry.UserId) & Where.Gte("at", cap.Since.AsBson()) & Where.Eq("kind", (int)entry.Kind))
            .Project("{ _id: 1 }").Limit(cap.Most).ToListAsync(cancellation);
        var waiting = documents.SelectMany(OutboxOf).Where(item => item.Number("kind") == (int)entry.Kind && item.Date("at") >= cap.Since);
        return kept.Concat(waiting).Select(item => item.Id()).Distinct(StringComparer.Ordinal).Count();
    }

    private Task<List<BsonDocument>> FindUsersAsync(string uid, CancellationToken cancellation) =>
        db.Users.Find(Where.Eq("uid", uid) & MongoUserStore.NotErasing).Sort("{ _id: 1 }").ToListAsync(cancellation);

    private static UpdateDefinition<BsonDocument> Noting(IReadOnlyList<BsonDocument> entries, long coins, long spent) =>
        Set.Inc("ledgerCoins", coins).Inc("ledgerSpent", spent).PushEach(Outbox, entries);

    // As small as it was: the old backend reads these fields too.
    private static BsonValue Whole(long number) => number is >= int.MinValue and <= int.MaxValue ? new BsonInt32((int)number) : new BsonInt64(number);

    private static FilterDefinition<BsonDocument> Same(BsonDocument user, string field) => Where.Eq(field, user.GetValue(field, BsonNull.Value));

    private static List<BsonDocument> OutboxOf(BsonDocument user) =>
        user.TryGetValue(Outbox, out var outbox) && outbox.IsBsonArray ? outbox.AsBsonArray.Select(item => item.AsBsonDocument).ToList() : [];
}
