using System.Text.RegularExpressions;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Coins;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Events;
using ChaturMail.Core.Live;
using ChaturMail.Core.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ChaturMail.Cloud.Mongo;

/// <summary>
/// <see cref="IUserStore"/> on MongoDB. The old backend made several documents of one user when sign-ins came at once. They stay as they
/// are: the account is the oldest of them (the smallest <c>_id</c>), its coins and counters are the sums of all, and what is spent is
/// taken from one that has enough. So none of them loses anything, and nothing has to be moved.
/// </summary>
public sealed partial class MongoUserStore(MongoCollections db, TimeProvider time) : IUserStore
{
    private const int SignInAttempts = 5;
    private const int MostErasedAtOnce = 1000;

    // A search by part of an address reads the whole collection.
    private static readonly TimeSpan LongestSearch = TimeSpan.FromSeconds(10);

    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;
    private static readonly UpdateDefinitionBuilder<BsonDocument> Set = Builders<BsonDocument>.Update;

    /// <inheritdoc/>
    public async Task<User> SignInAsync(SignIn signIn, CancellationToken cancellation)
    {
        for (var attempt = 1; attempt <= SignInAttempts; attempt++)
        {
            var documents = await FindDocumentsAsync(signIn.Identity.Uid, cancellation);
            if (documents.Exists(IsDisabled)) return View(documents);
            if (documents.Count == 0)
            {
                if (await TryAddAsync(signIn, cancellation) is { } added)
                {
                    await TakeDeviceAsync(signIn, cancellation);
                    return View([added]);
                }
            }
            else if (await TryUpdateAsync(documents[0], signIn, cancellation) is { } updated)
            {
                await TakeDeviceAsync(signIn, cancellation);
                documents[0] = updated;
                return View(documents);
            }

            // Somebody made, erased or locked the account in the same moment: look again.
        }

        throw new MongoException("An account was made and erased again and again while its user signed in.");
    }

    /// <inheritdoc/>
    public async Task<User?> FindAsync(string uid, CancellationToken cancellation) =>
        await FindDocumentsAsync(uid, cancellation) is { Count: > 0 } documents ? View(documents) : null;

    /// <inheritdoc/>
    /// <remarks>Of duplicates the oldest that has one: its sign-ins are the ones that are kept up to date.</remarks>
    public async Task<string?> FindPushTokenAsync(string uid, CancellationToken cancellation) =>
        (await FindDocumentsAsync(uid, cancellation)).Select(document => document.Text("fcmToken")).FirstOrDefault(token => token.Length > 0);

    /// <inheritdoc/>
    public Task ForgetPushTokenAsync(string uid, string fcmToken, CancellationToken cancellation) =>
        db.Users.UpdateManyAsync(Where.Eq("uid", uid) & Where.Eq("fcmToken", fcmToken), Set.Set("fcmToken", ""), cancellationToken: cancellation);

    /// <summary>Null: MongoDB cannot tell without being asked.</summary>
    public long? Version() => null;

    /// <inheritdoc/>
    public async Task<bool> SetDisabledAsync(string uid, bool disabled, CancellationToken cancellation) =>
        (await db.Users.UpdateManyAsync(Where.Eq("uid", uid) & NotErasing, Set.Set("disabled", disabled), cancellationToken: cancellation)).MatchedCount > 0;

    /// <inheritdoc/>
    /// <remarks>An id begins with the second in which it was made, so its order is that of the accounts' creation. A duplicate is not found by itself.</remarks>
    public async Task<IReadOnlyList<User>> SearchAsync(string? search, int limit, EmailCursor? after, CancellationToken cancellation)
    {
        var filter = NotErasing;
        if (search is not null)
        {
            var holds = new BsonRegularExpression(Regex.Escape(search), "i");
            filter &= Where.Eq("uid", search) | Where.Regex("email", holds) | Where.Regex("name", holds);
        }

        var page = new List<User>();
        var last = after is null ? (ObjectId?)null : ObjectId.Parse(after.Id);
        while (page.Count < limit)
        {
            var found = await db.Users.Find(last is { } id ? filter & Where.Lt("_id", id) : filter, new FindOptions { MaxTime = LongestSearch })
                .Sort("{ _id: -1 }").Limit(limit).ToListAsync(cancellation);
            if (found.Count == 0) break;
            var accounts = (await db.Users.Find(Where.In("uid", found.Select(document => document.Text("uid"))) & NotErasing).Sort("{ _id: 1 }")
                .ToListAsync(cancellation)).GroupBy(document => document.Text("uid")).ToDictionary(group => group.First()["_id"], group => group.ToList());
            // The account is the oldest document of its uid: what a younger one holds is not what is shown.
            page.AddRange(found.Where(document => accounts.ContainsKey(document["_id"])).Select(document => View(accounts[document["_id"]])));
            last = found[^1]["_id"].AsObjectId;
        }

        return [.. page.Take(limit)];
    }

    /// <inheritdoc/>
    /// <remarks>
    /// From the first step on the account counts as gone, for everybody; <see cref="MongoJobStore.RepairAsync"/> finishes what a dying
    /// process leaves of the others.
    /// </remarks>
    public async Task<bool> DeleteAsync(string uid, CancellationToken cancellation)
    {
        var marked = await db.Users.UpdateManyAsync(
            Where.Eq("uid", uid) & NotErasing, Set.Set("erasing", true).Set("erasure", ObjectId.Parse(DocumentId.New(time))).Unset("accountKey"), cancellationToken: cancellation);
        await EraseAsync(uid, cancellation);
        return marked.MatchedCount > 0;
    }

    internal static FilterDefinition<BsonDocument> NotErasing { get; } = Where.Ne("erasing", true);

    /// <summary>Finishes the erasure of an account that is marked for it. A later account of the same person is not touched.</summary>
    internal async Task EraseAsync(string uid, CancellationToken cancellation)
    {
        var marked = Where.Eq("uid", uid) & Where.Eq("erasing", true);
        if (await db.Users.Find(marked).Sort("{ _id: 1 }").FirstOrDefaultAsync(cancellation) is not { } account) return;
        var now = time.GetUtcNow();
        await MongoErasureStore.BeginAsync(db, account, now, now - ILiveText.Lifetime, cancellation);
        // Under the erasure's id, and by nobody: an event outlives the account.
        var erasure = (account.TryGetValue("erasure", out var named) ? named : account["_id"]).ToString()!;
        await MongoOutbox.AddAsync(
            db, new DomainEvent(erasure, EventType.UserDeleted, erasure, DomainEvent.System, now, new Dictionary<string, string>()), cancellation);
        IMongoCollection<BsonDocument>[] ownedBy = [db.Jobs, db.Emails, db.Keys, db.Chains, db.OwnPrompts, db.Feedback, db.Spending, db.Comparisons, db.Coins, db.SecondFactors, db.LocalAccounts];
        foreach (var owned in ownedBy)
        {
            while (true)
            {
                var ids = (await owned.Find(Where.Eq("userId", uid)).Project("{ _id: 1 }").Limit(MostErasedAtOnce).ToListAsync(cancellation))
                    .ConvertAll(document => document["_id"]);
                // Whoever else erases may be done, and the person back, with new emails. While the mark stands there is no new account, so what
                // was found before this look is the old one's, however late the deletion comes.
                if (!await db.Users.Find(marked).AnyAsync(cancellation)) return;
                if (ids.Count == 0) break;
                await owned.DeleteManyAsync(Where.In("_id", ids), cancellation);
            }
        }

        // What operators did to the account stays on record, but not whose it was.
        await db.Audit.UpdateManyAsync(Where.Eq("target", uid), Set.Set("target", ""), cancellationToken: cancellation);
        await MongoOutbox.ForgetAsync(db, uid, cancellation);
        await db.Users.DeleteManyAsync(marked, cancellation);
    }

    private Task<List<BsonDocument>> FindDocumentsAsync(string uid, CancellationToken cancellation) =>
        db.Users.Find(Where.Eq("uid", uid) & NotErasing).Sort("{ _id: 1 }").ToListAsync(cancellation);

    private async Task<BsonDocument?> TryUpdateAsync(BsonDocument seen, SignIn signIn, CancellationToken cancellation)
    {
        var account = Where.Eq("_id", seen["_id"]) & NotErasing & Where.Ne("disabled", true);
        var now = time.GetUtcNow();
        if (Items(seen, Sessions).Any(session => session.Date("expires") <= now)) await ForgetExpiredAsync(account, Sessions, cancellation);
        // Without a place for push messages they go on to where they went before.
        var profile = Profile(signIn).Where(field => field.Name != "fcmToken" || signIn.FcmToken.Length > 0);
        var change = Set.Combine(profile.Select(field => Set.Set(field.Name, field.Value))).Set("updatedOn", now.AsBson());
        return await db.Users.FindOneAndUpdateAsync(
            account, signIn.Session is { } session ? Add(change, session) : change,
            new FindOneAndUpdateOptions<BsonDocument, BsonDocument?> { ReturnDocument = ReturnDocument.After }, cancellation);
    }

    private async Task<BsonDocument?> TryAddAsync(SignIn signIn, CancellationToken cancellation)
    {
        await db.EnsureAccountKeysAreUniqueAsync(cancellation);
        var uid = signIn.Identity.Uid;
        await EraseAsync(uid, cancellation);
        var document = new BsonDocument
        {
            { "_id", ObjectId.Parse(DocumentId.New(time)) }, { "usedTokens", 0 }, { "availableTokens", signIn.StartingCoins },
            { "userId", uid }, { "uid", uid }, { "generatedEmailCount", 0 }, { "deviceUid", BsonNull.Value },
            { "createdOn", time.GetUtcNow().AsBson() }, { "updatedOn", BsonNull.Value }, { "__v", 0 }, { "accountKey", uid },
        };
        document.AddRange(Profile(signIn));
        document.AddRange(new MongoCoinLedger(db, time).FieldsOf(new CoinEntry(
            "signup:" + document.Id(), uid, CoinKind.Grant, signIn.StartingCoins, 0, "signup", document.Date("createdOn"))));
        if (signIn.Session is { } session) document.Add(Sessions, new BsonArray { BsonOf(session) });
        document.Add("outbox", MongoOutbox.Write([DomainEvent.Of(time, EventType.UserCreated, uid, uid)]));
        try
        {
            await db.Users.InsertOneAsync(document, cancellationToken: cancellation);
            return document;
        }
        catch (MongoWriteException e) when (e.WriteError.Category == ServerErrorCategory.DuplicateKey)
        {
            return null;
        }
    }

    private Task TakeDeviceAsync(SignIn signIn, CancellationToken cancellation) => signIn.FcmToken.Length == 0
        ? Task.CompletedTask
        : db.Users.UpdateManyAsync(
            Where.Eq("fcmToken", signIn.FcmToken) & Where.Ne("uid", signIn.Identity.Uid), Set.Set("fcmToken", ""), cancellationToken: cancellation);

    private static BsonDocument Profile(SignIn signIn) => new()
    {
        { "name", signIn.Identity.Name }, { "picture", signIn.Identity.Picture }, { "email", signIn.Identity.Email },
        { "fcmToken", signIn.FcmToken }, { "authTime", signIn.Identity.AuthTime }, { "exp", signIn.Identity.Expires },
        { "loginMethod", signIn.LoginMethod }, { "emailVerified", signIn.Identity.EmailVerified },
    };

    private static bool IsDisabled(BsonDocument document) => document.Flag("disabled");

    private User View(List<BsonDocument> documents)
    {
        var account = documents[0];
        var user = new User(
            account.Id(), account.Text("uid"), account.Text("email"), account.Text("name"), account.Text("picture"),
            // What the old backend took below zero counts as nothing.
            documents.Sum(document => Math.Max(0, document.Number("availableTokens"))), documents.Sum(document => document.Number("usedTokens")),
            documents.Sum(document => document.Number("generatedEmailCount")), account.Date("createdOn"), documents.Exists(IsDisabled))
        {
            HasOwnPrompts = documents.Exists(document => document.Contains("ownPrompts")),
            IsAdmin = documents.Exists(document => document.Flag("isAdmin")),
            EmailVerified = account.Flag("emailVerified"),
        };
        return WithSessions(user, documents);
    }
}
