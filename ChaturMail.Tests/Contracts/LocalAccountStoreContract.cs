using ChaturMail.Core.Identity.Local;
using ChaturMail.Core.Storage;

namespace ChaturMail.Tests.Contracts;

/// <summary>What every <see cref="ILocalAccountStore"/> does.</summary>
public abstract class LocalAccountStoreContract
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_795_000_000);

    protected abstract StoreFixture Open();

    [Fact]
    public async Task ARegistrationIsFoundByAddressAndByUid()
    {
        await using var stores = Open();
        var account = Registration("asha@example.com", "h1");
        Assert.Equal(account, await stores.LocalAccounts.RegisterAsync(account, default));
        Assert.Equal(account, await stores.LocalAccounts.FindByEmailAsync("asha@example.com", default));
        Assert.Equal(account, await stores.LocalAccounts.FindAsync(account.Uid, default));
        Assert.Null(await stores.LocalAccounts.FindByEmailAsync("other@example.com", default));
        Assert.Null(await stores.LocalAccounts.FindAsync("local-other", default));
    }

    [Fact]
    public async Task AnotherRegistrationTakesThePlaceOfOneThatNobodyProvedAndOfNoOther()
    {
        await using var stores = Open();
        var first = await stores.LocalAccounts.RegisterAsync(Registration("asha@example.com", "h1", "First"), default);
        var second = await stores.LocalAccounts.RegisterAsync(Registration("asha@example.com", "h2", "Second"), default);
        Assert.Equal((first.Uid, "h2", "Second"), (second.Uid, second.PasswordHash, second.Name));

        Assert.True(await stores.LocalAccounts.ProveAsync(first.Uid, "h2", "Second", Now, null, default));
        var third = await stores.LocalAccounts.RegisterAsync(Registration("asha@example.com", "h3", "Third"), default);
        Assert.Equal(("h2", "Second", Now), (third.PasswordHash, third.Name, third.VerifiedOn));
    }

    [Fact]
    public async Task ManyRegistrationsOfOneAddressAtOnceAreOneAccount()
    {
        await using var stores = Open();
        var accounts = await Task.WhenAll(Enumerable.Range(0, 10).Select(
            i => Task.Run(() => stores.LocalAccounts.RegisterAsync(Registration("asha@example.com", "h" + i), default))));
        Assert.Single(accounts.Select(account => account.Uid).Distinct());
    }

    [Fact]
    public async Task APasswordIsSetOnlyWhereTheOneBeforeIsTheExpectedOne()
    {
        await using var stores = Open();
        var account = await stores.LocalAccounts.RegisterAsync(Registration("asha@example.com", "h1"), default);
        Assert.False(await stores.LocalAccounts.ProveAsync(account.Uid, "h2", "", Now, "h0", default));
        Assert.Null((await stores.LocalAccounts.FindAsync(account.Uid, default))!.VerifiedOn);
        Assert.True(await stores.LocalAccounts.ProveAsync(account.Uid, "h2", "Asha", Now, "h1", default));
        Assert.False(await stores.LocalAccounts.ProveAsync("local-other", "h2", "", Now, null, default));
        Assert.Equal(account with { PasswordHash = "h2", Name = "Asha", VerifiedOn = Now }, await stores.LocalAccounts.FindAsync(account.Uid, default));
    }

    [Fact]
    public async Task WhatNobodyProvedInADayIsForgotten()
    {
        await using var stores = Open();
        var old = await stores.LocalAccounts.RegisterAsync(Registration("old@example.com", "h1"), default);
        var proved = await stores.LocalAccounts.RegisterAsync(Registration("proved@example.com", "h1"), default);
        await stores.LocalAccounts.ProveAsync(proved.Uid, "h1", "", Now, null, default);

        await stores.LocalAccounts.RegisterAsync(Registration("new@example.com", "h1") with { CreatedOn = Now + LocalAccount.UnverifiedLifetime }, default);

        Assert.Null(await stores.LocalAccounts.FindAsync(old.Uid, default));
        Assert.NotNull(await stores.LocalAccounts.FindAsync(proved.Uid, default));
    }

    [Fact]
    public async Task ADeletedAccountIsGoneAndSoIsThatOfAnErasedUser()
    {
        await using var stores = Open();
        var first = await stores.LocalAccounts.RegisterAsync(Registration("first@example.com", "h1"), default);
        var second = await stores.LocalAccounts.RegisterAsync(Registration("second@example.com", "h1"), default);
        await stores.Users.SignInAsync(StoreFixture.SignInOf(second.Uid), default);

        await stores.LocalAccounts.DeleteAsync(first.Uid, default);
        await stores.LocalAccounts.DeleteAsync(first.Uid, default);
        Assert.Null(await stores.LocalAccounts.FindByEmailAsync(first.Email, default));
        Assert.NotNull(await stores.LocalAccounts.FindByEmailAsync(second.Email, default));

        await stores.Users.DeleteAsync(second.Uid, default);
        Assert.Null(await stores.LocalAccounts.FindByEmailAsync(second.Email, default));
    }

    [Fact]
    public async Task FiveTriesAreFreeAndTheNextOnesWaitTwiceAsLongEach()
    {
        await using var stores = Open();
        var now = Now;
        for (var i = 0; i < SignInAttempts.Free; i++) Assert.Equal(TimeSpan.Zero, await TakeAsync());
        foreach (var minutes in new[] { 1, 2, 4, 8, 15, 15 })
        {
            Assert.Equal(TimeSpan.FromMinutes(minutes), await TakeAsync());
            now += TimeSpan.FromSeconds(30);
            // To ask does not make the wait longer.
            Assert.Equal(TimeSpan.FromMinutes(minutes - 0.5), await TakeAsync());
            now += TimeSpan.FromMinutes(minutes - 0.5);
            Assert.Equal(TimeSpan.Zero, await TakeAsync());
        }

        Assert.Equal(TimeSpan.Zero, await stores.LocalAccounts.TakeAttemptAsync("another", now, default));
        await stores.LocalAccounts.ForgetAttemptsAsync("key", default);
        Assert.Equal(TimeSpan.Zero, await TakeAsync());

        Task<TimeSpan> TakeAsync() => stores.LocalAccounts.TakeAttemptAsync("key", now, default);
    }

    [Fact]
    public async Task OfManyTriesAtOnceFiveAreTaken()
    {
        await using var stores = Open();
        var waits = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => stores.LocalAccounts.TakeAttemptAsync("key", Now, default))));
        Assert.Equal(SignInAttempts.Free, waits.Count(wait => wait == TimeSpan.Zero));
    }

    [Fact]
    public async Task TriesAreForgottenAfterADay()
    {
        await using var stores = Open();
        for (var i = 0; i < SignInAttempts.Free; i++) await stores.LocalAccounts.TakeAttemptAsync("key", Now, default);
        var tomorrow = Now + SignInAttempts.ForgottenAfter;
        for (var i = 0; i < SignInAttempts.Free; i++) Assert.Equal(TimeSpan.Zero, await stores.LocalAccounts.TakeAttemptAsync("key", tomorrow, default));
        Assert.True(await stores.LocalAccounts.TakeAttemptAsync("key", tomorrow, default) > TimeSpan.Zero);
    }

    private static LocalAccount Registration(string email, string hash, string name = "Asha Rao") => new(LocalAccount.NewUid(), email, name, hash, Now, null);
}
