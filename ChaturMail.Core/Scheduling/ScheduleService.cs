using ChaturMail.Core.Accounts;
using ChaturMail.Core.Attachments;
using ChaturMail.Core.Conversations;
using ChaturMail.Core.Events;
using ChaturMail.Core.Mail;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Scheduling;

/// <summary>What users schedule: made, looked at, changed and called off until it leaves.</summary>
/// <param name="relay">Null where no mail can be sent.</param>
public sealed class ScheduleService(
    IDocumentStore store, ConversationService conversations, AttachmentService attachments, Unsubscriptions unsubscriptions, UserCache users, SchedulingOptions options,
    TimeProvider time, IMailRelay? relay = null)
{
    /// <summary>The most deliveries that are shown of a schedule.</summary>
    public const int MostDeliveries = 50;

    /// <summary>The most characters of a client id.</summary>
    public const int LongestClientId = 64;

    // Whoever picks this minute means now.
    private static readonly TimeSpan JustOver = TimeSpan.FromMinutes(1);

    private readonly Documents<Schedule> _schedules = new(store, Schedule.Kind);
    private readonly Documents<Delivery> _deliveries = new(store, Delivery.Kind);

    /// <summary>Whether emails can be sent at all.</summary>
    public bool CanSendEmail => relay is not null;

    /// <summary>Schedules an email. The same again under the same client id gives what there is.</summary>
    /// <param name="clientId">The client's own name for it, at most <see cref="LongestClientId"/> characters, or null.</param>
    public async Task<ScheduleResult> ScheduleEmailAsync(
        string uid, ScheduledEmail email, ScheduleTime when, string? clientId, CancellationToken cancellation)
    {
        if (relay is null) return new ScheduleResult.Refused(ScheduleFailure.MailUnavailable);
        // What there is was allowed when it was made, whatever would be refused by now: whoever repeats the request must not be told that nothing is sent.
        if (clientId is not null && await FindByClientIdAsync(uid, clientId, cancellation) is { } known) return new ScheduleResult.Done(known);
        if (await RefusalOfAsync(uid, email.To, cancellation) is { } code) return new ScheduleResult.Refused(code);
        return await AddAsync(uid, schedule => schedule with { Email = email }, when, clientId, email.Attachments, cancellation);
    }

    /// <summary>Schedules a message to a conversation that the user is in. The same again under the same client id gives what there is.</summary>
    public async Task<ScheduleResult> ScheduleMessageAsync(
        string uid, ScheduledMessage message, ScheduleTime when, string? clientId, CancellationToken cancellation)
    {
        if (clientId is not null && await FindByClientIdAsync(uid, clientId, cancellation) is { } known) return new ScheduleResult.Done(known);
        if (await conversations.FindAsync(message.ConversationId, uid, cancellation) is null) return new ScheduleResult.Refused(ScheduleFailure.ConversationNotFound);
        return await AddAsync(uid, schedule => schedule with { Message = message }, when, clientId, [], cancellation);
    }

    /// <summary>A schedule of the user's, or null.</summary>
    public async Task<Schedule?> FindAsync(string uid, string id, CancellationToken cancellation) =>
        await _schedules.FindAsync(id, cancellation) is { } schedule && schedule.Uid == uid ? schedule : null;

    /// <summary>A page of the user's schedules: those to come, soonest first, or those that have ended, latest first.</summary>
    public Task<IReadOnlyList<Schedule>> ListAsync(string uid, bool past, int limit, DocumentCursor? after, CancellationToken cancellation) =>
        _schedules.ListAsync(past ? Schedule.PastKey(uid) : Schedule.AheadKey(uid), cancellation, newestFirst: past, limit, after);

    /// <summary>The last deliveries of a schedule, latest first. Whose it is must have been looked at.</summary>
    public Task<IReadOnlyList<Delivery>> DeliveriesAsync(string scheduleId, CancellationToken cancellation) =>
        _deliveries.ListAsync(Delivery.OfSchedule(scheduleId), cancellation, newestFirst: true, MostDeliveries);

    /// <summary>Changes what is yet to leave.</summary>
    public async Task<ScheduleResult> UpdateAsync(string uid, string id, ScheduleChange change, CancellationToken cancellation)
    {
        if (change.To is { } to && await RefusalOfAsync(uid, to, cancellation) is { } code) return new ScheduleResult.Refused(code);
        return await ChangeAsync(uid, id, schedule =>
        {
            if (Change(schedule, change) is not { } changed) return Refuse(ScheduleFailure.TimeInvalid);
            return new Decision<Schedule, ScheduleResult>(new ScheduleResult.Done(changed))
            {
                Change = changed,
                Happened = [ScheduleEvents.ByUser(time, EventType.ScheduleUpdated, changed)],
            };
        }, cancellation);
    }

    /// <summary>Calls off what is yet to leave.</summary>
    public Task<ScheduleResult> CancelAsync(string uid, string id, CancellationToken cancellation) => ChangeAsync(
        uid, id, schedule =>
        {
            var ended = SchedulePlan.End(schedule, ScheduleState.Cancelled, Now);
            return new Decision<Schedule, ScheduleResult>(new ScheduleResult.Done(ended))
            {
                Change = ended,
                Happened = [ScheduleEvents.ByUser(time, EventType.ScheduleCancelled, ended)],
            };
        }, cancellation);

    /// <summary>Leaves the next occurrence out. The last one's end is the schedule's.</summary>
    /// <param name="occurrence">Number of the one that is meant: when another is next, nothing changes, so that the request may be repeated. Null for whatever is next.</param>
    public Task<ScheduleResult> SkipNextAsync(string uid, string id, int? occurrence, CancellationToken cancellation) => ChangeAsync(
        uid, id, schedule =>
        {
            if (occurrence is { } meant && meant != schedule.Number) return new Decision<Schedule, ScheduleResult>(new ScheduleResult.Done(schedule));
            var next = Timetable.After(
                schedule.Start, schedule.Zone, schedule.Recurrence, new NextRun(schedule.NextDate!, schedule.NextOn!.Value), schedule.Number, options.Occurrences);
            var skipped = schedule with { NextDate = next?.Date, NextOn = next?.On, Number = schedule.Number + 1, Revision = schedule.Revision + 1 };
            if (next is null) skipped = SchedulePlan.End(skipped, ScheduleState.Cancelled, Now);
            return new Decision<Schedule, ScheduleResult>(new ScheduleResult.Done(skipped))
            {
                Change = skipped,
                Happened = [ScheduleEvents.ByUser(time, next is null ? EventType.ScheduleCancelled : EventType.ScheduleUpdated, skipped)],
            };
        }, cancellation);

    /// <summary>Sends again what did not certainly leave of a delivery: what is uncertain, what was given up.</summary>
    public async Task<ScheduleResult> SendAgainAsync(string uid, string id, int number, CancellationToken cancellation)
    {
        if (await FindAsync(uid, id, cancellation) is not { } schedule) return new ScheduleResult.Refused(ScheduleFailure.NotFound);
        var now = Now;
        var answer = await _deliveries.ChangeAsync(
            Delivery.IdOf(id, number),
            delivery => DeliverySteps.SendAgain(delivery, now) is { } again
                ? new Decision<Delivery, ScheduleResult>(new ScheduleResult.Done(schedule)) { Change = again }
                : new Decision<Delivery, ScheduleResult>(new ScheduleResult.Refused(ScheduleFailure.NotToBeSentAgain)), cancellation);
        return answer ?? new ScheduleResult.Refused(ScheduleFailure.NotToBeSentAgain);
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task<ScheduleResult> AddAsync(
        string uid, Func<Schedule, Schedule> fill, ScheduleTime when, string? clientId, IReadOnlyList<string> attached,
        CancellationToken cancellation)
    {
        if (clientId is not null && await FindByClientIdAsync(uid, clientId, cancellation) is { } known) return new ScheduleResult.Done(known);
        var (now, id) = (Now, DocumentId.New(time));
        if (StartOf(when, now) is not var (start, first)) return new ScheduleResult.Refused(ScheduleFailure.TimeInvalid);
        var taken = (await _schedules.ListAsync(Schedule.AheadKey(uid), cancellation)).Select(active => active.Place).ToHashSet();
        // What can be known to be refused is refused before pictures are bound: what is bound to nothing is deleted.
        if (Enumerable.Range(0, options.ActiveOfAUser).All(place => taken.Contains(place))) return new ScheduleResult.Refused(ScheduleFailure.TooMany);
        if (await BytesOfAsync(uid, attached, cancellation) > EmailDelivery.MostAttachedBytes) return new ScheduleResult.Refused(ScheduleFailure.AttachmentsTooLarge);
        // Bound first, so that nothing is due without them. Whoever dies in between leaves pictures that are bound to nothing, which their sweep removes.
        if (attached.Count > 0 && await attachments.ClaimAsync(uid, attached, Schedule.UseOf(id), cancellation) is AttachmentClaim.Refused refused)
            return new ScheduleResult.Refused(refused.Code);

        var schedule = fill(new Schedule(id, uid, ScheduleState.Active, when.Zone, start, Timetable.Fixed(when.Recurrence, start), now)
        {
            ClientId = clientId,
            NextDate = first.Date,
            NextOn = first.On,
        });
        var created = ScheduleEvents.ByUser(time, EventType.ScheduleCreated, schedule);
        // Those who come at once begin at different places, and do not all try the same.
        var begin = Convert.ToInt32(id[^4..], 16) / 4;
        for (var i = 0; i < options.ActiveOfAUser; i++)
        {
            var place = (begin + i) % options.ActiveOfAUser;
            if (taken.Contains(place)) continue;
            if (await _schedules.AddAsync(schedule with { Place = place }, cancellation, created)) return new ScheduleResult.Done(schedule with { Place = place }, IsNew: true);
            // The place was taken meanwhile, or the same request was faster.
            if (clientId is null || await FindByClientIdAsync(uid, clientId, cancellation) is not { } faster) continue;
            if (attached.Count > 0) await attachments.ReleaseAsync(Schedule.UseOf(id), cancellation);
            return new ScheduleResult.Done(faster);
        }

        if (attached.Count > 0) await attachments.ReleaseAsync(Schedule.UseOf(id), cancellation);
        return new ScheduleResult.Refused(ScheduleFailure.TooMany);
    }

    // Of another's it is not even told how large they are; binding refuses them.
    private async Task<long> BytesOfAsync(string uid, IReadOnlyList<string> ids, CancellationToken cancellation) =>
        ids.Count == 0 ? 0 : (await attachments.FindAsync(ids, cancellation)).Where(attachment => attachment.OwnerId == uid).Sum(attachment => attachment.Bytes);

    private async Task<Schedule?> FindByClientIdAsync(string uid, string clientId, CancellationToken cancellation) =>
        await _schedules.ListAsync(Schedule.ClientKey(uid, clientId), cancellation, limit: 1) is [var known, ..] ? known : null;

    private async Task<string?> RefusalOfAsync(string uid, IReadOnlyList<string> to, CancellationToken cancellation)
    {
        // Answers go to the user's address, which must be known to be theirs: nobody sends in another's name.
        if (await users.FindAsync(uid, cancellation) is not { EmailVerified: true }) return ScheduleFailure.EmailNotVerified;
        return (await unsubscriptions.AmongAsync(uid, [.. to], cancellation)).Count > 0 ? ScheduleFailure.Unsubscribed : null;
    }

    private (string Start, NextRun First)? StartOf(ScheduleTime when, long now)
    {
        // Now is this second, and not the next.
        var start = when.At ?? Timetable.LocalTime(now, when.Zone);
        if (Timetable.First(start, when.Zone, when.Recurrence) is not { } first) return null;
        if (when.At is null && when.Recurrence.Kind == RecurrenceKind.None) return (start, first with { On = now });
        return first.On < now - (long)JustOver.TotalMilliseconds || first.On > now + (long)options.Ahead.TotalMilliseconds ? null : (start, first);
    }

    // Null when the new time cannot be.
    private Schedule? Change(Schedule schedule, ScheduleChange change)
    {
        var changed = schedule with { Revision = schedule.Revision + 1 };
        if (change.Time is { } when)
        {
            if (StartOf(when, Now) is not var (start, first) || schedule.Number > (when.Recurrence.Count ?? int.MaxValue)) return null;
            // Once one has left, the same minute again would be a second one.
            if (schedule.Number > 1 && first.On <= Now) return null;
            changed = changed with { Zone = when.Zone, Start = start, Recurrence = Timetable.Fixed(when.Recurrence, start), NextDate = first.Date, NextOn = first.On };
        }

        if (changed.Message is { } message) return changed with { Message = message with { Text = change.Text ?? message.Text } };
        var email = changed.Email!;
        return changed with
        {
            Email = email with
            {
                To = change.To ?? email.To,
                Subject = change.Subject ?? email.Subject,
                Text = change.Text ?? email.Text,
                PublicAddress = change.PublicAddress ?? email.PublicAddress,
            },
        };
    }

    private async Task<ScheduleResult> ChangeAsync(
        string uid, string id, Func<Schedule, Decision<Schedule, ScheduleResult>> decide, CancellationToken cancellation) =>
        await _schedules.ChangeAsync(
            id, schedule => schedule.Uid != uid ? Refuse(ScheduleFailure.NotFound) : schedule.State != ScheduleState.Active ? Refuse(ScheduleFailure.Ended) : decide(schedule),
            cancellation) ?? new ScheduleResult.Refused(ScheduleFailure.NotFound);

    private static Decision<Schedule, ScheduleResult> Refuse(string code) => new(new ScheduleResult.Refused(code));
}
