using ChaturMail.Core.Generation;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Contracts;

namespace ChaturMail.Tests.Unit;

/// <summary>How jobs are counted for the operators.</summary>
public sealed class JobFiguresTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_790_000_040);

    [Theory]
    [InlineData(10, 10, "10")]
    [InlineData(500, 950, "10 20 30 40 50 60 70 80 90 100")]
    [InlineData(20, 30, "10 20 30")]
    public void TimesAreTakenByTheNearestRank(int median, int percentile95, string times)
    {
        // A hundred jobs for the list of ten, ten of each, else one of each.
        var of = times.Split(' ').Select(t => long.Parse(t, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        var figures = JobFigures.Of(Start, 1, [], [], of.Count == 10 ? Enumerable.Range(1, 100).Select(i => ((long)i, 1L)).Reverse() : of.Select(t => (t / 10, 1L)));
        Assert.Equal((median, percentile95), ((int)figures.Times!.Median.TotalMilliseconds, (int)figures.Times.Percentile95.TotalMilliseconds));
    }

    [Fact]
    public void AClockThatWasSetBackMakesNoNegativeTime() =>
        Assert.Equal(TimeSpan.Zero, JobFigures.Of(Start, 1, [], [], [(-5, 1)]).Times!.Median);

    [Fact]
    public void AFailureWithoutACodeIsThatOfAPoisonedJob() => Assert.Equal(
        [new JobFailures(FailureCode.Poisoned, 2)], JobFigures.Of(Start, 1, [], [(0, JobState.Failed, null, 2)], []).Failures);

    [Fact]
    public async Task EverySumOfTheEmbeddedStoreReadsOneRangeOfACoveringIndex()
    {
        await using var stores = new SqliteFixture();
        foreach (var sql in new[] { SqliteUsageStore.JobsAccepted, SqliteUsageStore.JobsEnded, SqliteUsageStore.JobsDoneBySteps })
        {
            var plan = stores.Database.Read(db => db.List(row => row.GetString(3), "EXPLAIN QUERY PLAN " + sql, 1L, 2L));
            Assert.Contains(plan, step => step.Contains("USING COVERING INDEX", StringComparison.Ordinal) && step.Contains("_at>", StringComparison.Ordinal));
            Assert.DoesNotContain(plan, step => step.StartsWith("SCAN", StringComparison.Ordinal));
        }
    }
}
