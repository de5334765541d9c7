using System.Globalization;
using ChaturMail.Api.Http;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Admin;

/// <summary>The fields that say which days (UTC) are wanted: <c>from</c> and <c>to</c>, both included.</summary>
internal static class DayFields
{
    private const string Form = "yyyy-MM-dd";
    private const int UsualDays = 7;

    /// <summary>Reads them. Without <c>to</c> it is today, without <c>from</c> six days before that.</summary>
    public static (DateOnly First, DateOnly Last) Read(Check check, string? from, string? to, TimeProvider time)
    {
        var last = Day(check, "to", to) ?? DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var first = Day(check, "from", from) ?? last.AddDays(1 - UsualDays);
        if (first > last || last.DayNumber - first.DayNumber >= IUsageStore.MostDays)
            check.Fail($"The fields 'from' and 'to' must be the first and the last of 1 to {IUsageStore.MostDays} days.");
        return (first, last);
    }

    /// <summary>As it is written in requests and answers: 2026-01-31.</summary>
    public static string Text(DateOnly day) => day.ToString(Form, CultureInfo.InvariantCulture);

    private static DateOnly? Day(Check check, string field, string? value)
    {
        if (value is null) return null;
        // Years that a store's dates can hold.
        if (DateOnly.TryParseExact(value, Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 2000 and <= 2999) return day;
        check.Fail($"The field '{field}' must be a day such as 2026-01-31.");
        return null;
    }
}
