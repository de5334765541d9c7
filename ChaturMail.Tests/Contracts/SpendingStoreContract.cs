using ChaturMail.Core.Spending;

namespace ChaturMail.Tests.Contracts;

/// <summary>What every <see cref="ISpendingStore"/> does: budgets that hold, totals that add up, and nothing of a user who is gone.</summary>
public abstract class SpendingStoreContract
{
    private static readonly DateOnly Day = new(2026, 11, 21);

    protected abstract StoreFixture Open();

    [Fact]
    public async Task WhatIsReservedIsCountedUntilItIsSettled()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var first = new SpendingReservation(Day, "u1", 60);

        Assert.Equal(ReservationResult.Reserved, await ReserveAsync(stores, first, user: 100, all: 1000));
        Assert.Equal(ReservationResult.UserBudgetSpent, await ReserveAsync(stores, first, user: 100, all: 1000));
        Assert.Equal(60, await stores.Spending.SpentByUserAsync("u1", Day, default));
        await stores.Spending.SettleAsync(first, 40, default);

        Assert.Equal(40, await stores.Spending.SpentByUserAsync("u1", Day, default));
        Assert.Equal(ReservationResult.Reserved, await ReserveAsync(stores, first, user: 100, all: 1000));
        Assert.Equal(100, await stores.Spending.SpentByUserAsync("u1", Day, default));
    }

    [Fact]
    public async Task WhatDoesNotFitIntoOneBudgetCountsAgainstNeither()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        await stores.SignInAsync("u2");

        Assert.Equal(ReservationResult.Reserved, await ReserveAsync(stores, new(Day, "u1", 80), user: 80, all: 100));
        Assert.Equal(ReservationResult.UserBudgetSpent, await ReserveAsync(stores, new(Day, "u1", 20), user: 80, all: 100));
        Assert.Equal(ReservationResult.DeploymentBudgetSpent, await ReserveAsync(stores, new(Day, "u2", 21), user: 80, all: 100));

        Assert.Equal(0, await stores.Spending.SpentByUserAsync("u2", Day, default));
        Assert.Equal(ReservationResult.Reserved, await ReserveAsync(stores, new(Day, "u2", 20), user: 80, all: 100));
    }

    [Fact]
    public async Task EachDayEachUserAndEachBudgetCountsForItself()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        await stores.SignInAsync("u2");

        foreach (var uid in new[] { "u1", "u2" })
            foreach (var day in new[] { Day, Day.AddDays(1) })
                Assert.Equal(ReservationResult.Reserved, await ReserveAsync(stores, new(day, uid, 100), user: 100, all: null));
        Assert.Equal(ReservationResult.DeploymentBudgetSpent, await ReserveAsync(stores, new(Day, "u1", 101), user: null, all: 100));
        Assert.Equal(ReservationResult.Reserved, await ReserveAsync(stores, new(Day, "u1", 100), user: null, all: 100));
        Assert.Equal(ReservationResult.Reserved, await ReserveAsync(stores, new(Day, "", 100), user: 1, all: 200));
    }

    [Fact]
    public async Task CallersAtOnceNeverGetMoreThanTheBudgetHolds()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        await stores.SignInAsync("u2");

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(
            i => Task.Run(() => ReserveAsync(stores, new(Day, i % 2 == 0 ? "u1" : "u2", 10), user: 70, all: 100))));

        Assert.Equal(10, answers.Count(answer => answer == ReservationResult.Reserved));
        var spent = await stores.Spending.SpentByUserAsync("u1", Day, default) + await stores.Spending.SpentByUserAsync("u2", Day, default);
        Assert.Equal(100, spent);
    }

    [Fact]
    public async Task CallsAddUpByDayProviderModelAndRole()
    {
        await using var stores = Open();
        var call = new ModelCall(Day, "openai", "gpt.4o-mini", ModelRole.Answer, 10, 20, 30, TimeSpan.FromMilliseconds(400));
        foreach (var made in new[] { call, call, call with { Role = ModelRole.Comparison }, call with { Day = Day.AddDays(1) }, call with { Provider = "local" } })
            await stores.Spending.AddCallAsync(made, default);

        var totals = await stores.Spending.ListTotalsAsync(Day, default);

        Assert.Equal(
            [
                new ModelTotal(1, call with { Day = Day.AddDays(1) }), new ModelTotal(1, call with { Provider = "local" }),
                new ModelTotal(2, call with { InputTokens = 20, OutputTokens = 40, CostNanoUsd = 60, Duration = TimeSpan.FromMilliseconds(800) }),
                new ModelTotal(1, call with { Role = ModelRole.Comparison }),
            ], totals);
        Assert.Single(await stores.Spending.ListTotalsAsync(Day.AddDays(1), default));
    }

    [Fact]
    public async Task CallsAtOnceAreAllCounted()
    {
        await using var stores = Open();
        var call = new ModelCall(Day, "openai", "m", ModelRole.Answer, 1, 2, 3, TimeSpan.FromMilliseconds(4));

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => stores.Spending.AddCallAsync(call, default))));

        Assert.Equal(
            new ModelTotal(50, call with { InputTokens = 50, OutputTokens = 100, CostNanoUsd = 150, Duration = TimeSpan.FromMilliseconds(200) }),
            Assert.Single(await stores.Spending.ListTotalsAsync(Day, default)));
    }

    [Fact]
    public async Task AComparisonIsKeptOnceAndGoesWithItsEmail()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var kept = Compared((await stores.GenerateAsync("u1")).Id, "u1");
        var deleted = Compared((await stores.GenerateAsync("u1")).Id, "u1");
        foreach (var comparison in new[] { kept, kept with { SecondText = "Again" }, deleted, Compared("6b018b08c371b1bcac5105a3", "u1"), kept with { UserId = "u2" } })
            await stores.Spending.AddComparisonAsync(comparison, default);

        await stores.Emails.DeleteAsync("u1", deleted.EmailId, default);
        await stores.Emails.DeleteAsync("u2", kept.EmailId, default);

        Assert.Equal(kept, Assert.Single(await stores.Spending.ListComparisonsAsync(10, default)));
    }

    [Fact]
    public async Task NothingIsLeftOfAUserWhoIsGone()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1", coins: 10_000);
        await stores.SignInAsync("u2");
        var job = await stores.GenerateAsync("u1");
        await stores.Spending.AddComparisonAsync(Compared(job.Id, "u1"), default);
        var before = new SpendingReservation(Day, "u1", 50);
        await ReserveAsync(stores, before, user: 100, all: 1000);

        await stores.Users.DeleteAsync("u1", default);
        // A job of theirs is still running.
        await ReserveAsync(stores, new(Day, "u1", 10), user: 100, all: 1000);
        await stores.Spending.SettleAsync(before, 70, default);
        await stores.Spending.AddComparisonAsync(Compared(job.Id, "u1"), default);

        Assert.Equal(0, await stores.Spending.SpentByUserAsync("u1", Day, default));
        Assert.Empty(await stores.Spending.ListComparisonsAsync(10, default));
        // What they spent of the deployment's budget is spent all the same.
        Assert.Equal(ReservationResult.DeploymentBudgetSpent, await ReserveAsync(stores, new(Day, "u2", 921), user: null, all: 1000));
        Assert.Equal(ReservationResult.Reserved, await ReserveAsync(stores, new(Day, "u2", 920), user: null, all: 1000));
    }

    [Fact]
    public async Task WhatIsOldIsRemovedAndNothingElse()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var (old, young) = (Compared((await stores.GenerateAsync("u1")).Id, "u1"), Compared((await stores.GenerateAsync("u1")).Id, "u1"));
        young = young with { ComparedAt = young.ComparedAt.AddDays(1) };
        foreach (var comparison in new[] { old, young }) await stores.Spending.AddComparisonAsync(comparison, default);
        foreach (var day in new[] { Day, Day.AddDays(1) })
        {
            await ReserveAsync(stores, new(day, "u1", 50), user: 100, all: 100);
            await stores.Spending.AddCallAsync(new(day, "p", "m", ModelRole.Answer, 1, 1, 1, default), default);
        }

        await stores.Spending.DeleteOldAsync(Day.AddDays(1), young.ComparedAt, default);

        Assert.Equal(young, Assert.Single(await stores.Spending.ListComparisonsAsync(10, default)));
        Assert.Equal(Day.AddDays(1), Assert.Single(await stores.Spending.ListTotalsAsync(Day, default)).Sum.Day);
        Assert.Equal((0, 50), (await stores.Spending.SpentByUserAsync("u1", Day, default), await stores.Spending.SpentByUserAsync("u1", Day.AddDays(1), default)));
    }

    [Fact]
    public async Task EmailsOfADayAreTheUsersOwnFinishedOnes()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        await stores.SignInAsync("u2");
        await stores.GenerateAsync("u1");
        await stores.GenerateAsync("u1");
        await stores.GenerateAsync("u2");
        var failed = stores.JobOf("u1");
        await stores.Jobs.AcceptAsync(failed, default);
        await stores.Jobs.FailAsync(failed.Id, "model_unavailable", default);

        var now = stores.Time.GetUtcNow();
        Assert.Equal(new EmailsOfUser(2, 2 * StoreFixture.Cost), await stores.Spending.EmailsSinceAsync("u1", now.AddHours(-1), default));
        Assert.Equal(new EmailsOfUser(0, 0), await stores.Spending.EmailsSinceAsync("u1", now.AddHours(1), default));
    }

    private static Task<ReservationResult> ReserveAsync(StoreFixture stores, SpendingReservation reservation, long? user, long? all) =>
        stores.Spending.ReserveAsync(reservation, new SpendingLimits(user, all), default);

    private static Comparison Compared(string emailId, string uid) => new(
        emailId, uid, DateTimeOffset.FromUnixTimeMilliseconds(1_795_263_240_123), new("gpt", 10, TimeSpan.FromMilliseconds(900), 80),
        new("opt", 20, TimeSpan.FromMilliseconds(300), 90), "Dear Maria,\n\nanother text.");
}
