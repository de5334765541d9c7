namespace ChaturMail.Core.Scheduling;

/// <summary>
/// What becomes of a schedule whose time has come. The rule after a pause: of occurrences that were missed only the latest is sent, and that only when it is no
/// later than <see cref="SchedulingOptions.CatchUp"/>; the earlier ones are written down as skipped, one that is too late as missed. Pure functions.
/// </summary>
public static class SchedulePlan
{
    /// <summary>
    /// The schedule with what has come in <see cref="Schedule.Leaving"/> and its next occurrence after that; null when nothing has come. From this change on
    /// these occurrences leave, whatever its user does.
    /// </summary>
    /// <param name="now">Unix milliseconds.</param>
    public static Schedule? Come(Schedule schedule, long now, SchedulingOptions options)
    {
        if (schedule is not { State: ScheduleState.Active, Leaving.Count: 0, NextDate: { } date, NextOn: { } on } || on > now) return null;
        var come = new List<Occurrence>();
        NextRun? next = new(date, on);
        var number = schedule.Number;
        while (next is not null && next.On <= now)
        {
            come.Add(new Occurrence(number, next.On, DeliveryState.Skipped));
            next = Timetable.After(schedule.Start, schedule.Zone, schedule.Recurrence, next, number, options.Occurrences);
            number++;
        }

        var isTooLate = now - come[^1].On > (long)options.CatchUp.TotalMilliseconds;
        come[^1] = come[^1] with { Missed = isTooLate ? DeliveryState.Missed : null };
        var left = schedule with { Leaving = come, Number = number, NextDate = next?.Date, NextOn = next?.On };
        return next is not null ? left : End(left, isTooLate && schedule.Recurrence.Kind == RecurrenceKind.None ? ScheduleState.Failed : ScheduleState.Done, now);
    }

    /// <summary>The delivery of an occurrence that leaves.</summary>
    /// <param name="secret">Random; see <see cref="Delivery.Secret"/>.</param>
    /// <param name="now">Unix milliseconds.</param>
    public static Delivery DeliveryOf(Schedule schedule, Occurrence occurrence, string secret, long now)
    {
        var state = occurrence.Missed ?? DeliveryState.Queued;
        var isOpen = occurrence.Missed is null;
        IReadOnlyList<string> to = schedule.Email?.To ?? [""];
        return new Delivery(
            Delivery.IdOf(schedule.Id, occurrence.Number), schedule.Id, schedule.Uid, occurrence.Number, occurrence.On,
            [.. to.Select(address => new DeliveryPart(address, state) { NextOn = occurrence.On, ChangedOn = isOpen ? null : now })], secret)
        {
            Email = isOpen ? schedule.Email : null,
            Message = isOpen ? schedule.Message : null,
            Recurs = schedule.Recurrence.Kind != RecurrenceKind.None,
            IsOpen = isOpen,
            NextOn = occurrence.On,
            Since = occurrence.On,
            EndedOn = isOpen ? null : now,
        };
    }

    /// <summary>The schedule once the deliveries of what leaves are written down.</summary>
    public static Schedule Left(Schedule schedule, int number)
    {
        var leaving = schedule.Leaving.Where(occurrence => occurrence.Number > number).ToList();
        var last = schedule.Leaving.LastOrDefault(occurrence => occurrence.Number <= number);
        if (last is null) return schedule;
        var left = schedule with { Leaving = leaving };
        // Somebody else may have delivered it already, and said so.
        return last.Number > schedule.LastNumber ? Became(left, last.Number, last.Missed ?? DeliveryState.Queued) : left;
    }

    /// <summary>The schedule once something became of an occurrence; of an earlier one than the last it takes no notice.</summary>
    public static Schedule Became(Schedule schedule, int number, DeliveryState state) =>
        number < schedule.LastNumber ? schedule : schedule with { Last = state, LastNumber = number };

    /// <summary>The schedule once a delivery has ended. One that has lost what it needs for good, its user or its conversation, ends with it.</summary>
    /// <param name="now">Unix milliseconds.</param>
    public static Schedule Became(Schedule schedule, Delivery delivery, long now)
    {
        var changed = Became(schedule, delivery.Number, delivery.State);
        return changed.State == ScheduleState.Active && delivery.Parts.All(part => part is { State: DeliveryState.Failed, Reason: { } reason } && ScheduleFailure.IsOfTheSchedule(reason))
            ? End(changed, ScheduleState.Failed, now)
            : changed;
    }

    /// <summary>The schedule at its end.</summary>
    /// <param name="now">Unix milliseconds.</param>
    public static Schedule End(Schedule schedule, ScheduleState state, long now) =>
        schedule with { State = state, NextDate = null, NextOn = null, EndedOn = now, Place = null };
}
