using ChaturMail.Core.Accounts;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Storage;

namespace ChaturMail.Tests.Contracts;

/// <summary>What every <see cref="IUserStore"/> does with sessions, with tokens that name none, and with roles.</summary>
public abstract class SessionStoreContract
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());

    protected abstract StoreFixture Open();

    [Fact]
    public async Task ASignInBeginsItsSessionWithTheAccountAndALaterOneAddsAnother()
    {
        await using var stores = Open();
        var (first, second) = (SessionOf("s1", createdOn: Now.AddHours(-1)), SessionOf("s2") with { HasSecondFactor = true, Device = "Chrome on Android" });

        Assert.Equal([first], (await SignInAsync(stores, "u1", first)).Sessions);
        Assert.Equal([second, first], (await SignInAsync(stores, "u1", second)).Sessions);
        Assert.Equal([second, first], await SessionsAsync(stores, "u1"));
        Assert.Empty((await stores.SignInAsync("u2")).Sessions);
    }

    [Fact]
    public async Task ADisabledAccountGetsNoSession()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        await stores.Users.SetDisabledAsync("u1", true, default);

        Assert.Empty((await SignInAsync(stores, "u1", SessionOf("s1"))).Sessions);
        Assert.False(await stores.Users.KeepSessionAsync("u1", SessionOf("s1"), default));
        Assert.False(await stores.Users.ReplaceTokenAsync("u1", "t1", Now.AddDays(1), SessionOf("s1"), default));
        Assert.Empty(await SessionsAsync(stores, "u1"));
    }

    [Fact]
    public async Task ASessionIsKeptOnceAndReplacedByItsId()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");

        Assert.True(await stores.Users.KeepSessionAsync("u1", SessionOf("s1"), default));
        Assert.True(await stores.Users.KeepSessionAsync("u1", SessionOf("s1") with { HasSecondFactor = true }, default));

        Assert.True(Assert.Single(await SessionsAsync(stores, "u1")).HasSecondFactor);
        Assert.False(await stores.Users.KeepSessionAsync("nobody", SessionOf("s1"), default));
    }

    [Fact]
    public async Task AnEndedSessionIsGoneOthersStayAndItsUseDoesNotBringItBack()
    {
        await using var stores = Open();
        await SignInAsync(stores, "u1", SessionOf("s1"));
        await SignInAsync(stores, "u1", SessionOf("s2"));
        await SignInAsync(stores, "u2", SessionOf("s3"));

        Assert.False(await stores.Users.EndSessionAsync("u2", "s1", default));
        Assert.True(await stores.Users.EndSessionAsync("u1", "s1", default));
        Assert.False(await stores.Users.EndSessionAsync("u1", "s1", default));
        Assert.False(await stores.Users.UseSessionAsync("u1", "s1", Now, Now.AddDays(30), default));

        Assert.Equal(["s2"], await IdsAsync(stores, "u1"));
        Assert.Equal(["s3"], await IdsAsync(stores, "u2"));
    }

    [Fact]
    public async Task UseAndProlongationNeverGoBack()
    {
        await using var stores = Open();
        await SignInAsync(stores, "u1", SessionOf("s1", createdOn: Now.AddDays(-2)));
        await SignInAsync(stores, "u1", SessionOf("s2", createdOn: Now.AddDays(-2)));

        Assert.True(await stores.Users.UseSessionAsync("u1", "s1", Now, Now.AddDays(30), default));
        Assert.True(await stores.Users.UseSessionAsync("u1", "s1", Now.AddHours(-1), Now.AddDays(20), default));
        Assert.True(await stores.Users.UseSessionAsync("u1", "s1", Now.AddHours(-2), null, default));

        var sessions = await SessionsAsync(stores, "u1");
        var used = sessions.Single(session => session.Id == "s1");
        Assert.Equal((Now, Now.AddDays(30), Now.AddDays(-2)), (used.UsedOn, used.Expires, used.CreatedOn));
        Assert.Equal(Now.AddDays(-2), sessions.Single(session => session.Id == "s2").UsedOn);
    }

    [Fact]
    public async Task AnExpiredSessionIsNotShownCannotBeUsedAndTakesNoPlace()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var expired = SessionOf("old", createdOn: Now.AddDays(-31)) with { UsedOn = Now, Expires = Now.AddSeconds(-1) };
        await stores.Users.KeepSessionAsync("u1", expired, default);

        Assert.Empty(await SessionsAsync(stores, "u1"));
        Assert.False(await stores.Users.UseSessionAsync("u1", "old", Now, Now.AddDays(30), default));

        // All of them used longer ago than the expired one, by a sign-in or otherwise.
        for (var i = 0; i < Session.MostOfAUser; i++)
        {
            var session = SessionOf("s" + i, createdOn: Now.AddHours(-2 - i));
            if (i % 2 == 0) await SignInAsync(stores, "u1", session);
            else await stores.Users.KeepSessionAsync("u1", session, default);
        }

        Assert.Equal(Session.MostOfAUser, (await SessionsAsync(stores, "u1")).Count);
    }

    [Fact]
    public async Task OneSessionTooManyEndsTheOneUsedLeastRecently()
    {
        await using var stores = Open();
        for (var i = 0; i < Session.MostOfAUser; i++) await SignInAsync(stores, "u1", SessionOf("s" + i, createdOn: Now.AddHours(i - 100)));
        await stores.Users.UseSessionAsync("u1", "s0", Now, null, default);

        await SignInAsync(stores, "u1", SessionOf("new"));

        var ids = await IdsAsync(stores, "u1");
        Assert.Equal(Session.MostOfAUser, ids.Count);
        Assert.Contains("s0", ids);
        Assert.Contains("new", ids);
        Assert.DoesNotContain("s1", ids);
    }

    [Fact]
    public async Task SignInsAtOnceNeverMakeMoreSessionsThanMayBe()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");

        var seen = await Task.WhenAll(Enumerable.Range(0, Session.MostOfAUser + 30).Select(i => Task.Run(async () =>
            (await SignInAsync(stores, "u1", SessionOf("s" + i, createdOn: Now.AddSeconds(-i)))).Sessions.Count)));

        Assert.InRange(seen.Max(), 1, Session.MostOfAUser);
        var ids = await IdsAsync(stores, "u1");
        Assert.Equal((Session.MostOfAUser, Session.MostOfAUser), (ids.Count, ids.Distinct().Count()));
    }

    [Fact]
    public async Task AllSessionsEndTogetherButOneThatIsExcepted()
    {
        await using var stores = Open();
        for (var i = 0; i < 3; i++) await SignInAsync(stores, "u1", SessionOf("s" + i));
        await SignInAsync(stores, "u2", SessionOf("other"));
        var before = stores.Time.GetUtcNow().AddMilliseconds(-1);

        Assert.True(await stores.Users.EndSessionsAsync("u1", "s1", default));
        Assert.Equal(["s1"], await IdsAsync(stores, "u1"));
        Assert.True(await stores.Users.EndSessionsAsync("u1", null, default));
        Assert.False(await stores.Users.EndSessionsAsync("nobody", null, default));

        Assert.Empty(await SessionsAsync(stores, "u1"));
        Assert.Equal(["other"], await IdsAsync(stores, "u2"));
        Assert.True((await stores.Users.FindAsync("u1", default))!.TokensValidFrom >= before);
        Assert.Null((await stores.Users.FindAsync("u2", default))!.TokensValidFrom);
    }

    [Fact]
    public async Task AnEndedTokenIsRememberedUntilItExpires()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        await stores.SignInAsync("u2");

        Assert.True(await stores.Users.EndTokenAsync("u1", "t1", Now.AddDays(1), default));
        Assert.True(await stores.Users.EndTokenAsync("u1", "t1", Now.AddDays(1), default));
        Assert.True(await stores.Users.EndTokenAsync("u1", "expired", Now.AddSeconds(-1), default));
        Assert.False(await stores.Users.EndTokenAsync("nobody", "t1", Now.AddDays(1), default));

        Assert.Equal(["t1"], await EndedAsync(stores, "u1"));
        Assert.Empty(await EndedAsync(stores, "u2"));
    }

    [Fact]
    public async Task WhenMoreTokensAreEndedThanMayBeNotedAllEnd()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        for (var i = 0; i < User.MostEndedTokens; i++) await stores.Users.EndTokenAsync("u1", "t" + i, Now.AddDays(1), default);
        Assert.Equal(User.MostEndedTokens, (await EndedAsync(stores, "u1")).Count);
        Assert.False(await stores.Users.ReplaceTokenAsync("u1", "another", Now.AddDays(1), SessionOf("s1"), default));
        Assert.Null((await stores.Users.FindAsync("u1", default))!.TokensValidFrom);

        Assert.True(await stores.Users.EndTokenAsync("u1", "one more", Now.AddDays(1), default));

        Assert.NotNull((await stores.Users.FindAsync("u1", default))!.TokensValidFrom);
        Assert.Empty(await EndedAsync(stores, "u1"));
    }

    [Theory]
    [InlineData("end")]
    [InlineData("end token")]
    [InlineData("evict")]
    public async Task ATokenThatASessionReplacedIsGoodWhileThatIs(string how)
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var session = SessionOf("s1", createdOn: Now.AddDays(-3));

        Assert.True(await stores.Users.ReplaceTokenAsync("u1", "t1", Now.AddDays(1), session, default));
        Assert.True(await stores.Users.ReplaceTokenAsync("u1", "t1", Now.AddDays(1), session, default));
        Assert.Equal(["s1"], await IdsAsync(stores, "u1"));
        Assert.Empty(await EndedAsync(stores, "u1"));

        if (how == "end") await stores.Users.EndSessionAsync("u1", "s1", default);
        else if (how == "end token") await stores.Users.EndTokenAsync("u1", "t1", Now.AddDays(1), default);
        else for (var i = 0; i < Session.MostOfAUser; i++) await SignInAsync(stores, "u1", SessionOf("n" + i));

        Assert.Equal(["t1"], await EndedAsync(stores, "u1"));
        if (how == "end token") return;
        Assert.False(await stores.Users.ReplaceTokenAsync("u1", "t1", Now.AddDays(1), session, default));
        Assert.DoesNotContain("s1", await IdsAsync(stores, "u1"));
    }

    [Fact]
    public async Task AnEndedTokenIsNotReplaced()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        await stores.Users.EndTokenAsync("u1", "t1", Now.AddDays(1), default);

        Assert.False(await stores.Users.ReplaceTokenAsync("u1", "t1", Now.AddDays(1), SessionOf("s1"), default));
        Assert.False(await stores.Users.ReplaceTokenAsync("nobody", "t2", Now.AddDays(1), SessionOf("s1"), default));
        Assert.Empty(await SessionsAsync(stores, "u1"));
    }

    [Fact]
    public async Task ReplacingATokenManyTimesAtOnceBeginsOneSession()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");

        var replaced = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(
            () => stores.Users.ReplaceTokenAsync("u1", "t1", Now.AddDays(1), SessionOf("s1"), default))));

        Assert.All(replaced, Assert.True);
        Assert.Equal(["s1"], await IdsAsync(stores, "u1"));
    }

    [Fact]
    public async Task ARoleIsGivenTakenAndListed()
    {
        await using var stores = Open();
        foreach (var uid in new[] { "u1", "u2", "u3" }) await stores.SignInAsync(uid);
        Assert.Empty(await stores.Users.ListAdminsAsync(default));

        Assert.True(await stores.Users.SetAdminAsync("u1", true, default));
        Assert.True(await stores.Users.SetAdminAsync("u3", true, default));
        Assert.False(await stores.Users.SetAdminAsync("nobody", true, default));
        Assert.Equal(["u1", "u3"], (await stores.Users.ListAdminsAsync(default)).Select(user => user.Uid));
        Assert.True((await stores.SignInAsync("u1")).IsAdmin);

        Assert.True(await stores.Users.SetAdminAsync("u1", false, default));
        Assert.Equal((false, true), ((await stores.Users.FindAsync("u1", default))!.IsAdmin, (await stores.Users.FindAsync("u3", default))!.IsAdmin));
    }

    [Fact]
    public async Task NothingOfTheSessionsOutlivesTheAccount()
    {
        await using var stores = Open();
        await SignInAsync(stores, "u1", SessionOf("s1"));
        await stores.Users.EndTokenAsync("u1", "t1", Now.AddDays(1), default);
        await stores.Users.SetAdminAsync("u1", true, default);
        await stores.Users.EndSessionsAsync("u1", "s1", default);
        await stores.Users.DeleteAsync("u1", default);

        Assert.False(await stores.Users.UseSessionAsync("u1", "s1", Now, null, default));
        var again = await stores.SignInAsync("u1");

        Assert.Equal((0, 0, false, null), (again.Sessions.Count, again.EndedTokens.Count, again.IsAdmin, again.TokensValidFrom));
    }

    private static Session SessionOf(string id, DateTimeOffset? createdOn = null) => new(
        id, "Dart", "google", createdOn ?? Now, createdOn ?? Now, (createdOn ?? Now) + SessionTokens.Lifetime, HasSecondFactor: false);

    private static Task<User> SignInAsync(StoreFixture stores, string uid, Session session) =>
        stores.Users.SignInAsync(StoreFixture.SignInOf(uid) with { Session = session }, default);

    private static async Task<IReadOnlyList<Session>> SessionsAsync(StoreFixture stores, string uid) => (await stores.Users.FindAsync(uid, default))!.Sessions;

    private static async Task<IReadOnlyList<string>> IdsAsync(StoreFixture stores, string uid) => [.. (await SessionsAsync(stores, uid)).Select(session => session.Id)];

    private static async Task<IReadOnlySet<string>> EndedAsync(StoreFixture stores, string uid) => (await stores.Users.FindAsync(uid, default))!.EndedTokens;
}
