using ChaturMail.Core.Accounts;
using ChaturMail.Core.Accounts.Redis;
using ChaturMail.Core.Redis;
using ChaturMail.Tests.Contracts;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.Unit;

/// <summary>The cache in front of a store that cannot tell of changes; the one that can is tested with the Api.</summary>
public sealed class UserCacheTests(SharedRedis redis)
{
    private readonly ManualTimeProvider _time = new(1_800_000_000);
    private readonly CountingStore _store = new();

    [Fact]
    public async Task AnEntryIsBelievedForASecondAndNotLonger()
    {
        var cache = new UserCache(_store, _time);
        for (var i = 0; i < 3; i++) await cache.FindAsync("u1", default);
        Assert.Equal(1, _store.Reads);

        _time.Advance(UserCache.MaxAge);
        await cache.FindAsync("u1", default);

        Assert.Equal((2, TimeSpan.FromSeconds(1)), (_store.Reads, UserCache.MaxAge));
    }

    [Fact]
    public async Task WhatIsForgottenIsReadAgain()
    {
        var cache = new UserCache(_store, _time);
        await cache.FindAsync("u1", default);
        cache.Forget("u1");
        await cache.FindAsync("u1", default);
        Assert.Equal(2, _store.Reads);
    }

    [Fact]
    public async Task AReadThatBeganBeforeTheForgettingPutsNothingOldBack()
    {
        var cache = new UserCache(_store, _time);
        _store.DuringRead = () => cache.Forget("u1");
        await cache.FindAsync("u1", default);
        _store.DuringRead = null;

        await cache.FindAsync("u1", default);

        Assert.Equal(2, _store.Reads);
    }

    [Fact]
    public async Task ASessionThatTheEntryLacksIsLookedForOnceAndFoundWhenAnotherProcessBeganIt()
    {
        var cache = new UserCache(_store, _time);
        await cache.FindAsync("u1", default);
        _store.User = _store.User! with { Sessions = [new Session("new", "", "", default, default, default, false)] };

        Assert.NotNull((await cache.FindAsync("u1", "new", default))!.FindSession("new"));
        Assert.Equal(2, _store.Reads);
        // A token that was good once, however often it is sent: the store is asked once more, and never again.
        for (var i = 0; i < 5; i++) Assert.Null((await cache.FindAsync("u1", "ended", default))!.FindSession("ended"));
        Assert.NotNull((await cache.FindAsync("u1", "new", default))!.FindSession("new"));
        Assert.Equal(3, _store.Reads);
    }

    [Fact]
    public async Task WhoeverDoesNotExistIsAskedForEachTime()
    {
        _store.User = null;
        var cache = new UserCache(_store, _time);
        for (var i = 0; i < 2; i++) Assert.Null(await cache.FindAsync("u1", default));
        Assert.Equal(2, _store.Reads);
    }

    [Fact]
    public async Task WhereChangesAreAnnouncedAnEntryIsBelievedLongerButNotBeyondAChangeThatAnotherProcessMade()
    {
        await using var fixture = new RedisFixture(await redis.ServerAsync());
        using var ours = await ListenAsync(fixture.Connection);
        using var theirs = await ListenAsync(fixture.Connect());
        var (cache, other) = (new UserCache(_store, _time, ours), new UserCache(_store, _time, theirs));
        await cache.FindAsync("u1", default);
        _time.Advance(UserCache.MaxAgeAnnounced - TimeSpan.FromSeconds(1));
        await cache.FindAsync("u1", default);
        Assert.Equal(1, _store.Reads);

        await other.ChangedAsync("u1");

        // The cache's clock stands still: only the announcement can make the entry old.
        await Eventually.TrueAsync(async () => await cache.FindAsync("u1", default) is not null && _store.Reads == 2);
        _time.Advance(UserCache.MaxAgeAnnounced);
        await cache.FindAsync("u1", default);
        Assert.Equal(3, _store.Reads);
    }

    [Fact]
    public async Task WithRedisAwayNothingIsAnnouncedAndWhatMayHaveBeenMissedIsNotBelieved()
    {
        await using var server = await RedisServer.StartAsync();
        await using var fixture = new RedisFixture(server);
        using var changes = await ListenAsync(fixture.Connection);
        var before = changes.Version();
        await server.KillAsync();
        await changes.AnnounceAsync();
        await Eventually.TrueAsync(() => Task.FromResult(changes.Version() is null));

        await server.RestartAsync();

        await Eventually.TrueAsync(() => Task.FromResult(changes.Version() is not null));
        Assert.NotEqual(before, changes.Version());
    }

    [Fact]
    public async Task AChangeIsSeenThoughTheCounterBeganAnewAndHasTheNumberThatItHadBefore()
    {
        await using var fixture = new RedisFixture(await redis.ServerAsync());
        using var changes = await ListenAsync(fixture.Connection);
        using var theirs = await ListenAsync(fixture.Connect());
        var before = changes.Version();
        await theirs.AnnounceAsync();
        await Eventually.TrueAsync(() => Task.FromResult(changes.Version() != before));
        // The message of that change and the look that found it are over.
        await Task.Delay(RedisUserChanges.LookEvery * 2, TestContext.Current.CancellationToken);
        before = changes.Version();

        // Within a look, as by a Redis that starts again without its data.
        await fixture.ExecuteAsync("DEL", fixture.Key("user-changes"));
        await theirs.AnnounceAsync();

        await Eventually.TrueAsync(() => Task.FromResult(changes.Version() is { } now && now != before));
    }

    private static async Task<RedisUserChanges> ListenAsync(RedisConnection connection)
    {
        var changes = new RedisUserChanges(connection, TimeProvider.System, NullLogger<RedisUserChanges>.Instance);
        await changes.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => Task.FromResult(changes.Version() is not null));
        return changes;
    }

    private sealed class CountingStore() : ForwardingUserStore(null!)
    {
        public User? User { get; set; } = new("6b018b08c371b1bcac5105a2", "u1", "", "", "", 0, 0, 0, default, false);

        public Action? DuringRead { get; set; }

        public int Reads { get; private set; }

        public override Task<User?> FindAsync(string uid, CancellationToken cancellation)
        {
            Reads++;
            DuringRead?.Invoke();
            return Task.FromResult(User);
        }
    }
}
