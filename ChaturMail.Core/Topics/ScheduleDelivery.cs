using ChaturMail.Core.Accounts;
using ChaturMail.Core.Mail;
using ChaturMail.Core.Scheduling;

namespace ChaturMail.Core.Topics;

/// <summary><see cref="IDraftDelivery"/> by scheduled delivery: the schedule is the sender's own.</summary>
public sealed class ScheduleDelivery(ScheduleService schedules, PreferencesService preferences) : IDraftDelivery
{
    /// <inheritdoc/>
    public async Task<DraftHandover> HandOverAsync(string key, string uid, DraftVersion draft, DraftTime? at, CancellationToken cancellation)
    {
        if (!MailComposer.IsAddress(draft.ToEmail)) return new DraftHandover(null, TopicRefusal.DraftIncomplete);
        var zone = at?.TimeZone ?? (await preferences.FindAsync(uid, cancellation)).TimeZone ?? "UTC";
        var start = at is null ? null : Timetable.ReadTime(at.Local);
        if (!Timetable.IsZone(zone) || (at is not null && start is null)) return new DraftHandover(null, ScheduleFailure.TimeInvalid);
        var email = new ScheduledEmail([draft.ToEmail], draft.Subject, draft.Text, []);
        return await schedules.ScheduleEmailAsync(uid, email, new ScheduleTime(start, zone, Recurrence.Once), key, cancellation) switch
        {
            ScheduleResult.Done { Schedule.Id: var id } => new DraftHandover(id, null),
            ScheduleResult.Refused { Code: var code } => new DraftHandover(null, code),
            _ => throw new InvalidOperationException("Scheduling answered neither way."),
        };
    }

    /// <inheritdoc/>
    public async Task<DraftDelivery?> FindAsync(string scheduleId, string uid, CancellationToken cancellation)
    {
        if (await schedules.FindAsync(uid, scheduleId, cancellation) is not { } schedule) return null;
        var isOver = schedule.State is ScheduleState.Cancelled or ScheduleState.Failed;
        var state = schedule is { State: ScheduleState.Done, Last: { } last } ? last.ToString() : schedule.State.ToString();
        return new DraftDelivery(
            state.ToLowerInvariant(), HasEndedUnsent: isOver && schedule.Leaving.Count == 0 && schedule.Last is null or DeliveryState.Missed or DeliveryState.Skipped);
    }
}
