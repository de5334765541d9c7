using ChaturMail.Api.Http;
using ChaturMail.Core.Scheduling;

namespace ChaturMail.Api.Scheduling;

/// <summary>Changes a schedule of which something is yet to leave. What is absent stays as it is; what has left is not changed by it.</summary>
public static class UpdateSchedule
{
    /// <param name="Id">The schedule's id.</param>
    /// <param name="To">Addresses, of an email.</param>
    /// <param name="Subject">Of an email.</param>
    /// <param name="Text">Of either.</param>
    /// <param name="At">Local date and time from which on it comes.</param>
    /// <param name="TimeZone">IANA name.</param>
    /// <param name="Recurrence">How it comes again; kind <c>none</c> for once.</param>
    public sealed record Request(
        string? Id, IReadOnlyList<string?>? To, string? Subject, string? Text, string? At, string? TimeZone, RecurrenceFields? Recurrence);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, HttpRequest http, SessionUser session, ScheduleFields fields, ScheduleService schedules, CancellationToken cancellation)
    {
        var check = new Check();
        var id = ScheduleFields.Id(check, request.Id);
        if (check.Failure is { } failure) return failure;
        if (await schedules.FindAsync(session.Account.Uid, id, cancellation) is not { } schedule) return Reply.Error(ApiError.ScheduleNotFound);
        if (schedule is not { State: ScheduleState.Active, NextDate: { } nextDate }) return Reply.Error(ApiError.ScheduleEnded);

        var isEmail = schedule.Email is not null;
        var change = new ScheduleChange
        {
            To = isEmail && request.To is not null ? fields.Recipients(check, request.To) : null,
            Subject = isEmail && request.Subject is not null ? check.Visible("subject", request.Subject, Limits.Subject) : null,
            Text = request.Text is null ? null : check.Visible("text", request.Text, isEmail ? Limits.ScheduledText : Limits.ScheduledMessage, lines: true),
        };
        if (request.At is not null || request.TimeZone is not null || request.Recurrence is not null)
        {
            // Where only the rule or the zone changes, it goes on from the next occurrence's local time.
            var at = request.At ?? nextDate + schedule.Start[nextDate.Length..];
            var time = fields.Time(check, at, request.TimeZone ?? schedule.Zone, request.Recurrence is null ? Timetable.Fixed(schedule.Recurrence, schedule.Start) : null, request.Recurrence);
            change = change with { Time = time };
            if (isEmail && time.Recurrence.Kind != RecurrenceKind.None)
            {
                change = change with { PublicAddress = fields.PublicAddress(http) };
                if (check.Failure is null && change.PublicAddress is null) return Reply.Error(ScheduleFields.NoPublicAddress);
            }
        }

        return check.Failure ?? ScheduleFields.Answer(await schedules.UpdateAsync(session.Account.Uid, id, change, cancellation), "The schedule was changed.");
    }
}
