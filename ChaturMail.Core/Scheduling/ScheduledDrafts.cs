using ChaturMail.Core.Accounts;
using ChaturMail.Core.Topics;

namespace ChaturMail.Core.Scheduling;

/// <summary>Drafts leave as scheduled emails, under a name that the topic has fixed: however often they are handed over, there is one.</summary>
public sealed class ScheduledDrafts(ScheduleService schedules, PreferencesService preferences) : IDraftDelivery
{
    /// <inheritdoc/>
    public async Task<DraftHandover> HandOverAsync(string key, string uid, DraftVersion draft, DraftTime? at, CancellationToken cancellation)
    {
        var zone = at?.TimeZone ?? (at is null ? null : (await preferences.FindAsync(uid, cancellation)).TimeZone) ?? "UTC";
        var local = at is null ? null : Timetable.ReadTime(at.Local);
        if ((at is not null && local is null) || !Timetable.IsZone(zone)) return new DraftHandover(null, ScheduleFailure.TimeInvalid);
        var result = await schedules.ScheduleEmailAsync(
            uid, new ScheduledEmail([draft.ToEmail], draft.Subject, draft.Text, []), new ScheduleTime(local, zone, Recurrence.Once), key, cancellation);
        return result is ScheduleResult.Done { Schedule: var schedule } ? new DraftHandover(schedule.Id, null)
            : new DraftHandover(null, ((ScheduleResult.Refused)result).Code);
    }

    /// <inheritdoc/>
    public async Task<DraftDelivery?> FindAsync(string scheduleId, string uid, CancellationToken cancellation)
    {
        if (await schedules.FindAsync(uid, scheduleId, cancellation) is not { } schedule) return null;
        var delivery = await schedules.DeliveriesAsync(scheduleId, cancellation) is [var last, ..] ? last.State : (DeliveryState?)null;
        // What may have left is not sent again by itself; what came back did leave.
        var isUnsent = delivery is DeliveryState.Unsubscribed or DeliveryState.Missed or DeliveryState.Refused or DeliveryState.Failed
            || (delivery is null && schedule.State != ScheduleState.Active && schedule.Leaving.Count == 0);
        var state = (delivery?.ToString() ?? (schedule.State == ScheduleState.Active ? nameof(DeliveryState.Queued) : schedule.State.ToString()));
        return new DraftDelivery(char.ToLowerInvariant(state[0]) + state[1..], isUnsent);
    }
}
