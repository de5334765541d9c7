using ChaturMail.Core.Coins;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Storage;

namespace ChaturMail.Tests.Contracts;

/// <summary>What every <see cref="ICoinLedger"/> does: one entry a movement, and sums that are the account.</summary>
public abstract class CoinLedgerContract
{
    protected abstract StoreFixture Open();

    [Fact]
    public async Task EachMovementHasItsEntryAndTheirSumsAreTheAccountsCoins()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var done = await stores.GenerateAsync("u1");
        var job = stores.JobOf("u1");
        await stores.Jobs.AcceptAsync(job, default);
        await stores.Jobs.FailAsync(job.Id, FailureCode.ModelUnavailable, default);
        await stores.Jobs.ReopenAsync(job.Id, default);
        await stores.Jobs.FailAsync(job.Id, FailureCode.ModelUnavailable, default);
        await stores.Jobs.ReopenAsync(job.Id, default);
        await stores.Jobs.CompleteAsync(job, StoreFixture.Answer(), default);
        Assert.Equal(CoinChange.Applied, await stores.Coins.ApplyAsync(Given(stores, "admin:1", 50, reference: "sorry"), null, default));

        var entries = await stores.ExpectSumsAsync("u1");

        Assert.Equal(
            [
                (CoinKind.Grant, 50, 0, "sorry"), (CoinKind.Settle, 0, 250, job.Id), (CoinKind.Reserve, -250, 0, job.Id), (CoinKind.Refund, 250, 0, job.Id),
                (CoinKind.Reserve, -250, 0, job.Id), (CoinKind.Refund, 250, 0, job.Id), (CoinKind.Reserve, -250, 0, job.Id),
                (CoinKind.Settle, 0, 250, done.Id), (CoinKind.Reserve, -250, 0, done.Id), (CoinKind.Grant, 1000, 0, "signup"),
            ], entries.Select(entry => (entry.Kind, (int)entry.Coins, (int)entry.Spent, entry.Reference)));
        Assert.All(entries, entry => Assert.Equal(stores.Time.GetUtcNow(), entry.At, TimeSpan.FromMinutes(1)));
        await ExpectAsync(stores, available: 550, used: 500);
    }

    [Fact]
    public async Task AnAccountWithoutStartingCoinsBeginsWithoutAnEntry()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1", coins: 0);
        await stores.SignInAsync("u1");

        Assert.Empty(await stores.ExpectSumsAsync("u1"));
    }

    [Fact]
    public async Task EachVariantHasEntriesOfItsOwn()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var jobs = stores.VariantsOf("u1", 3);
        for (var i = 0; i < 2; i++) await stores.Jobs.AcceptAsync(jobs, default);
        await stores.Jobs.FailAsync(jobs[1].Id, FailureCode.RequestRefused, default);

        var entries = await stores.ExpectSumsAsync("u1");

        Assert.Equal(jobs.Select(job => job.Id).Order(), entries.Where(entry => entry.Kind == CoinKind.Reserve).Select(entry => entry.Reference).Order());
        Assert.Equal(jobs[1].Id, Assert.Single(entries, entry => entry.Kind == CoinKind.Refund).Reference);
    }

    [Fact]
    public async Task AMovementThatIsAppliedByManyAtOnceCountsOnce()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");

        var changes = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            _ => Task.Run(() => stores.Coins.ApplyAsync(Given(stores, "reward:1", 50), null, default))));
        await stores.ExpectSumsAsync("u1");
        changes = [.. changes, await stores.Coins.ApplyAsync(Given(stores, "reward:1", 50), null, default)];

        Assert.Equal((1, 20), (changes.Count(c => c == CoinChange.Applied), changes.Count(c => c == CoinChange.AlreadyApplied)));
        await ExpectAsync(stores, available: 1050, used: 0);
    }

    [Fact]
    public async Task CoinsAreTakenToZeroAndNotBelow()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");

        Assert.Equal(CoinChange.InsufficientCoins, await stores.Coins.ApplyAsync(Given(stores, "admin:1", -1001), null, default));
        Assert.Equal(CoinChange.Applied, await stores.Coins.ApplyAsync(Given(stores, "admin:2", -1000), null, default));
        Assert.Equal(CoinChange.InsufficientCoins, await stores.Coins.ApplyAsync(Given(stores, "admin:3", -1), null, default));
        Assert.Equal(CoinChange.NoUser, await stores.Coins.ApplyAsync(Given(stores, "admin:4", 1) with { UserId = "nobody" }, null, default));

        await stores.ExpectSumsAsync("u1");
        await ExpectAsync(stores, available: 0, used: 0);
    }

    [Fact]
    public async Task ACapHoldsForCallersAtOnceAndForItsKindAndTimeAlone()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var now = stores.Time.GetUtcNow();
        var cap = new CoinCap(5, now.AddHours(-1));
        for (var i = 0; i < 5; i++)
        {
            await stores.Coins.ApplyAsync(Given(stores, $"reward:old{i}", 1) with { At = now.AddHours(-2), Kind = CoinKind.Reward }, null, default);
            await stores.Coins.ApplyAsync(Given(stores, $"admin:{i}", 1), null, default);
        }

        var changes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(
            () => stores.Coins.ApplyAsync(Given(stores, $"reward:{i}", 10) with { Kind = CoinKind.Reward }, cap, default))));
        await stores.ExpectSumsAsync("u1");
        var later = await stores.Coins.ApplyAsync(Given(stores, "reward:later", 10) with { Kind = CoinKind.Reward }, cap, default);

        Assert.Equal((5, 15), (changes.Count(c => c == CoinChange.Applied), changes.Count(c => c == CoinChange.TooMany)));
        Assert.Equal(CoinChange.TooMany, later);
        await ExpectAsync(stores, available: 1060, used: 0);
    }

    [Fact]
    public async Task PagesFollowOneAnotherWithoutGapOrRepetition()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1", coins: 10_000);
        await stores.SignInAsync("u2");
        for (var i = 0; i < 3; i++) await stores.GenerateAsync("u1");
        var whole = await stores.ExpectSumsAsync("u1");
        Assert.Equal(7, whole.Count);

        var paged = new List<CoinEntry>();
        var first = await stores.Coins.ListAsync("u1", 3, null, default);
        var page = first;
        paged.AddRange(page.Entries);
        await stores.GenerateAsync("u1");
        while (page.Next is not null)
        {
            Assert.Equal(3, page.Entries.Count);
            page = await stores.Coins.ListAsync("u1", 3, Core.Emails.EmailCursor.Decode(page.Next.Encode()), default);
            paged.AddRange(page.Entries);
        }

        Assert.Equal(whole, paged);
        Assert.Null((await stores.Coins.ListAsync("u1", 9, null, default)).Next);
        Assert.Single((await stores.Coins.ListAsync("u2", 3, null, default)).Entries);
    }

    [Fact]
    public async Task OfTwoHundredAtOnceWithCoinsForSevenSevenAreAccepted()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1", coins: 8 * StoreFixture.Cost - 1);

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => stores.Jobs.AcceptAsync(stores.JobOf("u1"), default))));

        Assert.Equal((7, 193), (answers.Count(a => a == Acceptance.Accepted), answers.Count(a => a == Acceptance.InsufficientCoins)));
        Assert.Equal(7, (await stores.ExpectSumsAsync("u1")).Count(entry => entry.Kind == CoinKind.Reserve));
        await ExpectAsync(stores, available: StoreFixture.Cost - 1, used: 0);
    }

    [Fact]
    public async Task WhateverTwoHundredDoAtOnceTheSumsAreTheAccount()
    {
        await using var stores = Open();
        // Fewer coins than all would take: some are refused, and what others give back is taken again.
        await stores.SignInAsync("u1", coins: 3000);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => MoveAsync(stores, i))));

        var entries = await stores.ExpectSumsAsync("u1");
        Assert.Equal(entries.Count, entries.Select(entry => entry.Id).Distinct().Count());
        Assert.All(entries.GroupBy(entry => entry.Reference).Where(job => DocumentId.IsValid(job.Key)), job =>
        {
            Assert.InRange(job.Count(entry => entry.Kind == CoinKind.Settle), 0, 1);
            Assert.InRange(job.Sum(entry => entry.Coins + entry.Spent), -job.Max(entry => Math.Abs(entry.Coins)), 0);
        });
        Assert.True((await stores.Users.FindAsync("u1", default))!.AvailableTokens >= 0);
    }

    [Fact]
    public async Task NothingIsLeftOfAUserWhoIsGoneAndALaterAccountBeginsAnew()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        await stores.SignInAsync("u2");
        await stores.GenerateAsync("u1");
        await stores.ExpectSumsAsync("u1");

        await stores.Users.DeleteAsync("u1", default);

        Assert.Empty((await stores.Coins.ListAsync("u1", 100, null, default)).Entries);
        await stores.SignInAsync("u1");
        Assert.Equal([CoinKind.Grant], (await stores.ExpectSumsAsync("u1")).Select(entry => entry.Kind));
        Assert.Single(await stores.ExpectSumsAsync("u2"));
    }

    private static async Task MoveAsync(StoreFixture stores, int i)
    {
        if (i % 5 == 4)
        {
            await stores.Coins.ApplyAsync(Given(stores, $"admin:{i / 2}", i % 2 == 0 ? 40 : -30), null, default);
            return;
        }

        var job = stores.JobOf("u1", coins: 20 + i);
        if (await stores.Jobs.AcceptAsync(job, default) != Acceptance.Accepted) return;
        switch (i % 5)
        {
            case 0:
                await Task.WhenAll(stores.Jobs.CompleteAsync(job, StoreFixture.Answer(), default), stores.Jobs.FailAsync(job.Id, FailureCode.Poisoned, default));
                break;
            case 1:
                await Task.WhenAll(stores.Jobs.FailAsync(job.Id, FailureCode.Poisoned, default), stores.Jobs.FailAsync(job.Id, FailureCode.Poisoned, default));
                break;
            case 2:
                await stores.Jobs.FailAsync(job.Id, FailureCode.Poisoned, default);
                await Task.WhenAll(stores.Jobs.ReopenAsync(job.Id, default), stores.Jobs.ReopenAsync(job.Id, default));
                if (i % 2 == 0) await stores.Jobs.CompleteAsync(job, StoreFixture.Answer(), default);
                break;
            default:
                await stores.Jobs.AcceptAsync(job, default);
                break;
        }
    }

    private static CoinEntry Given(StoreFixture stores, string id, long coins, string reference = "") =>
        new(id, "u1", CoinKind.Grant, coins, 0, reference, stores.Time.GetUtcNow());

    private static async Task ExpectAsync(StoreFixture stores, long available, long used)
    {
        var user = await stores.Users.FindAsync("u1", default);
        Assert.Equal((available, used), (user!.AvailableTokens, user.UsedTokens));
    }
}
