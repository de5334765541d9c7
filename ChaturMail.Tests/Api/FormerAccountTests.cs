using ChaturMail.Core.Identity;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Spending;
using ChaturMail.Tests.Contracts;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Api;

/// <summary>Deleting an account and signing in again is no way to coins or to a fresh daily budget.</summary>
public sealed class FormerAccountTests
{
    private const string Key = "1Zl0aFDvzm4c2yTn7QxKpWUe9RbHsJ6gXoLi3dNwMtYVuCq8";

    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("90.00:00:00", 0)]
    [InlineData("00:00:00", 500)]
    public async Task TheNextAccountOfAPersonGetsStartingCoinsOnlyWhereNobodyRemembersTheFirst(string remembered, long coins)
    {
        await using var api = await TestApi.StartAsync("Coins:Starting=500", "Privacy:FormerAccounts=" + remembered);
        var token = await api.Client.SignInAsync();
        Assert.Equal(500, await CoinsAsync(token));
        await api.Client.PostAsync("/user/deleteUser", new { }, token);

        token = await api.Client.SignInAsync();
        Assert.Equal(coins, await CoinsAsync(token));
        // A sign-in of an account that is there changes nothing.
        Assert.Equal(coins, await CoinsAsync(await api.Client.SignInAsync()));
        Assert.Equal(500, await CoinsAsync(await api.Client.SignInAsync("someone.else@example.com")));

        async Task<long> CoinsAsync(string session) => (await api.Client.PostAsync("/user/getUserData", new { }, session)).Number("availableTokens");
    }

    [Fact]
    public async Task WhatWasSpentOnTheDayCountsAgainstTheNextAccountOnce()
    {
        await using var stores = new SqliteFixture();
        var clock = new ManualTimeProvider(Noon);
        var former = Of(stores, clock, Key);
        var today = new DateOnly(2026, 11, 21);
        await stores.SignInAsync("u1");
        await stores.Spending.ReserveAsync(new SpendingReservation(today, "u1", 70), new SpendingLimits(100, 1000), default);
        await former.RememberAsync("u1", default);
        await stores.Users.DeleteAsync("u1", default);
        Assert.Equal(0, await stores.Spending.SpentByUserAsync("u1", today, default));

        await stores.SignInAsync("u1", coins: 0);
        var found = await former.FindAsync("u1", default);
        for (var i = 0; i < 2; i++) await former.CarrySpendingAsync(found!, "u1", default);

        Assert.Equal(70, await stores.Spending.SpentByUserAsync("u1", today, default));
        // The deployment's budget counts it once: 930 are left, not 860.
        Assert.Equal(ReservationResult.Reserved, await stores.Spending.ReserveAsync(new SpendingReservation(today, "u2", 930), new SpendingLimits(1000, 1000), default));
    }

    [Fact]
    public async Task AnAccountIsRememberedForItsTimeAndThroughAChangeOfTheKeyAndByNothingThatNamesIt()
    {
        await using var stores = new SqliteFixture();
        var clock = new ManualTimeProvider(Noon);
        await Of(stores, clock, Key).RememberAsync("u1", default);

        Assert.NotNull(await Of(stores, clock, "another-key", Key).FindAsync("u1", default));
        Assert.Null(await Of(stores, clock, "another-key").FindAsync("u1", default));
        Assert.Null(await Of(stores, clock, Key).FindAsync("u2", default));
        var digest = (await Of(stores, clock, Key).FindAsync("u1", default))!.Digest;
        Assert.Equal(43, digest.Length);
        Assert.DoesNotContain("u1", digest, StringComparison.Ordinal);
        clock.Set(Noon.AddDays(91));
        Assert.Null(await Of(stores, clock, Key).FindAsync("u1", default));
    }

    private static FormerAccounts Of(SqliteFixture stores, TimeProvider time, params string[] keys) =>
        new(stores.FormerAccounts, stores.Spending, new PrivacyOptions(), time, new DerivedKeys(keys[0], keys[1..]));
}
