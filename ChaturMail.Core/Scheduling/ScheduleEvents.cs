using System.Globalization;
using ChaturMail.Core.Events;

namespace ChaturMail.Core.Scheduling;

/// <summary>What others are told of schedules: ids, numbers and reasons, no addresses and no words of a user's.</summary>
internal static class ScheduleEvents
{
    /// <summary>Of something that its user did.</summary>
    public static DomainEvent ByUser(TimeProvider time, string type, Schedule schedule) =>
        DomainEvent.Of(time, type, schedule.Id, schedule.Uid, ("ownerId", schedule.Uid), ("scheduleId", schedule.Id), ("kind", KindOf(schedule.Email is not null)));

    /// <summary>Of something that became of a delivery.</summary>
    public static DomainEvent Of(TimeProvider time, string type, Delivery delivery, string? reason = null)
    {
        var occurrence = delivery.Number.ToString(CultureInfo.InvariantCulture);
        // A message's only part has no address.
        var kind = KindOf(delivery.Parts[0].Address.Length > 0);
        return reason is null
            ? DomainEvent.Of(time, type, delivery.ScheduleId, DomainEvent.System, ("ownerId", delivery.Uid), ("scheduleId", delivery.ScheduleId), ("kind", kind), ("occurrence", occurrence))
            : DomainEvent.Of(
                time, type, delivery.ScheduleId, DomainEvent.System, ("ownerId", delivery.Uid), ("scheduleId", delivery.ScheduleId), ("kind", kind), ("occurrence", occurrence),
                ("reason", reason));
    }

    /// <summary>What is to be told of a delivery that has ended: of each kind of end one.</summary>
    public static IReadOnlyList<DomainEvent> OfEnd(TimeProvider time, Delivery delivery)
    {
        // Those that ended before their user had the others sent again were told then.
        var ended = delivery.Parts.Where(part => part.ChangedOn >= delivery.Since).ToList();
        var events = new List<DomainEvent>();
        Add(EventType.ScheduleSent, DeliveryState.Sent);
        Add(EventType.ScheduleRefused, DeliveryState.Refused, DeliveryState.Unsubscribed);
        Add(EventType.ScheduleFailed, DeliveryState.Failed);
        Add(EventType.ScheduleMissed, DeliveryState.Missed);
        Add(EventType.ScheduleUncertain, DeliveryState.Uncertain);
        return events;

        void Add(string type, params DeliveryState[] states)
        {
            if (ended.Find(part => states.Contains(part.State)) is { } part) events.Add(Of(time, type, delivery, part.Status ?? part.Reason));
        }
    }

    private static string KindOf(bool isEmail) => isEmail ? "email" : "message";
}
