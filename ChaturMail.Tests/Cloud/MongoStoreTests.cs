using ChaturMail.Cloud.Mongo;
using ChaturMail.Core.Conversations;
using ChaturMail.Core.Events;
using ChaturMail.Core.Spending;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Contracts;
using MongoDB.Driver;
using MongoDB.Driver.Core.Events;

namespace ChaturMail.Tests.Cloud;

/// <summary>
/// The stores on MongoDB, in a database of their own on the server that <c>CHATURMAIL_TEST_MONGO</c> names; without it they are skipped.
/// </summary>
public sealed class MongoFixture : StoreFixture
{
    private readonly MongoClient _client;
    private readonly string _name;

    public MongoFixture() : this("chaturmail-test-" + DocumentId.New(TimeProvider.System), null)
    {
    }

    private MongoFixture(string name, Action<CommandStartedEvent>? beforeCommand)
    {
        var server = Environment.GetEnvironmentVariable("CHATURMAIL_TEST_MONGO");
        Assert.SkipWhen(string.IsNullOrEmpty(server), "CHATURMAIL_TEST_MONGO names no MongoDB server");
        _name = name;
        var settings = MongoClientSettings.FromConnectionString(server);
        if (beforeCommand is not null)
            settings.ClusterConfigurator = cluster => cluster.Subscribe<CommandStartedEvent>(started =>
            {
                if (started.DatabaseNamespace.DatabaseName == name) beforeCommand(started);
            });
        _client = new MongoClient(settings);
        Collections = new MongoCollections(_client.GetDatabase(_name));
        var users = new MongoUserStore(Collections, Time);
        Users = users;
        Emails = new MongoEmailStore(Collections);
        Jobs = new MongoJobStore(Collections, users, Time);
        Feedback = new MongoFeedbackStore(Collections);
        OwnPrompts = new MongoOwnPromptStore(Collections, Time);
        Spending = new MongoSpendingStore(Collections);
        Coins = new MongoCoinLedger(Collections, Time);
        Audit = new MongoAuditLog(Collections);
        PersonalData = new MongoPersonalDataStore(Collections, Time);
        Erasures = new MongoErasureStore(Collections);
        FormerAccounts = new MongoFormerAccountStore(Collections);
        Content = new MongoContentStore(Collections);
        Usage = new MongoUsageStore(Collections);
        SecondFactors = new MongoSecondFactorStore(Collections);
        LocalAccounts = new MongoLocalAccountStore(Collections);
        Documents = new MongoDocumentStore(Collections);
        Outbox = new MongoOutbox(Collections);
        Messages = new MongoMessageStore(Collections);
    }

    /// <summary>The same database from a process that dies after so many commands. Does not remove the database.</summary>
    public MongoFixture OpenDying(int commands) => OpenWatched(_ =>
    {
        if (Interlocked.Decrement(ref commands) < 0) throw new DiedException();
    });

    /// <summary>The same database from a process whose commands are seen, held or failed before they are sent. Does not remove the database.</summary>
    public MongoFixture OpenWatched(Action<CommandStartedEvent> beforeCommand) => new(_name, beforeCommand);

    public sealed class DiedException : Exception;

    public MongoCollections Collections { get; }

    public override IUserStore Users { get; }

    public override IEmailStore Emails { get; }

    public override IJobStore Jobs { get; }

    public override IFeedbackStore Feedback { get; }

    public override IOwnPromptStore OwnPrompts { get; }

    public override ISpendingStore Spending { get; }

    public override ICoinLedger Coins { get; }

    public override IAuditLog Audit { get; }

    public override IPersonalDataStore PersonalData { get; }

    public override IErasureStore Erasures { get; }

    public override IFormerAccountStore FormerAccounts { get; }

    public override IContentStore Content { get; }

    public override IUsageStore Usage { get; }

    public override ISecondFactorStore SecondFactors { get; }

    public override ILocalAccountStore LocalAccounts { get; }

    public override IDocumentStore Documents { get; }

    public override IOutbox Outbox { get; }

    public override IMessageStore Messages { get; }

    /// <summary>Removes the database.</summary>
    public override async ValueTask DisposeAsync()
    {
        await _client.DropDatabaseAsync(_name);
        _client.Dispose();
    }
}

public sealed class MongoUserStoreTests : UserStoreContract
{
    protected override StoreFixture Open() => new MongoFixture();
}

public sealed class MongoJobStoreTests : JobStoreContract
{
    protected override StoreFixture Open() => new MongoFixture();
}

public sealed class MongoEmailStoreTests : EmailStoreContract
{
    protected override StoreFixture Open() => new MongoFixture();
}

public sealed class MongoOwnPromptStoreTests : OwnPromptStoreContract
{
    protected override StoreFixture Open() => new MongoFixture();
}

public sealed class MongoSpendingStoreTests : SpendingStoreContract
{
    protected override StoreFixture Open() => new MongoFixture();
}

public sealed class MongoPersonalDataStoreTests : PersonalDataStoreContract
{
    protected override StoreFixture Open() => new MongoFixture();
}

public sealed class MongoAuditLogTests : AuditLogContract
{
    protected override StoreFixture Open() => new MongoFixture();
}

public sealed class MongoErasureStoreTests : ErasureStoreContract
{
    protected override StoreFixture Open() => new MongoFixture();
}

public sealed class MongoContentStoreTests : ContentStoreContract
{
    protected override StoreFixture Open() => new MongoFixture();
}

public sealed class MongoFormerAccountStoreTests : FormerAccountStoreContract
{
    protected override StoreFixture Open() => new MongoFixture();
}

public sealed class MongoOperatorStoreTests : OperatorStoreContract
{
    protected override StoreFixture Open() => new MongoFixture();
}

public sealed class MongoSecondFactorStoreTests : SecondFactorStoreContract
{
    protected override StoreFixture Open() => new MongoFixture();
}

public sealed class MongoSessionStoreTests : SessionStoreContract
{
    protected override StoreFixture Open() => new MongoFixture();

    [Fact]
    public async Task AUserOfTheOldBackendWithSeveralDocumentsHasSessionsInTheOldestAndIsAnOperatorByAny()
    {
        await using var stores = new MongoFixture();
        foreach (var id in new[] { "650000000000000000000001", "650000000000000000000002" })
            await stores.Collections.Database.GetCollection<MongoDB.Bson.BsonDocument>("usermodels").InsertOneAsync(
                MongoDB.Bson.BsonDocument.Parse($$"""{ _id: ObjectId("{{id}}"), uid: "u1", userId: "u1", email: "a@example.com", availableTokens: 1000, usedTokens: 0, __v: 0 }"""));
        var now = stores.Time.GetUtcNow();
        var session = new Core.Accounts.Session("s1", "Dart", "google", now, now, now.AddDays(30), false);

        var user = await stores.Users.SignInAsync(StoreFixture.SignInOf("u1") with { Session = session }, default);
        await stores.Users.KeepSessionAsync("u1", session with { Id = "s2" }, default);
        await stores.Collections.Database.GetCollection<MongoDB.Bson.BsonDocument>("usermodels").UpdateOneAsync(
            """{ _id: ObjectId("650000000000000000000002") }""", """{ $set: { isAdmin: true } }""");

        Assert.Equal(("650000000000000000000001", 2000), (user.Id, user.AvailableTokens));
        var found = (await stores.Users.FindAsync("u1", default))!;
        Assert.Equal((true, 2), (found.IsAdmin, found.Sessions.Count));
        Assert.True(await stores.Users.SetAdminAsync("u1", false, default));
        Assert.True(await stores.Users.EndSessionsAsync("u1", null, default));
        found = (await stores.Users.FindAsync("u1", default))!;
        Assert.Equal((false, 0, true), (found.IsAdmin, found.Sessions.Count, found.TokensValidFrom is not null));
    }
}

public sealed class MongoLocalAccountStoreTests : LocalAccountStoreContract
{
    protected override StoreFixture Open() => new MongoFixture();
}

public sealed class MongoDocumentStoreTests : DocumentStoreContract
{
    protected override StoreFixture Open() => new MongoFixture();
}

public sealed class MongoMessageStoreTests : MessageStoreContract
{
    protected override StoreFixture Open() => new MongoFixture();
}
