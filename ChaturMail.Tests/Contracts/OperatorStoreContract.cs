using ChaturMail.Core.Coins;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Feedback;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Storage;

namespace ChaturMail.Tests.Contracts;

/// <summary>What every store does for operators: finding users, making operators, reading feedback, sums by day.</summary>
public abstract class OperatorStoreContract
{
    protected abstract StoreFixture Open();

    [Fact]
    public async Task AnOperatorIsMadeAndUnmade()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        await stores.SignInAsync("u2");
        Assert.False((await stores.Users.FindAsync("u1", default))!.IsAdmin);

        Assert.True(await stores.Users.SetAdminAsync("u1", true, default));
        Assert.True((await stores.Users.FindAsync("u1", default))!.IsAdmin);
        Assert.True((await stores.SignInAsync("u1")).IsAdmin);
        Assert.False((await stores.Users.FindAsync("u2", default))!.IsAdmin);
        Assert.True(await stores.Users.SetAdminAsync("u1", false, default));
        Assert.False((await stores.Users.FindAsync("u1", default))!.IsAdmin);
        Assert.False(await stores.Users.SetAdminAsync("nobody", true, default));
    }

    [Fact]
    public async Task UsersAreFoundByPartsOfAddressAndNameInAnyCaseAndByTheWholeUid()
    {
        await using var stores = Open();
        await stores.Users.SignInAsync(StoreFixture.SignInOf("u1", "Asha Rao"), default);
        await stores.Users.SignInAsync(StoreFixture.SignInOf("u22", "Priya (HR) Nair"), default);
        await stores.Users.SignInAsync(StoreFixture.SignInOf("u333", "Jürgen Groß"), default);
        async Task<string> FindAsync(string? search) => string.Join(' ', (await stores.Users.SearchAsync(search, 10, null, default)).Select(u => u.Uid));

        Assert.Equal("u333 u22 u1", await FindAsync(null));
        Assert.Equal("u333 u22 u1", await FindAsync("@EXAMPLE.com"));
        Assert.Equal("u22", await FindAsync("(hr)"));
        Assert.Equal("u333", await FindAsync("JÜRGEN"));
        Assert.Equal("u22", await FindAsync("u22"));
        Assert.Equal("", await FindAsync(".*"));
        Assert.Equal("", await FindAsync("nobody"));
    }

    [Fact]
    public async Task UsersComeNewestFirstPageByPageAndErasedOnesNot()
    {
        await using var stores = Open();
        for (var i = 0; i < 10; i++) await stores.SignInAsync($"u{i}");
        await stores.Users.DeleteAsync("u5", default);

        var found = new List<string>();
        EmailCursor? after = null;
        while (await stores.Users.SearchAsync("example", 3, after, default) is { Count: > 0 } page)
        {
            Assert.True(page.Count <= 3);
            found.AddRange(page.Select(user => user.Uid));
            after = new EmailCursor(page[^1].CreatedOn.ToUnixTimeSeconds(), page[^1].Id);
        }

        Assert.Equal(["u9", "u8", "u7", "u6", "u4", "u3", "u2", "u1", "u0"], found);
    }

    [Fact]
    public async Task FeedbackComesNewestFirstPageByPageAndIsDeletedOnce()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        // Two in one millisecond, too.
        var kept = new List<FeedbackMessage>();
        for (var i = 0; i < 7; i++)
        {
            kept.Add(new FeedbackMessage(DocumentId.New(stores.Time), "u1", "u1@example.com", "A subject", $"Message {i}", 1_790_000_000_000 + i / 2));
            Assert.True(await stores.Feedback.AddAsync(kept[i], default));
        }

        var found = new List<FeedbackMessage>();
        EmailCursor? after = null;
        while (await stores.Feedback.ListAsync(3, after, default) is { Count: > 0 } page)
        {
            found.AddRange(page);
            after = new EmailCursor(page[^1].CreatedOn, page[^1].Id);
        }

        Assert.Equal(Enumerable.Reverse(kept), found);
        Assert.True(await stores.Feedback.DeleteAsync(kept[3].Id, default));
        Assert.False(await stores.Feedback.DeleteAsync(kept[3].Id, default));
        Assert.False(await stores.Feedback.DeleteAsync("1", default));
        Assert.Equal(6, (await stores.Feedback.ListAsync(10, null, default)).Count);
    }

    [Fact]
    public async Task ADaysSumsAreThoseOfThatDay()
    {
        await using var stores = Open();
        var today = DateOnly.FromDateTime(stores.Time.GetUtcNow().UtcDateTime);
        await stores.SignInAsync("u1");
        await stores.SignInAsync("u2");
        await stores.SignInAsync("u3");
        foreach (var uid in new[] { "u1", "u1", "u2" }) await stores.GenerateAsync(uid);

        var days = await stores.Usage.ListDaysAsync(today.AddDays(-2), today.AddDays(1), default);

        Assert.Equal([today.AddDays(1), today, today.AddDays(-1), today.AddDays(-2)], days.Select(day => day.Day));
        var (signUps, active, emails) = (days.Sum(day => day.SignUps), days.Sum(day => day.ActiveUsers), days.Sum(day => day.Emails));
        // Of whichever of the days: the test may run over midnight.
        Assert.Equal((3L, 3L), (signUps, emails));
        Assert.InRange(active, 2, 3);
    }

    [Fact]
    public async Task TheCoinsOfADayAreSummedByWhyTheyMoved()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var day = new DateOnly(2026, 3, 5);
        var start = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
        var number = 0;
        Task ApplyAsync(DateTimeOffset at, CoinKind kind, long coins, long spent = 0) =>
            stores.Coins.ApplyAsync(new CoinEntry($"test:{number++}", "u1", kind, coins, spent, "", at), null, default);
        await ApplyAsync(start.AddMilliseconds(-1), CoinKind.Grant, 1);
        await ApplyAsync(start, CoinKind.Grant, 500);
        await ApplyAsync(start.AddHours(1), CoinKind.Grant, -100);
        await ApplyAsync(start.AddHours(2), CoinKind.Reserve, -250);
        await ApplyAsync(start.AddHours(3), CoinKind.Settle, 0, 250);
        await ApplyAsync(start.AddHours(4), CoinKind.Reward, 20);
        await ApplyAsync(start.AddHours(5), CoinKind.Reward, 30);
        await ApplyAsync(start.AddHours(23), CoinKind.Purchase, 4000);
        await ApplyAsync(start.AddDays(1), CoinKind.Purchase, 7);

        // On MongoDB entries wait beside the account for up to a minute; reading the history brings them out.
        await stores.Coins.ListAsync("u1", 1, null, default);
        var sums = (await stores.Usage.ListDaysAsync(day.AddDays(-1), day.AddDays(1), default)).Select(d => d.Coins).ToList();

        Assert.Equal(
            [new CoinsOfDay(0, 0, 0, 0, 0, 7), new CoinsOfDay(250, 500, 100, 50, 2, 4000), new CoinsOfDay(0, 1, 0, 0, 0, 0)], sums);
    }

    [Fact]
    public async Task JobsAreCountedInTheMinutesOfTheirAcceptanceAndOfTheirEnd()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1", 10_000);
        await stores.SignInAsync("u2");
        var now = stores.Time.GetUtcNow();
        var first = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds() / 60 * 60).AddMinutes(-30);
        async Task<GenerationJob> AcceptAsync(DateTimeOffset at, string uid = "u1")
        {
            var job = stores.JobOf(uid) with { AcceptedAt = at };
            Assert.Equal(Acceptance.Accepted, await stores.Jobs.AcceptAsync(job, default));
            return job;
        }

        // Ends are now; the minute may change while the test runs.
        await AcceptAsync(first.AddMilliseconds(-1));
        await AcceptAsync(first);
        await AcceptAsync(first.AddMinutes(1).AddMilliseconds(-1));
        await stores.Jobs.CompleteAsync(await AcceptAsync(now.AddMinutes(-2)), StoreFixture.Answer(), default);
        await stores.Jobs.CompleteAsync(await AcceptAsync(now.AddHours(-3)), StoreFixture.Answer(), default);
        foreach (var code in new[] { FailureCode.NotSupported, FailureCode.ModelUnavailable, FailureCode.NotSupported })
            await stores.Jobs.FailAsync((await AcceptAsync(first.AddMinutes(5))).Id, code, default);
        var reopened = await AcceptAsync(first.AddMinutes(5));
        await stores.Jobs.FailAsync(reopened.Id, FailureCode.ModelUnavailable, default);
        await stores.Jobs.ReopenAsync(reopened.Id, default);
        await AcceptAsync(first.AddMinutes(6), "u2");
        await stores.Users.DeleteAsync("u2", default);

        var figures = await stores.Usage.MeasureJobsAsync(first, 60, default);

        Assert.Equal(Enumerable.Range(0, 60).Select(minute => first.AddMinutes(minute)), figures.Minutes.Select(minute => minute.Begin));
        Assert.Equal([2, 0, 0, 0, 0, 4, 0], figures.Minutes.Take(7).Select(minute => minute.Accepted));
        Assert.Equal((7L, 2L, 3L), (figures.Minutes.Sum(m => m.Accepted), figures.Minutes.Sum(m => m.Done), figures.Minutes.Sum(m => m.Failed)));
        Assert.All(figures.Minutes.Take(30), minute => Assert.Equal((0, 0), (minute.Done, minute.Failed)));
        Assert.Equal([new JobFailures(FailureCode.NotSupported, 2), new JobFailures(FailureCode.ModelUnavailable, 1)], figures.Failures);
        Assert.InRange(figures.Times!.Median, TimeSpan.FromMinutes(2) - TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(10));
        // Longer ones are not told apart.
        Assert.Equal(TimeSpan.FromHours(1), figures.Times.Percentile95);
    }

    [Fact]
    public async Task MinutesWithoutJobsAreCountedAsWell()
    {
        await using var stores = Open();
        var first = DateTimeOffset.FromUnixTimeSeconds(1_790_000_040);
        var figures = await stores.Usage.MeasureJobsAsync(first, 3, default);
        Assert.Equal([new(first, 0, 0, 0), new(first.AddMinutes(1), 0, 0, 0), new(first.AddMinutes(2), 0, 0, 0)], figures.Minutes);
        Assert.Empty(figures.Failures);
        Assert.Null(figures.Times);
        Assert.Equal(JobFigures.MostMinutes, (await stores.Usage.MeasureJobsAsync(first, 1000, default)).Minutes.Count);
    }
}
