using ChaturMail.Core.Coins;
using ChaturMail.Tests.Contracts;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ChaturMail.Tests.Cloud;

/// <summary>The ledger on MongoDB: documents from before it, programs that know none, processes that die and are held.</summary>
public sealed class MongoCoinLedgerTests : CoinLedgerContract
{
    private const long Start = StoreFixture.StartingCoins;

    // Thirty-two before they are taken out, and what is settled after that was looked at.
    private const int MostInOutbox = 34;

    protected override StoreFixture Open() => new MongoFixture();

    [Fact]
    public async Task AnAccountFromBeforeTheLedgerOpensWithWhatItHadBeforeItsFirstMovement()
    {
        await using var stores = new MongoFixture();
        await InsertAsync(stores, """{ uid: "u1", availableTokens: NumberLong(9500), usedTokens: 500.0, generatedEmailCount: 2 }""");
        await stores.GenerateAsync("u1");

        var entries = await stores.ExpectSumsAsync("u1");

        Assert.Equal([(CoinKind.Settle, 0, 250), (CoinKind.Reserve, -250, 0), (CoinKind.Opening, 9500, 500)], entries.Select(Moved));
    }

    [Fact]
    public async Task EachDuplicateOfAUserOpensWithItsOwnCoins()
    {
        await using var stores = new MongoFixture();
        await InsertAsync(stores, """{ _id: ObjectId("650000000000000000000002"), uid: "u1", availableTokens: 300.0, usedTokens: 0 }""");
        await InsertAsync(stores, """{ _id: ObjectId("650000000000000000000001"), uid: "u1", availableTokens: 200, usedTokens: 9800 }""");
        await stores.GenerateAsync("u1");

        var entries = await stores.ExpectSumsAsync("u1");

        Assert.Equal([(200, 9800), (300, 0)], entries.Where(entry => entry.Kind == CoinKind.Opening).Select(entry => ((int)entry.Coins, (int)entry.Spent)).Order());
        Assert.Equal(CoinChange.InsufficientCoins, await ApplyAsync(stores, "admin:1", -201));
        Assert.Equal(CoinChange.Applied, await ApplyAsync(stores, "admin:2", -200));
        await stores.ExpectSumsAsync("u1");
    }

    [Fact]
    public async Task WhatAProgramWithoutALedgerMovesIsWrittenDown()
    {
        await using var stores = new MongoFixture();
        await stores.SignInAsync("u1");
        await stores.GenerateAsync("u1");
        await Users(stores).UpdateOneAsync(
            new BsonDocument("uid", "u1"), new BsonDocument("$inc", new BsonDocument { { "availableTokens", -250 }, { "usedTokens", 250 }, { "generatedEmailCount", 1 } }));

        var entries = await stores.ExpectSumsAsync("u1");

        Assert.Equal((CoinKind.Opening, -250, 250), Moved(entries[0]));
        await stores.GenerateAsync("u1");
        Assert.Equal(6, (await stores.ExpectSumsAsync("u1")).Count);
    }

    [Theory]
    [InlineData("availableTokens: -250,")]
    [InlineData("")]
    public async Task WhatTheOldBackendTookBelowZeroDoesNotSwallowAReward(string coins)
    {
        await using var stores = new MongoFixture();
        await InsertAsync(stores, $$"""{ {{coins}} uid: "u1", usedTokens: 10250 }""");

        Assert.Equal(CoinChange.Applied, await ApplyAsync(stores, "reward:1", 50));

        Assert.Equal(50, (await stores.Users.FindAsync("u1", default))!.AvailableTokens);
        await stores.ExpectSumsAsync("u1");
    }

    [Fact]
    public async Task TheOutboxOfADocumentStaysSmallAndTheRepairEmptiesIt()
    {
        await using var stores = new MongoFixture();
        await stores.SignInAsync("u1", coins: 100_000);
        for (var i = 0; i < 40; i++)
        {
            await stores.GenerateAsync("u1");
            Assert.InRange((await OutboxAsync(stores)).Count, 0, MostInOutbox);
        }

        Assert.NotEmpty(await OutboxAsync(stores));
        await stores.Jobs.RepairAsync(stores.Time.GetUtcNow().AddMinutes(1), default);

        Assert.Empty(await OutboxAsync(stores));
        Assert.Equal(81, (await stores.ExpectSumsAsync("u1")).Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AMovementThatIsHeldUpWhileAnotherCallMakesItCountsOnce(bool isFlushed)
    {
        await using var stores = new MongoFixture();
        await stores.SignInAsync("u1");
        using var held = new MongoInterleavingTests.Held(stores, "findAndModify", "usermodels");
        var late = Task.Run(() => ApplyAsync(held.Process, "reward:1", 50));
        await held.ReachedAsync();
        Assert.Equal(CoinChange.Applied, await ApplyAsync(stores, "reward:1", 50));
        if (isFlushed) await stores.ExpectSumsAsync("u1");

        held.LetGo();

        Assert.Equal(CoinChange.AlreadyApplied, await late);
        await stores.ExpectSumsAsync("u1");
        Assert.Equal(Start + 50, (await stores.Users.FindAsync("u1", default))!.AvailableTokens);
    }

    [Theory]
    [InlineData("coinledger")]
    [InlineData("usermodels")]
    public async Task AnErasureThatOvertakesTheWritingOfEntriesLeavesNone(string heldBefore)
    {
        await using var stores = new MongoFixture();
        await stores.SignInAsync("u1");
        await stores.GenerateAsync("u1");
        using var held = new MongoInterleavingTests.Held(stores, "update", heldBefore);
        var listing = Task.Run(() => held.Process.Coins.ListAsync("u1", 10, null, default));
        await held.ReachedAsync();
        await stores.Users.DeleteAsync("u1", default);

        held.LetGo();
        await listing;

        Assert.Equal(0, await stores.Collections.Database.GetCollection<BsonDocument>("coinledger").CountDocumentsAsync(new BsonDocument()));
    }

    [Fact]
    public async Task AnOpeningThatIsHeldUpWhileCoinsMoveIsWrittenOnce()
    {
        await using var stores = new MongoFixture();
        await InsertAsync(stores, """{ uid: "u1", availableTokens: 1000, usedTokens: 0 }""");
        using var held = new MongoInterleavingTests.Held(stores, "findAndModify", "usermodels");
        var listing = Task.Run(() => held.Process.Coins.ListAsync("u1", 10, null, default));
        await held.ReachedAsync();
        await stores.GenerateAsync("u1");

        held.LetGo();
        await listing;

        Assert.Single(await stores.ExpectSumsAsync("u1"), entry => entry.Kind == CoinKind.Opening);
    }

    [Fact]
    public async Task AMovementIsMadeOnceWhicheverCommandItsProcessDiesAt()
    {
        for (var commands = 0; ; commands++)
        {
            await using var stores = new MongoFixture();
            await InsertAsync(stores, """{ uid: "u1", availableTokens: 1000, usedTokens: 0 }""");
            var died = await DiesAsync(() => ApplyAsync(stores.OpenDying(commands), "reward:1", 50));

            Assert.Equal(died ? CoinChange.Applied : CoinChange.AlreadyApplied, await ApplyAfterDeathAsync(stores, died));
            Assert.Equal(Start + 50, (await stores.Users.FindAsync("u1", default))!.AvailableTokens);
            Assert.Equal(2, (await stores.ExpectSumsAsync("u1")).Count);
            if (!died) return;
        }
    }

    [Fact]
    public async Task EntriesArriveOnceWhicheverCommandTheirWriterDiesAt()
    {
        for (var commands = 0; ; commands++)
        {
            await using var stores = new MongoFixture();
            await stores.SignInAsync("u1");
            await stores.GenerateAsync("u1");
            var died = await DiesAsync(() => stores.OpenDying(commands).Coins.ListAsync("u1", 10, null, default));

            await stores.Jobs.RepairAsync(stores.Time.GetUtcNow().AddMinutes(1), default);
            Assert.Empty(await OutboxAsync(stores));
            Assert.Equal(3, (await stores.ExpectSumsAsync("u1")).Count);
            if (!died) return;
        }
    }

    // Whether the one that died had made the movement is not known to it; that it is made once is what counts.
    private static async Task<CoinChange> ApplyAfterDeathAsync(MongoFixture stores, bool died)
    {
        var change = await ApplyAsync(stores, "reward:1", 50);
        return died && change == CoinChange.AlreadyApplied ? CoinChange.Applied : change;
    }

    private static async Task<bool> DiesAsync(Func<Task> action)
    {
        try
        {
            await action();
            return false;
        }
        catch (Exception e) when (e is MongoFixture.DiedException || e.InnerException is MongoFixture.DiedException)
        {
            return true;
        }
    }

    private static Task<CoinChange> ApplyAsync(MongoFixture stores, string id, long coins) =>
        stores.Coins.ApplyAsync(new CoinEntry(id, "u1", CoinKind.Reward, coins, 0, "", stores.Time.GetUtcNow()), null, default);

    private static (CoinKind Kind, int Coins, int Spent) Moved(CoinEntry entry) => (entry.Kind, (int)entry.Coins, (int)entry.Spent);

    private static async Task<BsonArray> OutboxAsync(MongoFixture stores) => (await Users(stores).Find(new BsonDocument()).SingleAsync())["ledgerOutbox"].AsBsonArray;

    private static IMongoCollection<BsonDocument> Users(MongoFixture stores) => stores.Collections.Database.GetCollection<BsonDocument>("usermodels");

    private static Task InsertAsync(MongoFixture stores, string user) => Users(stores).InsertOneAsync(BsonDocument.Parse(user));
}
