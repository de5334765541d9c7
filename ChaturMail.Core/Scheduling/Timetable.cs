using NodaTime;
using NodaTime.Text;
using NodaTime.TimeZones;

namespace ChaturMail.Core.Scheduling;

/// <summary>
/// When a schedule comes. Occurrences keep their local time: nine o'clock stays nine o'clock across changes of the offset. A local time that
/// the zone leaves out is moved forward by as much as is left out (02:30 becomes 03:30), one that it has twice is the earlier of the two. Zones are those of the
/// IANA database that NodaTime brings (https://nodatime.org/3.2.x/userguide/tzdb). Pure functions.
/// </summary>
public static class Timetable
{
    private static readonly LocalDateTimePattern DateTime = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss");
    private static readonly LocalDateTimePattern DateTimeInMinutes = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm");
    private static readonly LocalDatePattern Date = LocalDatePattern.Iso;

    // Sunday is 0 for the framework and 7 for ISO 8601.
    private const int DaysOfAWeek = 7;

    /// <summary>True for the name of a zone, e.g. <c>Asia/Kolkata</c>.</summary>
    public static bool IsZone(string name) => name.Length <= 64 && DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) is not null;

    /// <summary>
    /// A local date and time in the form in which it is kept, or null for what is none; seconds may be left out. The years 1 to 9998: at their ends a local time
    /// is a moment in no zone but some.
    /// </summary>
    public static string? ReadTime(string text) =>
        DateTime.Parse(text) is { Success: true, Value: { Year: > 0 and < 9999 } exact } ? DateTime.Format(exact)
        : DateTimeInMinutes.Parse(text) is { Success: true, Value: { Year: > 0 and < 9999 } minutes } ? DateTime.Format(minutes)
        : null;

    /// <summary>True for a date, <c>2026-12-31</c>.</summary>
    public static bool IsDate(string text) => Date.Parse(text).Success;

    /// <summary>The day of the week of a local date and time.</summary>
    public static DayOfWeek DayOf(string localTime) => (DayOfWeek)((int)DateTime.Parse(localTime).Value.DayOfWeek % DaysOfAWeek);

    /// <summary>The local date and time of a moment, with milliseconds cut off.</summary>
    /// <param name="on">Unix milliseconds.</param>
    public static string LocalTime(long on, string zone) => DateTime.Format(Instant.FromUnixTimeMilliseconds(on).InZone(ZoneOf(zone)).LocalDateTime);

    /// <summary>The moment of a local time, Unix milliseconds.</summary>
    public static long MomentOf(string localTime, string zone) => Resolve(DateTime.Parse(localTime).Value, ZoneOf(zone));

    /// <summary>The first occurrence: the first day of the rule on or after the start. Null when there is none until the rule's end.</summary>
    public static NextRun? First(string start, string zone, Recurrence rule)
    {
        var local = DateTime.Parse(start).Value;
        return Find(local.Date, local.Date, local.TimeOfDay, ZoneOf(zone), rule, after: long.MinValue);
    }

    /// <summary>The occurrence after one. Null when that was the last.</summary>
    /// <param name="number">Of that occurrence, from 1.</param>
    /// <param name="most">The most occurrences of any schedule.</param>
    public static NextRun? After(string start, string zone, Recurrence rule, NextRun last, int number, int most)
    {
        if (rule.Kind == RecurrenceKind.None || number >= Math.Min(rule.Count ?? most, most)) return null;
        var local = DateTime.Parse(start).Value;
        // Later than the last: where a zone leaves out a whole day (Apia, 2011-12-30), the day's occurrence falls together with the next one's.
        return Find(local.Date, Date.Parse(last.Date).Value.PlusDays(1), local.TimeOfDay, ZoneOf(zone), rule, last.On);
    }

    /// <summary>A rule with what it takes from its start written down, so that a later start, on the last day of a shorter month, moves no day.</summary>
    public static Recurrence Fixed(Recurrence rule, string start) =>
        rule is { Kind: RecurrenceKind.Monthly, DayOfMonth: null } ? rule with { DayOfMonth = DateTime.Parse(start).Value.Day } : rule;

    private static NextRun? Find(LocalDate start, LocalDate from, LocalTime at, DateTimeZone zone, Recurrence rule, long after)
    {
        LocalDate? until = rule.Until is null ? null : Date.Parse(rule.Until).Value;
        for (var date = FirstDay(start, from, rule); until is null || date <= until; date = FirstDay(start, date.PlusDays(1), rule))
        {
            var on = Resolve(date + at, zone);
            if (on > after) return new NextRun(Date.Format(date), on);
        }

        return null;
    }

    // The first day of the rule, on a date or after it.
    private static LocalDate FirstDay(LocalDate start, LocalDate from, Recurrence rule)
    {
        switch (rule.Kind)
        {
            case RecurrenceKind.Weekdays:
                while (from.DayOfWeek is IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday) from = from.PlusDays(1);
                return from;
            case RecurrenceKind.Weekly:
                while (!rule.Days.Contains((DayOfWeek)((int)from.DayOfWeek % DaysOfAWeek))) from = from.PlusDays(1);
                return from;
            case RecurrenceKind.Monthly:
                var day = DayOf(from, rule.DayOfMonth ?? start.Day);
                return day >= from ? day : DayOf(from.With(DateAdjusters.StartOfMonth).PlusMonths(1), rule.DayOfMonth ?? start.Day);
            default:
                return from;
        }
    }

    private static LocalDate DayOf(LocalDate month, int day) => new(month.Year, month.Month, Math.Min(day, month.Calendar.GetDaysInMonth(month.Year, month.Month)));

    // Forward by the gap, and the earlier of two, is what NodaTime calls lenient.
    private static long Resolve(LocalDateTime local, DateTimeZone zone) => local.InZone(zone, Resolvers.LenientResolver).ToInstant().ToUnixTimeMilliseconds();

    // Names were checked when they came in; one that a later database has dropped is UTC rather than never.
    private static DateTimeZone ZoneOf(string name) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) ?? DateTimeZone.Utc;
}

/// <summary>An occurrence to come.</summary>
/// <param name="Date">Its local date, <c>2026-12-01</c>.</param>
/// <param name="On">Its moment, Unix milliseconds.</param>
public sealed record NextRun(string Date, long On);
