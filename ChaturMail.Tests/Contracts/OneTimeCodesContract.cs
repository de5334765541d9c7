using ChaturMail.Core.Codes;
using ChaturMail.Core.Codes.Embedded;
using ChaturMail.Core.Codes.Redis;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Contracts;

/// <summary>The codes of one adapter, for which time passes when the test says so.</summary>
public abstract class OneTimeCodesFixture : IAsyncDisposable
{
    public IOneTimeCodes Codes => Open(new DerivedKeys("a key", []));

    /// <summary>The same codes as a process with these keys sees them.</summary>
    public abstract IOneTimeCodes Open(DerivedKeys keys);

    public abstract Task PassAsync(TimeSpan by);

    public abstract ValueTask DisposeAsync();

    /// <summary>Makes a code, and a wrong one.</summary>
    public async Task<(string Right, string Wrong)> IssueAsync(string subject = "asha")
    {
        var issue = await Codes.IssueAsync("reset", subject, default);
        Assert.Matches("^[0-9]{6}$", issue.Code);
        Assert.Equal(IOneTimeCodes.ResendAfter, issue.Wait);
        return (issue.Code!, issue.Code == "000000" ? "000001" : "000000");
    }

    public Task<CodeCheck> RedeemAsync(string code, string subject = "asha", string purpose = "reset") => Codes.RedeemAsync(purpose, subject, code, default);
}

/// <summary>What every <see cref="IOneTimeCodes"/> does.</summary>
public abstract class OneTimeCodesContract
{
    protected abstract Task<OneTimeCodesFixture> OpenAsync();

    [Fact]
    public async Task ACodeIsGoodOnceHoweverManyUseItAtOnce()
    {
        await using var f = await OpenAsync();
        var (right, _) = await f.IssueAsync();

        var checks = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => f.RedeemAsync(right))));

        Assert.Equal((1, 49), (checks.Count(c => c == CodeCheck.Good), checks.Count(c => c == CodeCheck.Gone)));
    }

    [Fact]
    public async Task FourWrongTriesLeaveTheRightOneGoodAndTheFifthEndsIt()
    {
        await using var f = await OpenAsync();
        foreach (var (subject, tries, then) in new[] { ("asha", 4, CodeCheck.Good), ("maria", 5, CodeCheck.Gone) })
        {
            var (right, wrong) = await f.IssueAsync(subject);
            for (var i = 0; i < tries; i++) Assert.Equal(CodeCheck.Wrong, await f.RedeemAsync(wrong, subject));
            Assert.Equal(then, await f.RedeemAsync(right, subject));
        }
    }

    [Fact]
    public async Task OfManyWrongTriesAtOnceFiveAreLookedAt()
    {
        await using var f = await OpenAsync();
        var (_, wrong) = await f.IssueAsync();

        var checks = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => f.RedeemAsync(wrong))));

        Assert.Equal((5, 45), (checks.Count(c => c == CodeCheck.Wrong), checks.Count(c => c == CodeCheck.Gone)));
    }

    [Fact]
    public async Task OfTriesThatAreTakenAtOnceFiveAreGrantedAndTheFifthMayBeTheRightOne()
    {
        await using var f = await OpenAsync();
        var (right, _) = await f.IssueAsync();
        for (var i = 0; i < 5; i++) Assert.True(await f.Codes.TakeTryAsync("reset", "asha", default));
        Assert.Equal(CodeCheck.Good, await f.RedeemAsync(right));
        Assert.False(await f.Codes.TakeTryAsync("reset", "asha", default));

        (right, _) = await f.IssueAsync("maria");
        var taken = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => f.Codes.TakeTryAsync("reset", "maria", default))));

        Assert.Equal(5, taken.Count(t => t));
        Assert.Equal(CodeCheck.Good, await f.RedeemAsync(right, "maria"));
    }

    [Fact]
    public async Task ACodeIsGoodForTenMinutes()
    {
        await using var f = await OpenAsync();
        foreach (var (subject, seconds, then) in new[] { ("asha", 595, CodeCheck.Good), ("maria", 601, CodeCheck.Gone) })
        {
            var (right, _) = await f.IssueAsync(subject);
            await f.PassAsync(TimeSpan.FromSeconds(seconds));
            Assert.Equal(then, await f.RedeemAsync(right, subject));
        }

        await f.IssueAsync("priya");
        await f.PassAsync(TimeSpan.FromSeconds(601));
        Assert.False(await f.Codes.TakeTryAsync("reset", "priya", default));
    }

    [Fact]
    public async Task AnotherComesAfterAMinuteAndTakesThePlaceOfTheFirst()
    {
        await using var f = await OpenAsync();
        var (first, _) = await f.IssueAsync();
        await f.PassAsync(TimeSpan.FromSeconds(20));
        var tooSoon = await f.Codes.IssueAsync("reset", "asha", default);
        Assert.Null(tooSoon.Code);
        Assert.InRange(tooSoon.Wait, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(40));
        await f.PassAsync(TimeSpan.FromSeconds(41));

        var (second, _) = await f.IssueAsync();

        if (first != second) Assert.Equal(CodeCheck.Wrong, await f.RedeemAsync(first));
        Assert.Equal(CodeCheck.Good, await f.RedeemAsync(second));
    }

    [Fact]
    public async Task FiveAreMadeInAnHourUsedOrNot()
    {
        await using var f = await OpenAsync();
        for (var i = 0; i < 5; i++)
        {
            var (right, _) = await f.IssueAsync();
            Assert.Equal(CodeCheck.Good, await f.RedeemAsync(right));
            await f.PassAsync(TimeSpan.FromSeconds(61));
        }

        var refused = await f.Codes.IssueAsync("reset", "asha", default);
        Assert.Null(refused.Code);
        // 305 of 3600 seconds are over, and however long the test itself took.
        Assert.InRange(refused.Wait, TimeSpan.FromSeconds(3100), TimeSpan.FromSeconds(3295));
        await f.PassAsync(refused.Wait + TimeSpan.FromSeconds(1));

        await f.IssueAsync();
    }

    [Fact]
    public async Task OfManyAskedForAtOnceOneIsMade()
    {
        await using var f = await OpenAsync();
        var issues = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => f.Codes.IssueAsync("reset", "asha", default))));
        Assert.Equal(CodeCheck.Good, await f.RedeemAsync(Assert.Single(issues, issue => issue.Code is not null).Code!));
    }

    [Fact]
    public async Task PurposesAndSubjectsAreApart()
    {
        await using var f = await OpenAsync();
        var (right, _) = await f.IssueAsync();
        Assert.Equal(CodeCheck.Gone, await f.RedeemAsync(right, "maria"));
        Assert.Equal(CodeCheck.Gone, await f.RedeemAsync(right, purpose: "verify"));
        Assert.NotNull((await f.Codes.IssueAsync("verify", "asha", default)).Code);
        Assert.NotNull((await f.Codes.IssueAsync("reset", "odd {subject}\nwith \0 characters", default)).Code);
        Assert.Equal(CodeCheck.Good, await f.RedeemAsync(right));
    }

    [Fact]
    public async Task ACodeOutlivesAChangeOfKeysAndSaysNothingWithoutThem()
    {
        await using var f = await OpenAsync();
        var (right, _) = await f.IssueAsync();
        Assert.Equal(CodeCheck.Wrong, await f.Open(new DerivedKeys("a thief's", [])).RedeemAsync("reset", "asha", right, default));
        Assert.Equal(CodeCheck.Good, await f.Open(new DerivedKeys("new", ["a key"])).RedeemAsync("reset", "asha", right, default));
    }
}

public sealed class EmbeddedOneTimeCodesTests : OneTimeCodesContract
{
    protected override Task<OneTimeCodesFixture> OpenAsync() => Task.FromResult<OneTimeCodesFixture>(new Fixture());

    private sealed class Fixture : OneTimeCodesFixture
    {
        private readonly TextFolder _folder = new();
        private readonly SqliteDatabase _database;
        private readonly ManualTimeProvider _time = new(1_800_000_000);

        public Fixture() => _database = new SqliteDatabase(Path.Combine(_folder.Path, "test.db"));

        public override IOneTimeCodes Open(DerivedKeys keys) => new EmbeddedOneTimeCodes(_database, keys, _time);

        public override Task PassAsync(TimeSpan by)
        {
            _time.Advance(by);
            return Task.CompletedTask;
        }

        public override ValueTask DisposeAsync()
        {
            _database.Dispose();
            _folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

public sealed class RedisOneTimeCodesTests(SharedRedis redis) : OneTimeCodesContract
{
    protected override async Task<OneTimeCodesFixture> OpenAsync() => new Fixture(await redis.ServerAsync());

    [Fact]
    public async Task WithRedisAwayNothingIsMadeOrTakenAndAllRecoversByItself()
    {
        await using var server = await RedisServer.StartAsync();
        await using var f = new Fixture(server);
        var (right, _) = await f.IssueAsync();
        await server.KillAsync();

        await Assert.ThrowsAsync<CodesUnavailableException>(() => f.Codes.IssueAsync("reset", "maria", default));
        await Assert.ThrowsAsync<CodesUnavailableException>(() => f.RedeemAsync(right));
        await Assert.ThrowsAsync<CodesUnavailableException>(() => f.Codes.TakeTryAsync("reset", "asha", default));

        await server.RestartAsync();
        var check = CodeCheck.Gone;
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                check = await f.RedeemAsync(right);
                return true;
            }
            catch (CodesUnavailableException)
            {
                return false;
            }
        });
        Assert.Equal(CodeCheck.Good, check);
    }

    [Fact]
    public async Task WhatIsKeptEndsByItselfAndNamesNobody()
    {
        await using var f = new Fixture(await redis.ServerAsync());
        await f.IssueAsync("asha.rao@example.com");

        var keys = (string[])(await f.Redis.ExecuteAsync("KEYS", $"{{{f.Redis.Options.KeyPrefix}}}:*"))!;

        Assert.Equal(2, keys.Length);
        foreach (var key in keys)
        {
            Assert.DoesNotContain("asha", key, StringComparison.Ordinal);
            Assert.InRange((long)await f.Redis.ExecuteAsync("TTL", key), 1, key.Contains("codes-made", StringComparison.Ordinal) ? 3600 : 600);
        }
    }

    private sealed class Fixture(RedisServer server) : OneTimeCodesFixture
    {
        // Redis's clock cannot be set: what it has written down is moved back instead.
        private const string MoveBack =
            """
            for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
              redis.call('PEXPIRE', key, redis.call('PTTL', key) - ARGV[2])
              if redis.call('TYPE', key).ok == 'zset' then
                for _, member in ipairs(redis.call('ZRANGE', key, 0, -1)) do redis.call('ZINCRBY', key, -ARGV[2], member) end
              end
            end
            return 0
            """;

        public RedisFixture Redis { get; } = new(server);

        public override IOneTimeCodes Open(DerivedKeys keys) => new RedisOneTimeCodes(Redis.Connection, keys);

        public override Task PassAsync(TimeSpan by) => Redis.Connection.EvaluateAsync(
            MoveBack, [], [$"{{{Redis.Options.KeyPrefix}}}:code*", (long)by.TotalMilliseconds], default);

        public override ValueTask DisposeAsync() => Redis.DisposeAsync();
    }
}
