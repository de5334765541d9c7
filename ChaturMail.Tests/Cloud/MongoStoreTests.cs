using ChaturMail.Cloud.Mongo;
using ChaturMail.Core.Storage;
using MongoDB.Driver;

namespace ChaturMail.Tests.Contracts;

/// <summary>
/// The stores on MongoDB, in a database of their own on the server that <c>CHATURMAIL_TEST_MONGO</c> names; without it they are skipped.
/// </summary>
public sealed class MongoFixture : StoreFixture
{
    private readonly MongoClient _client;
    private readonly string _name = "chaturmail-test-" + DocumentId.New(TimeProvider.System);

    public MongoFixture()
    {
        var server = Environment.GetEnvironmentVariable("CHATURMAIL_TEST_MONGO");
        Assert.SkipWhen(string.IsNullOrEmpty(server), "CHATURMAIL_TEST_MONGO names no MongoDB server");
        _client = new MongoClient(server);
        Collections = new MongoCollections(_client.GetDatabase(_name));
        var users = new MongoUserStore(Collections, Time);
        Users = users;
        Emails = new MongoEmailStore(Collections);
        Jobs = new MongoJobStore(Collections, users, Time);
        Feedback = new MongoFeedbackStore(Collections);
    }

    public MongoCollections Collections { get; }

    public override IUserStore Users { get; }

    public override IEmailStore Emails { get; }

    public override IJobStore Jobs { get; }

    public override IFeedbackStore Feedback { get; }

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
