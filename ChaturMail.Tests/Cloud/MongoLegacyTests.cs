using ChaturMail.Core.Emails;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Contracts;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ChaturMail.Tests.Cloud;

public sealed class MongoStartTests
{
    [Theory]
    [InlineData("DB_URI", "DB_URI=not an address of MongoDB with a p4ssword", "REDIS_IP=127.0.0.1")]
    [InlineData("DB_URI", "Storage:Adapter=mongo", "REDIS_IP=127.0.0.1")]
    [InlineData("REDIS_IP", "DB_URI=mongodb://127.0.0.1/chaturmail")]
    public void AnAddressThatCannotWorkIsNamedAndNotQuoted(string named, params string[] settings) => Api.StartupTests.AssertRefused(named, settings);
}

/// <summary>Documents as mongoose wrote them: missing fields, whole numbers as doubles, several documents of one user.</summary>
public sealed class MongoLegacyTests
{
    private const string OldUser =
        """
        { _id: ObjectId("650000000000000000000001"), usedTokens: 500.0, availableTokens: NumberLong(9500), name: "Asha Rao", picture: "https://pic.example/a",
          userId: "u1", email: "asha@example.com", uid: "u1", fcmToken: "f", authTime: 1700000000, exp: 1700003600, generatedEmailCount: 2,
          deviceUid: null, loginMethod: "google", createdOn: ISODate("2023-09-12T06:13:36Z"), updatedOn: null, __v: 0 }
        """;

    private const string OldEmail =
        """
        { _id: ObjectId("650000000000000000000009"), userId: "u1", promptId: "1", subject: "Leave", keywords: "leave", generatedEmail: "Dear Maria",
          toEmailId: "maria@example.com", tokens: 250.0, createdOn: 1694499216.0, __v: 0 }
        """;

    [Fact]
    public async Task AUserAndTheirHistoryAreReadWhateverTypeTheirNumbersHave()
    {
        await using var stores = new MongoFixture();
        await InsertAsync(stores, "usermodels", OldUser);
        await InsertAsync(stores, "generatedemails", OldEmail);

        var user = await stores.Users.FindAsync("u1", default);
        Assert.Equal(
            new Core.Accounts.User(
                "650000000000000000000001", "u1", "asha@example.com", "Asha Rao", "https://pic.example/a", 9500, 500, 2,
                new DateTimeOffset(2023, 9, 12, 6, 13, 36, TimeSpan.Zero), Disabled: false), user);
        var email = Assert.Single((await stores.Emails.ListAsync("u1", 10, null, null, default)).Emails);
        Assert.Equal(
            new StoredEmail("650000000000000000000009", "u1", "1", "Leave", "leave", "Dear Maria", "maria@example.com", 250, 1694499216, null, null), email);
        Assert.Null((await stores.Emails.ListAsync("u1", 10, new EmailCursor(email.CreatedOn, email.Id), null, default)).Next);
    }

    [Fact]
    public async Task AUserWithoutNameCountersOrDatesIsReadWithStringsAndZeros()
    {
        await using var stores = new MongoFixture();
        await InsertAsync(stores, "usermodels", """{ _id: ObjectId("650000000000000000000001"), uid: "u1", name: null, availableTokens: -250, updatedOn: null }""");

        var user = await stores.Users.FindAsync("u1", default);

        Assert.Equal(("", "", "", 0L, 0L), (user!.Name, user.Picture, user.Email, user.AvailableTokens, user.UsedTokens));
        Assert.Equal(2023, user.CreatedOn.Year);
        Assert.Equal(Acceptance.InsufficientCoins, await stores.Jobs.AcceptAsync(stores.JobOf("u1"), default));
    }

    [Fact]
    public async Task OfDuplicateUsersTheOldestIsTheAccountAndNoneLosesACoinOrAnEmail()
    {
        await using var stores = new MongoFixture();
        await InsertAsync(stores, "usermodels", """{ _id: ObjectId("650000000000000000000002"), uid: "u1", name: "Younger", availableTokens: 300.0, usedTokens: 0, generatedEmailCount: 0 }""");
        await InsertAsync(stores, "usermodels", """{ _id: ObjectId("650000000000000000000001"), uid: "u1", name: "Older", availableTokens: 200, usedTokens: 9800, generatedEmailCount: 39 }""");

        var user = await stores.Users.FindAsync("u1", default);
        Assert.Equal(("650000000000000000000001", "Older", 500L, 9800L, 39L), (user!.Id, user.Name, user.AvailableTokens, user.UsedTokens, user.GeneratedEmailCount));
        var again = await stores.Users.SignInAsync(StoreFixture.SignInOf("u1", "Asha"), default);
        Assert.Equal((user.Id, "Asha", 500L), (again.Id, again.Name, again.AvailableTokens));

        // The one that has enough pays, and gets it back.
        var job = await stores.GenerateAsync("u1");
        Assert.NotNull(await stores.Emails.FindAsync("u1", job.Id, default));
        await ExpectAsync(stores, available: 250, used: 10050, count: 40);
        Assert.Equal(Acceptance.InsufficientCoins, await stores.Jobs.AcceptAsync(stores.JobOf("u1"), default));

        Assert.True(await stores.Users.SetDisabledAsync("u1", true, default));
        Assert.True((await stores.Users.FindAsync("u1", default))!.Disabled);
        Assert.True(await stores.Users.DeleteAsync("u1", default));
        Assert.Equal(0, await stores.Collections.Database.GetCollection<BsonDocument>("usermodels").CountDocumentsAsync(new BsonDocument()));
    }

    [Fact]
    public async Task AJobOfAnOldUserIsPaidRefundedAndLeftAsMongooseReadsIt()
    {
        await using var stores = new MongoFixture();
        await InsertAsync(stores, "usermodels", OldUser);
        var failed = stores.JobOf("u1");
        await stores.Jobs.AcceptAsync(failed, default);
        await stores.Jobs.FailAsync(failed.Id, "model_unavailable", default);
        await ExpectAsync(stores, available: 9500, used: 500, count: 2);
        var job = await stores.GenerateAsync("u1");
        await ExpectAsync(stores, available: 9250, used: 750, count: 3);

        var email = await stores.Collections.Database.GetCollection<BsonDocument>("generatedemails").Find(new BsonDocument()).SingleAsync();
        Assert.Equal(new ObjectId(job.Id), email["_id"]);
        string[] fields = ["userId", "promptId", "subject", "keywords", "generatedEmail", "toEmailId", "tokens", "createdOn", "__v"];
        Assert.Equal(fields, email.Names.Skip(1).Take(9));
        Assert.Equal((250.0, 0), (email["tokens"].ToDouble(), email["__v"].ToInt32()));
    }

    [Fact]
    public async Task IndexesAreMadeOverDuplicatesAndTwice()
    {
        await using var stores = new MongoFixture();
        for (var i = 1; i <= 2; i++) await InsertAsync(stores, "usermodels", $$"""{ _id: ObjectId("65000000000000000000000{{i}}"), uid: "u1" }""");

        for (var i = 0; i < 2; i++) await stores.Collections.CreateIndexesAsync(default);

        await stores.SignInAsync("u2");
        Assert.NotNull(await stores.Users.FindAsync("u2", default));
    }

    private static Task InsertAsync(MongoFixture stores, string collection, string document) =>
        stores.Collections.Database.GetCollection<BsonDocument>(collection).InsertOneAsync(BsonDocument.Parse(document));

    private static async Task ExpectAsync(MongoFixture stores, long available, long used, long count)
    {
        var user = await stores.Users.FindAsync("u1", default);
        Assert.Equal((available, used, count), (user!.AvailableTokens, user.UsedTokens, user.GeneratedEmailCount));
        await stores.ExpectSumsAsync("u1");
    }
}
