using ChaturMail.Core.Accounts;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Spending;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Contracts;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

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
        var account = await stores.SignInAsync("u1");
        await stores.Spending.ReserveAsync(new SpendingReservation(today, "u1", 70), new SpendingLimits(100, 1000), default);
        await former.RememberAsync(account, default);
        await stores.Users.DeleteAsync("u1", default);
        Assert.Equal(0, await stores.Spending.SpentByUserAsync("u1", today, default));

        await stores.SignInAsync("u1", coins: 0);
        var found = await former.FindAsync("u1", "", false, default);
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
        var account = await stores.SignInAsync("u1");
        await Of(stores, clock, Key).RememberAsync(account with { EmailVerified = true }, default);

        Assert.NotNull(await Of(stores, clock, "another-key", Key).FindAsync("u1", "", false, default));
        Assert.Null(await Of(stores, clock, "another-key").FindAsync("u1", "", false, default));
        Assert.Null(await Of(stores, clock, Key).FindAsync("u2", "", false, default));
        var digest = (await Of(stores, clock, Key).FindAsync("u1", "", false, default))!.Digest;
        Assert.Equal(43, digest.Length);
        Assert.DoesNotContain("u1", digest, StringComparison.Ordinal);
        clock.Set(Noon.AddDays(91));
        Assert.Null(await Of(stores, clock, Key).FindAsync("u1", "", false, default));
    }

    [Fact]
    public async Task ThePersonIsKnownByAProvedAddressWhateverTheirUidAndByNoOther()
    {
        await using var stores = new SqliteFixture();
        var clock = new ManualTimeProvider(Noon);
        var former = Of(stores, clock, Key);
        var account = await stores.SignInAsync("u1");
        await former.RememberAsync(account with { Email = "Asha.Rao@Example.com", EmailVerified = true }, default);
        await former.RememberAsync(account with { Uid = "u2", Email = "doubtful@example.com", EmailVerified = false }, default);

        var found = await former.FindAsync("u9", "asha.rao@example.com", true, default);
        Assert.NotNull(found);
        Assert.DoesNotContain("asha", found.AddressDigest!, StringComparison.OrdinalIgnoreCase);
        Assert.NotNull(await Of(stores, clock, "another-key", Key).FindAsync("u9", "asha.rao@EXAMPLE.com", true, default));
        // Nobody finds out by claiming it, and what somebody claimed before says nothing of its owner.
        Assert.Null(await former.FindAsync("u9", "asha.rao@example.com", false, default));
        Assert.Null(await former.FindAsync("u9", "doubtful@example.com", true, default));
        // Two people, as far as anybody here can know.
        Assert.Null(await former.FindAsync("u9", "asha.rao+two@example.com", true, default));
        Assert.Null(await former.FindAsync("u9", "asharao@example.com", true, default));
        // An address is no uid.
        Assert.Null(await former.FindAsync("asha.rao@example.com", "", false, default));
    }

    [Fact]
    public async Task WhoComesBackWithAnotherUidOfTheProviderAndTheSameProvedAddressGetsNoStartingCoins()
    {
        await using var api = await TestApi.StartAsync(services => services.AddSingleton<IIdentityVerifier>(new NamingVerifier()), "Coins:Starting=500", "Coins:Daily=20");
        var token = await api.Client.SignInWithAsync("uid-1 asha@example.com proved");
        Assert.Equal(500, await CoinsAsync(api, token));
        await api.Client.PostAsync("/user/deleteUser", new { }, token);

        Assert.Equal(0, await CoinsAsync(api, await api.Client.SignInWithAsync("uid-2 Asha@example.com proved")));
        Assert.Equal(500, await CoinsAsync(api, await api.Client.SignInWithAsync("uid-3 asha@example.com claimed")));
        Assert.Equal(500, await CoinsAsync(api, await api.Client.SignInWithAsync("uid-4 other@example.com proved")));
    }

    [Fact]
    public async Task WhoSignsInWhileTheAccountIsDeletedGetsNoStartingCoinsEither()
    {
        var held = new HeldSignIn();
        await using var api = await TestApi.StartAsync(
            services => services.AddSingleton<IUserStore>(s => held.Around(ActivatorUtilities.CreateInstance<SqliteUserStore>(s))), "Coins:Starting=500");
        var token = await api.Client.SignInAsync();
        held.Before = () => api.Client.PostAsync("/user/deleteUser", new { }, token);

        var next = await api.Client.SignInAsync();

        Assert.Null(held.Before);
        Assert.Equal(0, await CoinsAsync(api, next));
    }

    private static async Task<long> CoinsAsync(TestApi api, string session) =>
        (await api.Client.PostAsync("/user/getUserData", new { }, session)).Number("availableTokens");

    /// <summary>A provider whose tokens are a uid, an address, and whether it vouches for that.</summary>
    private sealed class NamingVerifier : IIdentityVerifier
    {
        public Task<VerificationResult> VerifyAsync(string idToken, CancellationToken cancellation)
        {
            var parts = idToken.Split(' ');
            return Task.FromResult<VerificationResult>(new VerificationResult.Verified(
                new VerifiedIdentity(parts[0], parts[1], "", "", 1_700_000_000, 1_700_003_600) { EmailVerified = parts[2] == "proved" }));
        }
    }

    /// <summary>Lets something happen just before a sign-in is written, when all else of it is decided.</summary>
    private sealed class HeldSignIn
    {
        public Func<Task>? Before { get; set; }

        public IUserStore Around(IUserStore store) => new Store(store, this);

        private sealed class Store(IUserStore store, HeldSignIn held) : ForwardingUserStore(store)
        {
            public override async Task<User> SignInAsync(SignIn signIn, CancellationToken cancellation)
            {
                if (held.Before is { } before)
                {
                    held.Before = null;
                    await before();
                }

                return await base.SignInAsync(signIn, cancellation);
            }
        }
    }

    private static FormerAccounts Of(SqliteFixture stores, TimeProvider time, params string[] keys) =>
        new(stores.FormerAccounts, stores.Spending, new PrivacyOptions(), time, new DerivedKeys(keys[0], keys[1..]));
}
