using ChaturMail.Core.Emails;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ChaturMail.Cloud.Mongo;

/// <summary>
/// The collections of the database in the field, and those that this backend adds. Documents are read field by field, for those in the
/// field lack fields that came later and hold numbers in whatever type their writer had at hand.
/// </summary>
/// <remarks>
/// <para>What the old backend wrote keeps its names and types (<c>usermodels</c>, <c>generatedemails</c>, <c>feedbackmodels</c>). Added to a
/// user: <c>accountKey</c> (their uid; on accounts made here, for its unique index), <c>disabled</c>, <c>erasing</c> with <c>erasure</c> (its id), and
/// <c>reservations</c> (<c>{job, coins, at}</c>: coins taken for jobs that have not been settled), and <c>ownPrompts</c> (ids of their own
/// prompts, from the first one on), what <see cref="MongoCoinLedger"/> keeps (<c>ledgerOutbox</c>, <c>ledgerCoins</c>, <c>ledgerSpent</c>,
/// <c>ledgerVersion</c>), <c>sessions</c> (<c>{id, device, loginMethod, createdOn, usedOn, expires, secondFactor}</c>),
/// <c>endedTokens</c> (<c>{id, expires, session}</c>: tokens that name no session and have ended, with <c>session</c> together with that),
/// <c>tokensValidFrom</c>, <c>isAdmin</c> and <c>emailVerified</c>.</para>
/// <para><c>generationjobs</c>, <c>idempotencykeys</c>, <c>emailchains</c> (version numbers that were taken), <c>ownprompts</c>,
/// <c>modelspending</c>, <c>comparisons</c>, <c>coinledger</c>, <c>erasures</c> (unfinished ones),
/// <c>formeraccounts</c> (digests), <c>auditlog</c> <c>publishedcontent</c>, <c>documents</c> (<see cref="MongoDocumentStore"/>), <c>messages</c> and <c>readpositions</c> (<see cref="MongoMessageStore"/>)
/// are new. Users, documents and messages may have an <c>outbox</c> (<see cref="MongoOutbox"/>).</para>
/// </remarks>
public sealed class MongoCollections
{
    private volatile bool _accountKeysAreUnique;
    private volatile bool _valuesAreUnique;
    private volatile bool _changesAreUnique;

    /// <summary>The server's code for a value that a unique index has already (https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml).</summary>
    internal const int DuplicateKey = 11000;

    /// <summary>The collections of a database. Writes wait for a majority of its members.</summary>
    public MongoCollections(IMongoDatabase database)
    {
        Database = database.WithWriteConcern(WriteConcern.WMajority).WithReadPreference(ReadPreference.Primary);
        (Users, Emails, Feedback) = (Collection("usermodels"), Collection("generatedemails"), Collection("feedbackmodels"));
        (Jobs, Keys, Chains) = (Collection("generationjobs"), Collection("idempotencykeys"), Collection("emailchains"));
        (OwnPrompts, Spending, Comparisons) = (Collection("ownprompts"), Collection("modelspending"), Collection("comparisons"));
        (Coins, Audit) = (Collection("coinledger"), Collection("auditlog"));
        (Erasures, FormerAccounts) = (Collection("erasures"), Collection("formeraccounts"));
        Content = Collection("publishedcontent");
        SecondFactors = Collection("secondfactors");
        (Documents, Messages, ReadPositions) = (Collection("documents"), Collection("messages"), Collection("readpositions"));
        (LocalAccounts, SignInAttempts) = (Collection("localaccounts"), Collection("signinattempts"));
    }

    /// <summary>The database.</summary>
    public IMongoDatabase Database { get; }

    internal IMongoCollection<BsonDocument> Users { get; }

    internal IMongoCollection<BsonDocument> Emails { get; }

    internal IMongoCollection<BsonDocument> Feedback { get; }

    internal IMongoCollection<BsonDocument> Jobs { get; }

    internal IMongoCollection<BsonDocument> Keys { get; }

    internal IMongoCollection<BsonDocument> Chains { get; }

    internal IMongoCollection<BsonDocument> OwnPrompts { get; }

    internal IMongoCollection<BsonDocument> Spending { get; }

    internal IMongoCollection<BsonDocument> Comparisons { get; }

    internal IMongoCollection<BsonDocument> Coins { get; }

    internal IMongoCollection<BsonDocument> Audit { get; }

    internal IMongoCollection<BsonDocument> Erasures { get; }

    internal IMongoCollection<BsonDocument> FormerAccounts { get; }

    internal IMongoCollection<BsonDocument> Content { get; }

    internal IMongoCollection<BsonDocument> SecondFactors { get; }

    internal IMongoCollection<BsonDocument> LocalAccounts { get; }

    internal IMongoCollection<BsonDocument> SignInAttempts { get; }

    internal IMongoCollection<BsonDocument> Documents { get; }

    internal IMongoCollection<BsonDocument> Messages { get; }

    internal IMongoCollection<BsonDocument> ReadPositions { get; }

    // Decides between two that take the same number in a conversation.
    private static CreateIndexModel<BsonDocument> ChangeIndex => Index("{ conversation: 1, change: 1 }", new() { Unique = true });

    // The numbers that a message had before it was changed.
    private static CreateIndexModel<BsonDocument> NumbersIndex => Index("{ numbers: 1 }", new() { Unique = true, Sparse = true });

    // And between two of one message, sent twice.
    private static CreateIndexModel<BsonDocument> MessageKeyIndex => Index("{ conversation: 1, key: 1 }", new() { Unique = true });

    // Decides between two documents that want one place.
    private static CreateIndexModel<BsonDocument> UniqueValueIndex => Index("{ unique: 1 }", new() { Unique = true });

    // Unique over a field that no document of the old backend has: it binds the accounts made here and leaves the duplicates in the field be.
    private static CreateIndexModel<BsonDocument> AccountKeyIndex => Index("{ accountKey: 1 }", new() { Unique = true, Sparse = true });

    /// <summary>
    /// Makes the indexes that are missing. Servers since 4.2 build them beside the reading and writing; none is unique where the data in
    /// the field is not.
    /// </summary>
    public async Task CreateIndexesAsync(CancellationToken cancellation)
    {
        await Users.Indexes.CreateManyAsync(
            [
                Index("{ uid: 1, _id: 1 }"), AccountKeyIndex, Index("{ 'reservations.at': 1 }", new() { Sparse = true }),
                Index("{ erasing: 1 }", new() { Sparse = true }), Index("{ fcmToken: 1 }"), Index("{ isAdmin: 1 }", new() { Sparse = true }),
                Index("{ 'ledgerOutbox.at': 1 }", new() { Sparse = true }),
            ], cancellation);
        await Emails.Indexes.CreateManyAsync(
            [Index("{ userId: 1, createdOn: -1, _id: -1 }"), Index("{ rootId: 1 }", new() { Sparse = true }), Index("{ userId: 1, promptId: 1 }")], cancellation);
        await Jobs.Indexes.CreateManyAsync(
            [
                Index("{ state: 1, acceptedOn: 1 }"), Index("{ settled: 1, endedOn: 1 }"), Index("{ userId: 1 }"),
                Index("{ variantOf: 1 }", new() { Sparse = true }),
            ], cancellation);
        await Keys.Indexes.CreateManyAsync([Index("{ claimedOn: 1 }"), Index("{ userId: 1 }")], cancellation);
        await Chains.Indexes.CreateManyAsync([Index("{ userId: 1 }")], cancellation);
        await OwnPrompts.Indexes.CreateOneAsync(Index("{ userId: 1, createdOn: -1, _id: -1 }"), cancellationToken: cancellation);
        await Spending.Indexes.CreateManyAsync([Index("{ day: 1 }"), Index("{ userId: 1 }", new() { Sparse = true })], cancellation);
        await Comparisons.Indexes.CreateManyAsync([Index("{ comparedOn: -1, _id: -1 }"), Index("{ userId: 1 }")], cancellation);
        await Feedback.Indexes.CreateManyAsync([Index("{ userId: 1 }"), Index("{ createdOn: -1, _id: -1 }")], cancellation);
        await Coins.Indexes.CreateOneAsync(Index("{ userId: 1, at: -1, order: -1 }"), cancellationToken: cancellation);
        await Erasures.Indexes.CreateManyAsync([Index("{ nextOn: 1, _id: 1 }"), Index("{ userId: 1 }")], cancellation);
        await FormerAccounts.Indexes.CreateManyAsync([Index("{ erasedOn: 1 }"), Index("{ addressDigest: 1 }", new() { Sparse = true })], cancellation);
        await Audit.Indexes.CreateManyAsync([Index("{ second: -1, _id: -1 }"), Index("{ target: 1, second: -1, _id: -1 }"), Index("{ at: 1 }")], cancellation);
        // For the operators' sums by day and by minute: each holds all fields of its sum.
        await Jobs.Indexes.CreateOneAsync(Index("{ endedOn: 1, state: 1, failure: 1, acceptedOn: 1 }"), cancellationToken: cancellation);
        await Emails.Indexes.CreateOneAsync(Index("{ createdOn: 1, userId: 1 }"), cancellationToken: cancellation);
        await Coins.Indexes.CreateOneAsync(Index("{ at: 1, kind: 1, coins: 1, spent: 1 }"), cancellationToken: cancellation);
        await SecondFactors.Indexes.CreateOneAsync(Index("{ userId: 1 }"), cancellationToken: cancellation);
        await LocalAccounts.Indexes.CreateManyAsync([Index("{ userId: 1 }"), Index("{ verifiedOn: 1, createdOn: 1 }")], cancellation);
        await Documents.Indexes.CreateManyAsync([UniqueValueIndex, Index("{ keys: 1, sort: 1, _id: 1 }"), Index("{ kind: 1 }")], cancellation);
        await Messages.Indexes.CreateManyAsync(
            [
                ChangeIndex, NumbersIndex, MessageKeyIndex, Index("{ conversation: 1, sequence: 1 }"), Index("{ conversation: 1, _id: -1 }"), Index("{ sender: 1, _id: 1 }"),
                Index("{ mentions: 1 }"),
            ], cancellation);
        await ReadPositions.Indexes.CreateManyAsync([Index("{ conversation: 1 }"), Index("{ member: 1 }")], cancellation);
        foreach (var collection in new[] { Documents, Messages, Users })
        {
            await collection.Indexes.CreateManyAsync(
                [Index("{ 'outbox.at': 1 }", new() { Sparse = true }), Index("{ 'outbox.id': 1 }", new() { Sparse = true })], cancellation);
        }

        await SignInAttempts.Indexes.CreateOneAsync(Index("{ lastOn: 1 }"), cancellationToken: cancellation);
    }

    /// <summary>An account may be made once this index stands: it decides between two first sign-ins at once.</summary>
    internal async Task EnsureAccountKeysAreUniqueAsync(CancellationToken cancellation)
    {
        // Remembered only when it succeeded: a database that was away once must not keep new users out until a restart.
        if (_accountKeysAreUnique) return;
        await Users.Indexes.CreateOneAsync(AccountKeyIndex, cancellationToken: cancellation);
        _accountKeysAreUnique = true;
    }

    /// <summary>A document may be added once this index stands.</summary>
    internal async Task EnsureUniqueValuesAsync(CancellationToken cancellation)
    {
        if (_valuesAreUnique) return;
        await Documents.Indexes.CreateOneAsync(UniqueValueIndex, cancellationToken: cancellation);
        _valuesAreUnique = true;
    }

    /// <summary>A message may be added once these indexes stand.</summary>
    internal async Task EnsureChangesAreUniqueAsync(CancellationToken cancellation)
    {
        if (_changesAreUnique) return;
        await Messages.Indexes.CreateManyAsync([ChangeIndex, NumbersIndex, MessageKeyIndex], cancellation);
        _changesAreUnique = true;
    }

    private IMongoCollection<BsonDocument> Collection(string name) => Database.GetCollection<BsonDocument>(name);

    private static CreateIndexModel<BsonDocument> Index(string keys, CreateIndexOptions? options = null) => new(BsonDocument.Parse(keys), options);
}

/// <summary>Reads fields that may be missing, null, or of another type than expected.</summary>
internal static class Fields
{
    public static string Text(this BsonDocument document, string name) =>
        document.TryGetValue(name, out var value) && value.IsString ? value.AsString : "";

    public static string? TextOrNull(this BsonDocument document, string name) =>
        document.TryGetValue(name, out var value) && value.IsString ? value.AsString : null;

    /// <summary>A whole number from int32, int64, double or Decimal128; 0 for anything else.</summary>
    public static long Number(this BsonDocument document, string name) =>
        document.TryGetValue(name, out var value) && value.IsNumeric ? value.ToInt64() : 0;

    public static bool Flag(this BsonDocument document, string name) => document.TryGetValue(name, out var value) && value.IsBoolean && value.AsBoolean;

    /// <summary>A date, or the time at which the document's id was made.</summary>
    public static DateTimeOffset Date(this BsonDocument document, string name) =>
        document.TryGetValue(name, out var value) && value.IsBsonDateTime
            ? DateTimeOffset.FromUnixTimeMilliseconds(value.AsBsonDateTime.MillisecondsSinceEpoch)
            : document.TryGetValue("_id", out var key) && key is BsonObjectId id ? new DateTimeOffset(id.Value.CreationTime, TimeSpan.Zero) : default;

    /// <summary>The place in a chain of versions; the first of one for documents from before there were chains.</summary>
    public static EmailVersion Version(this BsonDocument document) => new(
        Math.Max(1, (int)document.Number("version")), document.TextOrNull("parentId"), document.TextOrNull("rootId"));

    public static string Id(this BsonDocument document) => document["_id"].ToString()!;

    public static BsonDateTime AsBson(this DateTimeOffset time) => new(time.ToUnixTimeMilliseconds());
}
