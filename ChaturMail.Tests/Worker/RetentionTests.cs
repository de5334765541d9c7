using ChaturMail.Core.Accounts;
using ChaturMail.Core.Audit;
using ChaturMail.Core.Codes.Embedded;
using ChaturMail.Core.Feedback;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Identity.Local;
using ChaturMail.Core.Limits.Embedded;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Contracts;
using ChaturMail.Tests.Support;
using ChaturMail.Worker;

namespace ChaturMail.Tests.Worker;

/// <summary>What is kept for a while only, seen from before and from after its time.</summary>
public sealed class RetentionTests(SharedRedis shared)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public async Task EachKindOfRecordIsThereADayBeforeItsTimeIsOverAndGoneADayAfter()
    {
        await using var stores = new SqliteFixture();
        await using var fixture = new WorkerFixture();
        var now = TimeProvider.System.GetUtcNow();
        var keep = new RetentionOptions();
        await stores.SignInAsync("u1");
        await stores.Feedback.AddAsync(new FeedbackMessage(DocumentId.New(stores.Time), "u1", "", "subject", "message", now.ToUnixTimeMilliseconds()), default);
        await stores.Audit.AppendAsync(new AuditEntry(DocumentId.New(stores.Time), now, "system", "test", "", ""), default);
        await stores.FormerAccounts.RememberAsync(new FormerAccount("digest", now, DateOnly.FromDateTime(now.UtcDateTime), 0), default);
        await stores.Users.KeepSessionAsync("u1", new Session("s1", "", "google", now, now, now.AddDays(30), false), default);
        await stores.Users.EndTokenAsync("u1", "legacy", now.AddDays(40), default);
        await new EmbeddedOneTimeCodes(stores.Database, new DerivedKeys("a key", []), stores.Time).IssueAsync("reset", "a@example.com", default);
        await stores.LocalAccounts.RegisterAsync(new LocalAccount("local-1", "a@example.com", "", "hash", now, null), default);
        await stores.LocalAccounts.TakeAttemptAsync("key", now + 2 * Day, default);
        await new EmbeddedOnce(stores.Database, stores.Time).TryClaimAsync("id", 9 * Day, default);

        foreach (var (table, time) in new[]
        {
            ("feedback", keep.Feedback), ("audit", keep.Audit), ("former_accounts", new PrivacyOptions().FormerAccounts), ("sessions", 30 * Day),
            ("ended_tokens", 40 * Day), ("local_accounts", 1.5 * Day), ("sign_in_attempts", 3.5 * Day), ("claims", 9 * Day),
        }.OrderBy(row => row.Item2))
        {
            await RunAsync(stores, fixture.Embedded, now + time - Day);
            Assert.Equal((table, 1L), (table, Count(table)));
            await RunAsync(stores, fixture.Embedded, now + time + Day);
            Assert.Equal((table, 0L), (table, Count(table)));
        }

        foreach (var table in new[] { "one_time_codes", "one_time_code_issues" }) Assert.Equal((table, 0L), (table, Count(table)));

        long Count(string table) => stores.Database.Read(db => (long)db.Scalar($"SELECT COUNT(*) FROM {table}")!);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DeadLettersEndByTheirAge(bool onRedis)
    {
        await using var stores = new SqliteFixture();
        await using var embedded = new WorkerFixture();
        await using var redis = onRedis ? new RedisFixture(await shared.ServerAsync()) : null;
        IGenerationQueue queue = redis is null ? embedded.Embedded : redis.OpenQueue(TimeSpan.FromMinutes(10));
        await queue.EnqueueAsync(DocumentId.New(TimeProvider.System), default);
        await queue.BuryAsync(Assert.Single(await queue.TakeAsync(1, TestContext.Current.CancellationToken)), "given up", default);
        var now = TimeProvider.System.GetUtcNow();

        await RunAsync(stores, queue, now + TimeSpan.FromDays(29));
        Assert.Single(await queue.ListDeadAsync(10, default));
        await RunAsync(stores, queue, now + TimeSpan.FromDays(31));
        Assert.Empty(await queue.ListDeadAsync(10, default));
    }

    [Fact]
    public void ASettingThatCannotWorkIsNamed()
    {
        Assert.Empty(new RetentionOptions().Validate());
        Assert.Equal(["Retention:Audit must be 1 to 3650 days."], new RetentionOptions { Audit = TimeSpan.Zero }.Validate());
        Assert.Equal(["Privacy:FormerAccounts must be 0 to 3650 days."], new PrivacyOptions { FormerAccounts = TimeSpan.FromDays(-1) }.Validate());
    }

    private static async Task RunAsync(SqliteFixture stores, IGenerationQueue queue, DateTimeOffset now)
    {
        var retention = new Retention(
            stores.PersonalData, stores.Audit, stores.Spending, queue, new RetentionOptions(), new PrivacyOptions(), new ManualTimeProvider(now));
        foreach (var step in retention.Steps()) await step(default);
    }
}
