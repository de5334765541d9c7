using ChaturMail.Core.Audit;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Storage;

namespace ChaturMail.Tests.Contracts;

/// <summary>What every <see cref="IErasureStore"/> promises, together with the user store that begins erasures.</summary>
public abstract class ErasureStoreContract
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);

    protected abstract StoreFixture Open();

    [Fact]
    public async Task AnErasureIsNotedWithTheAccountsEndAndForgottenWhenItIsDone()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        await stores.SignInAsync("u2");
        var queued = stores.JobOf("u1");
        await stores.Jobs.AcceptAsync(queued, default);
        var done = await stores.GenerateAsync("u1");
        await stores.GenerateAsync("u2");

        Assert.True(await stores.Users.DeleteAsync("u1", default));

        var erasure = Assert.Single(await stores.Erasures.FindAsync("u1", default));
        Assert.Equal(("u1", 0), (erasure.Uid, erasure.Attempts));
        Assert.Equal(new[] { queued.Id, done.Id }.Order(), erasure.JobIds.Order());
        Assert.True(DocumentId.IsValid(erasure.Id));
        Assert.InRange(erasure.BegunOn, stores.Time.GetUtcNow().AddMinutes(-1), stores.Time.GetUtcNow());
        Assert.Equal(1, await stores.Erasures.CountAsync(default));

        await stores.Erasures.RemoveAsync(erasure.Id, default);
        await stores.Erasures.RemoveAsync(erasure.Id, default);
        Assert.Equal(0, await stores.Erasures.CountAsync(default));
    }

    [Fact]
    public async Task DeletingNobodyNotesNothing()
    {
        await using var stores = Open();
        Assert.False(await stores.Users.DeleteAsync("u1", default));
        Assert.Equal(0, await stores.Erasures.CountAsync(default));
    }

    [Fact]
    public async Task WhoComesLateWithAKeyOrALineAboutTheUserLeavesNothingOfThem()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var about = new AuditEntry(DocumentId.New(stores.Time), stores.Time.GetUtcNow(), "operator", "user.read", "u1", "") { IsAboutUser = true };
        await stores.Audit.AppendAsync(about, default);
        await stores.Users.DeleteAsync("u1", default);

        var mine = new KeyClaim(DocumentId.New(stores.Time), "print");
        Assert.Equal(mine, await stores.Jobs.ClaimKeyAsync("u1", "key", mine, DateTimeOffset.MinValue, default));
        await stores.Audit.AppendAsync(about with { Id = DocumentId.New(stores.Time) }, default);
        await stores.Audit.AppendAsync(about with { Id = DocumentId.New(stores.Time), IsAboutUser = false, Target = "prompt" }, default);

        Assert.Empty(await stores.Audit.ListAsync("u1", 10, null, default));
        Assert.Equal(["", "", "prompt"], (await stores.Audit.ListAsync(null, 10, null, default)).Select(line => line.Target).Order());
        foreach (var section in PersonalData.Sections)
            await foreach (var item in stores.PersonalData.ReadAsync(section, "u1", default)) Assert.Fail($"{section.Name}: {item.ToJsonString()}");
    }

    [Fact]
    public async Task EachAccountOfAPersonIsErasedForItself()
    {
        await using var stores = Open();
        for (var i = 0; i < 2; i++)
        {
            await stores.SignInAsync("u1");
            Assert.True(await stores.Users.DeleteAsync("u1", default));
            Assert.False(await stores.Users.DeleteAsync("u1", default));
        }

        Assert.Equal(2, (await stores.Erasures.FindAsync("u1", default)).Select(erasure => erasure.Id).Distinct().Count());
    }

    [Fact]
    public async Task WhatIsTakenRestsLongerEachTime()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        await stores.Users.DeleteAsync("u1", default);
        var now = stores.Time.GetUtcNow().AddSeconds(1);

        foreach (var (attempts, rest) in new[] { (0, 30), (1, 60), (2, 120) })
        {
            Assert.Equal(attempts, Assert.Single(await stores.Erasures.TakeDueAsync(now, Rest, 10, default)).Attempts);
            Assert.Empty(await stores.Erasures.TakeDueAsync(now.AddSeconds(rest - 1), Rest, 10, default));
            now = now.AddSeconds(rest + 1);
        }

        Assert.Equal(PendingErasure.LongestRest, PendingErasure.RestAfter(Rest, 1000));
    }

    [Fact]
    public async Task OfTwoWhoTakeAtOnceOneGetsIt()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        await stores.Users.DeleteAsync("u1", default);
        var now = stores.Time.GetUtcNow().AddSeconds(1);
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => stores.Erasures.TakeDueAsync(now, Rest, 10, default))));
        Assert.Single(taken.SelectMany(erasures => erasures));
    }
}

/// <summary>What every <see cref="IFormerAccountStore"/> promises.</summary>
public abstract class FormerAccountStoreContract
{
    private static readonly DateOnly Day = new(2026, 11, 21);

    private static readonly DateTimeOffset On = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    protected abstract StoreFixture Open();

    [Fact]
    public async Task AnAccountIsFoundByAnyOfItsDigestsUntilItIsOld()
    {
        await using var stores = Open();
        await stores.FormerAccounts.RememberAsync(new FormerAccount("one", On.AddDays(-2), Day, 5), default);
        await stores.FormerAccounts.RememberAsync(new FormerAccount("two", On, Day, 7), default);
        await stores.FormerAccounts.RememberAsync(new FormerAccount("one", On.AddDays(-1), Day, 6), default);

        Assert.Equal(new FormerAccount("two", On, Day, 7), await stores.FormerAccounts.FindAsync(["one", "two"], default));
        Assert.Equal(new FormerAccount("one", On.AddDays(-1), Day, 6), await stores.FormerAccounts.FindAsync(["one", "three"], default));
        Assert.Null(await stores.FormerAccounts.FindAsync(["three"], default));

        Assert.Equal(1, await stores.PersonalData.DeleteOldAsync(StaleData.FormerAccounts, On.AddHours(-1), 10, default));
        Assert.Null(await stores.FormerAccounts.FindAsync(["one"], default));
    }

    [Fact]
    public async Task AnAccountIsFoundByItsAddressUnderWhicheverUidTheNextOneComes()
    {
        await using var stores = Open();
        var account = new FormerAccount("one", On, Day, 5) { AddressDigest = "address" };
        await stores.FormerAccounts.RememberAsync(account, default);
        Assert.Equal(account, await stores.FormerAccounts.FindAsync(["another", "address"], default));
        // Erased once more, when nobody vouched for the address: it stays.
        await stores.FormerAccounts.RememberAsync(account with { AddressDigest = null, ErasedOn = On.AddHours(1) }, default);
        Assert.Equal(account with { ErasedOn = On.AddHours(1) }, await stores.FormerAccounts.FindAsync(["address"], default));
    }

    [Fact]
    public async Task OfTwoWhoEraseAnAccountAtOnceTheLaterDoesNotForgetWhatWasSpent()
    {
        await using var stores = Open();
        await stores.FormerAccounts.RememberAsync(new FormerAccount("one", On, Day, 7), default);
        await stores.FormerAccounts.RememberAsync(new FormerAccount("one", On.AddSeconds(1), Day, 0), default);
        Assert.Equal(7, (await stores.FormerAccounts.FindAsync(["one"], default))!.NanoUsd);
        // On another day it counts anew.
        await stores.FormerAccounts.RememberAsync(new FormerAccount("one", On.AddDays(1), Day.AddDays(1), 3), default);
        Assert.Equal(3, await stores.FormerAccounts.TakeSpendingAsync("one", Day.AddDays(1), default));
    }

    [Fact]
    public async Task WhatWasSpentIsTakenOnceAndOnItsDayOnly()
    {
        await using var stores = Open();
        await stores.FormerAccounts.RememberAsync(new FormerAccount("one", On, Day, 7), default);
        Assert.Equal(0, await stores.FormerAccounts.TakeSpendingAsync("one", Day.AddDays(1), default));
        Assert.Equal(0, await stores.FormerAccounts.TakeSpendingAsync("two", Day, default));
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => stores.FormerAccounts.TakeSpendingAsync("one", Day, default)));
        Assert.Equal(7, taken.Sum());
    }
}
