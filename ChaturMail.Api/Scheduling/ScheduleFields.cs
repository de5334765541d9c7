using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Mail;
using ChaturMail.Core.Scheduling;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Scheduling;

/// <summary>How something comes again, as clients say it.</summary>
/// <param name="Kind"><c>none</c>, <c>daily</c>, <c>weekdays</c>, <c>weekly</c> or <c>monthly</c>.</param>
/// <param name="Days">Of a weekly one, e.g. <c>monday</c>; that of the first time when absent.</param>
/// <param name="DayOfMonth">Of a monthly one, 1 to 31; that of the first time when absent.</param>
/// <param name="Until">Last date, <c>2026-12-31</c>.</param>
/// <param name="Count">The most occurrences.</param>
public sealed record RecurrenceFields(string? Kind, IReadOnlyList<string?>? Days, int? DayOfMonth, string? Until, int? Count);

/// <summary>Reads what requests about schedules have in common.</summary>
public sealed class ScheduleFields(SchedulingOptions options, PreferencesService preferences, PublicAddress address, IHostEnvironment environment)
{
    private const int MostDays = 7;

    /// <summary>When something is to be sent: in the zone that the request names, else in the user's own, else in UTC.</summary>
    internal async Task<ScheduleTime> TimeAsync(
        Check check, string uid, string? at, string? timeZone, RecurrenceFields? recurrence, CancellationToken cancellation)
    {
        var zone = timeZone ?? (await preferences.FindAsync(uid, cancellation)).TimeZone ?? "UTC";
        return Time(check, at, zone, recurrence is null ? Recurrence.Once : null, recurrence);
    }

    /// <summary>The same, where rule and zone are known.</summary>
    internal ScheduleTime Time(Check check, string? at, string zone, Recurrence? rule, RecurrenceFields? recurrence)
    {
        if (!Timetable.IsZone(zone)) check.Fail("The field 'timeZone' must be the name of a time zone, e.g. Asia/Kolkata.");
        string? start = null;
        if (at is not null && (start = Timetable.ReadTime(at.Trim())) is null)
            check.Fail("The field 'at' must be a local date and time, e.g. 2026-12-01T09:00.");
        return new ScheduleTime(start, zone, rule ?? ReadRule(check, recurrence!, start));
    }

    /// <summary>Addresses of an email.</summary>
    internal IReadOnlyList<string> Recipients(Check check, IReadOnlyList<string?>? to)
    {
        var addresses = (to ?? []).Select(address => address?.Trim() ?? "").ToList();
        if (addresses.Count is 0 || addresses.Count > options.Recipients) check.Fail($"The field 'to' must hold 1 to {options.Recipients} addresses.");
        else if (!addresses.TrueForAll(MailComposer.IsAddress)) check.Fail("The field 'to' must hold plain addresses, e.g. maria.lopez@example.com.");
        else if (addresses.Distinct(StringComparer.OrdinalIgnoreCase).Count() < addresses.Count) check.Fail("The field 'to' holds an address twice.");
        return addresses;
    }

    /// <summary>Ids of pictures.</summary>
    internal static IReadOnlyList<string> Attachments(Check check, IReadOnlyList<string?>? ids)
    {
        var given = (ids ?? []).Select(id => id?.ToLowerInvariant() ?? "").Distinct().ToList();
        if (given.Count > Limits.ScheduledAttachments || !given.TrueForAll(DocumentId.IsValid))
            check.Fail($"The field 'attachments' must hold at most {Limits.ScheduledAttachments} ids of finished uploads.");
        return given;
    }

    /// <summary>The client's own name for a schedule.</summary>
    internal static string? ClientId(Check check, string? clientId) => check.Optional("clientId", clientId, Limits.ScheduleClientId);

    /// <summary>The id of a schedule.</summary>
    internal static string Id(Check check, string? value)
    {
        var id = check.Required("id", value, Limits.Id);
        if (check.Failure is null && !DocumentId.IsValid(id)) check.Fail("The field 'id' must be the id of a schedule.");
        return id.ToLowerInvariant();
    }

    /// <summary>
    /// Where recipients of recurring emails find the Api; null where nobody knows. What host a request names is believed in Development alone: it would be mailed to strangers.
    /// </summary>
    internal string? PublicAddress(HttpRequest request) =>
        environment.IsDevelopment() ? address.Of(request) : address.Configured;

    /// <summary>The answer to what came of a request.</summary>
    internal static IResult Answer(ScheduleResult result, string message) => result switch
    {
        ScheduleResult.Done done => Reply.Ok(message, ScheduleItem.Of(done.Schedule)),
        ScheduleResult.Refused { Code: var code } => Reply.Error(ApiError.All.FirstOrDefault(error => error.Code == code) ?? ApiError.NotFound),
        _ => Reply.Error(ApiError.Unexpected),
    };

    /// <summary>An email that recurs needs a link to unsubscribe by, and that an address.</summary>
    internal static readonly ApiError NoPublicAddress = ApiError.MailUnavailable with
    {
        Message = "This server cannot send recurring emails: its operator has not set PUBLIC_URL.",
    };

    private Recurrence ReadRule(Check check, RecurrenceFields fields, string? start)
    {
        var kind = check.Choice<RecurrenceKind>("recurrence.kind", fields.Kind) ?? RecurrenceKind.None;
        if (kind == RecurrenceKind.None) return Recurrence.Once;
        if (fields.Count is < 1 || fields.Count > options.Occurrences) check.Fail($"The field 'recurrence.count' must be 1 to {options.Occurrences}.");
        if (fields.DayOfMonth is < 1 or > 31) check.Fail("The field 'recurrence.dayOfMonth' must be 1 to 31.");
        if (fields.Until is { } until && !Timetable.IsDate(until)) check.Fail("The field 'recurrence.until' must be a date, e.g. 2026-12-31.");
        return new Recurrence(
            kind, kind == RecurrenceKind.Weekly ? ReadDays(check, fields.Days, start) : [], kind == RecurrenceKind.Monthly ? fields.DayOfMonth : null, fields.Until, fields.Count);
    }

    private static IReadOnlyList<DayOfWeek> ReadDays(Check check, IReadOnlyList<string?>? names, string? start)
    {
        if (names is null or { Count: 0 }) return start is null ? Fail() : [Timetable.DayOf(start)];
        if (names.Count > MostDays) return Fail();
        var days = names.Select(name => check.Choice<DayOfWeek>("recurrence.days", name)).ToList();
        // Monday first.
        return days.Contains(null) ? Fail() : [.. days.Select(day => day!.Value).Distinct().OrderBy(day => ((int)day + MostDays - 1) % MostDays)];

        IReadOnlyList<DayOfWeek> Fail()
        {
            check.Fail("The field 'recurrence.days' must hold names of days, e.g. monday.");
            return [];
        }
    }
}
