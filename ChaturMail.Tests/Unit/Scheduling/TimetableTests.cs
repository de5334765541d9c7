using System.Globalization;
using ChaturMail.Core.Scheduling;

namespace ChaturMail.Tests.Unit.Scheduling;

/// <summary>When schedules come, in zones that make it hard.</summary>
public sealed class TimetableTests
{
    private const int Most = 366;

    private static readonly Recurrence Daily = new(RecurrenceKind.Daily, [], null, null, null);

    [Theory]
    // New York springs forward at 02:00 on 8 March 2026: 02:30 is moved by the hour that is left out, and the day after it is itself again.
    [InlineData("America/New_York", "2026-03-07T02:30:00", "2026-03-07T07:30:00Z", "2026-03-08T07:30:00Z", "2026-03-09T06:30:00Z")]
    // And back at 02:00 on 1 November 2026: 01:30 is the earlier of the two, still on summer time.
    [InlineData("America/New_York", "2026-10-31T01:30:00", "2026-10-31T05:30:00Z", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z")]
    // Nine o'clock stays nine o'clock.
    [InlineData("Europe/Berlin", "2026-03-28T09:00:00", "2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z", "2026-03-30T07:00:00Z")]
    // Kolkata never changes, and is half an hour off.
    [InlineData("Asia/Kolkata", "2026-03-28T09:00:00", "2026-03-28T03:30:00Z", "2026-03-29T03:30:00Z", "2026-03-30T03:30:00Z")]
    // Lord Howe moves by half an hour: 02:15 on 4 October 2026 becomes 02:45 (+11).
    [InlineData("Australia/Lord_Howe", "2026-10-03T02:15:00", "2026-10-02T15:45:00Z", "2026-10-03T15:45:00Z", "2026-10-04T15:15:00Z")]
    // São Paulo left midnight out on 4 November 2018.
    [InlineData("America/Sao_Paulo", "2018-11-03T00:00:00", "2018-11-03T03:00:00Z", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z")]
    // Apia left out the whole of 30 December 2011: that day falls together with the next, and comes once.
    [InlineData("Pacific/Apia", "2011-12-29T09:00:00", "2011-12-29T19:00:00Z", "2011-12-30T19:00:00Z", "2011-12-31T19:00:00Z")]
    public void ADailyTimeIsTheLocalTimeWhateverTheOffsetDoes(string zone, string start, string first, string second, string third) =>
        Assert.Equal([first, second, third], Moments(start, zone, Daily).Take(3).Select(Utc));

    [Theory]
    [InlineData("2026-12-01T09:00", "2026-12-01T09:00:00")]
    [InlineData("9998-12-31T23:30", "9998-12-31T23:30:00")]
    [InlineData("9999-12-31T23:30", null)]
    [InlineData("9999-12-31T23:30:00", null)]
    [InlineData("0000-01-01T00:00", null)]
    [InlineData("-0001-01-01T00:00:00", null)]
    public void ATimeThatIsReadIsAMomentInEveryZone(string text, string? read)
    {
        Assert.Equal(read, Timetable.ReadTime(text));
        if (read is null) return;
        Assert.NotNull(Timetable.First(read, "America/New_York", Daily));
        Assert.NotNull(Timetable.First(read, "Pacific/Kiritimati", Daily));
    }

    [Theory]
    [InlineData(31, "2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30")]
    [InlineData(29, "2027-01-29", "2027-02-28", "2027-03-29", "2027-04-29")]
    [InlineData(15, "2027-02-15", "2027-03-15", "2027-04-15", "2027-05-15")]
    [InlineData(null, "2027-01-20", "2027-02-20", "2027-03-20", "2027-04-20")]
    public void AMonthlyDayThatAMonthLacksIsItsLast(int? day, params string[] dates) => Assert.Equal(
        dates, Runs("2027-01-20T10:00:00", "UTC", new Recurrence(RecurrenceKind.Monthly, [], day, null, null)).Take(4).Select(run => run.Date));

    [Fact]
    public void ALeapDayIsKept() => Assert.Equal(
        ["2028-01-31", "2028-02-29", "2028-03-31"],
        Runs("2028-01-31T10:00:00", "UTC", new Recurrence(RecurrenceKind.Monthly, [], 31, null, null)).Take(3).Select(run => run.Date));

    [Fact]
    public void WeekdaysAndDaysOfTheWeekBeginWithTheFirstThatFits()
    {
        // A Saturday.
        const string Start = "2026-11-28T08:00:00";
        Assert.Equal(
            ["2026-11-30", "2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04", "2026-12-07"],
            Runs(Start, "UTC", new Recurrence(RecurrenceKind.Weekdays, [], null, null, null)).Take(6).Select(run => run.Date));
        Assert.Equal(
            ["2026-11-29", "2026-12-02", "2026-12-06", "2026-12-09"],
            Runs(Start, "UTC", new Recurrence(RecurrenceKind.Weekly, [DayOfWeek.Wednesday, DayOfWeek.Sunday], null, null, null)).Take(4).Select(run => run.Date));
    }

    [Fact]
    public void ItEndsWithItsCountItsDateOrTheMostThatThereMayBe()
    {
        const string Start = "2026-11-28T08:00:00";
        Assert.Equal(3, Runs(Start, "UTC", Daily with { Count = 3 }).Count());
        Assert.Equal("2026-12-02", Runs(Start, "UTC", Daily with { Until = "2026-12-02" }).Last().Date);
        Assert.Equal(Most, Runs(Start, "UTC", Daily).Count());
        Assert.Single(Runs(Start, "UTC", Recurrence.Once));
        Assert.Null(Timetable.First(Start, "UTC", Daily with { Until = "2026-11-27" }));
    }

    [Theory]
    [InlineData("America/New_York")]
    [InlineData("Asia/Kolkata")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("America/Sao_Paulo")]
    [InlineData("Pacific/Apia")]
    [InlineData("Africa/Casablanca")]
    [InlineData("Europe/London")]
    [InlineData("Pacific/Kiritimati")]
    public void OccurrencesRiseAndKeepTheirLocalTimeButWhereTheZoneLeavesItOut(string zone)
    {
        var random = new Random(20_261_122);
        for (var run = 0; run < 60; run++)
        {
            var start = new DateTime(2005 + random.Next(25), 1 + random.Next(12), 1 + random.Next(28), random.Next(24), random.Next(60), random.Next(60));
            var rule = (RecurrenceKind)random.Next(1, 5) switch
            {
                RecurrenceKind.Weekly => new Recurrence(RecurrenceKind.Weekly, [.. Enum.GetValues<DayOfWeek>().Where(_ => random.Next(2) == 0).DefaultIfEmpty(DayOfWeek.Friday)], null, null, null),
                RecurrenceKind.Monthly => new Recurrence(RecurrenceKind.Monthly, [], random.Next(1, 32), null, null),
                var kind => new Recurrence(kind, [], null, null, null),
            };
            var local = start.ToString("s", CultureInfo.InvariantCulture);
            var time = local[10..];
            long last = long.MinValue;
            foreach (var next in Runs(local, zone, rule).Take(100))
            {
                Assert.True(next.On > last, $"{zone} {local} {rule}: {next} does not come after the one before");
                last = next.On;
                var shown = Timetable.LocalTime(next.On, zone);
                // Moved forward by what is left out: never by more than a day, never back, and the same moment by its own name.
                var wanted = DateTime.Parse(next.Date + time, CultureInfo.InvariantCulture);
                var moved = DateTime.Parse(shown, CultureInfo.InvariantCulture) - wanted;
                Assert.InRange(moved, TimeSpan.Zero, TimeSpan.FromDays(1));
                Assert.Equal(next.On, Timetable.MomentOf(next.Date + time, zone));
                Assert.True(
                    rule.Kind != RecurrenceKind.Weekdays || wanted.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday), "a weekday is none of the weekend");
            }
        }
    }

    [Theory]
    [InlineData("2026-12-01T09:00", "2026-12-01T09:00:00")]
    [InlineData("2026-12-01T09:00:30", "2026-12-01T09:00:30")]
    [InlineData("2026-12-01 09:00", null)]
    [InlineData("2026-12-01T09:00Z", null)]
    [InlineData("2026-02-29T09:00", null)]
    [InlineData("2026-12-01T24:00", "2026-12-02T00:00:00")]
    [InlineData("", null)]
    public void ALocalTimeIsReadStrictly(string text, string? read) => Assert.Equal(read, Timetable.ReadTime(text));

    [Theory]
    [InlineData("Asia/Kolkata", true)]
    [InlineData("UTC", true)]
    [InlineData("Mars/Olympus", false)]
    [InlineData("../etc/passwd", false)]
    [InlineData("", false)]
    public void AZoneIsANameOfTheDatabase(string name, bool known) => Assert.Equal(known, Timetable.IsZone(name));

    private static IEnumerable<NextRun> Runs(string start, string zone, Recurrence rule)
    {
        var run = Timetable.First(start, zone, rule);
        for (var number = 1; run is not null; number++)
        {
            yield return run;
            run = Timetable.After(start, zone, rule, run, number, Most);
        }
    }

    private static IEnumerable<long> Moments(string start, string zone, Recurrence rule) => Runs(start, zone, rule).Select(run => run.On);

    private static string Utc(long on) => DateTimeOffset.FromUnixTimeMilliseconds(on).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
