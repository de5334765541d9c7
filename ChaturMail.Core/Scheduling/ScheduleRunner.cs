using ChaturMail.Core.Accounts;
using ChaturMail.Core.Conversations;
using ChaturMail.Core.Events;
using ChaturMail.Core.Storage;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Core.Scheduling;

/// <summary>
/// Runs what is due, beside any number of others of its kind. First an occurrence leaves its schedule, in one change from which on nobody can call it off; then
/// its delivery is written down under an id that follows from schedule and number; then the schedule forgets it. Whoever dies in between leaves the schedule due, and
/// whoever repeats it finds what is there. Deliveries are taken one by one, each for a time.
/// </summary>
public sealed class ScheduleRunner(
    IDocumentStore store, EmailDelivery emails, ConversationService conversations, UserCache users, SchedulingOptions options, TimeProvider time, ILogger<ScheduleRunner> log)
{
    private const int MostPlannedAtOnce = 50;

    private static readonly TimeSpan MessageLease = TimeSpan.FromMinutes(1);

    private readonly Documents<Schedule> _schedules = new(store, Schedule.Kind);
    private readonly Documents<Delivery> _deliveries = new(store, Delivery.Kind);

    // A name of its own for each process, so that one that was started again does not take itself for the one before.
    private readonly string _worker = Guid.NewGuid().ToString("N");

    /// <summary>Has what has come leave its schedules. Gives how many schedules that were.</summary>
    public async Task<int> PlanAsync(CancellationToken cancellation)
    {
        var due = await _schedules.ListAsync(Schedule.DueKey, cancellation, newestFirst: false, MostPlannedAtOnce);
        var planned = 0;
        foreach (var schedule in due)
        {
            if (schedule.Leaving.Count == 0 && schedule.NextOn > Now) break;
            await PlanAsync(schedule.Id, cancellation);
            planned++;
        }

        return planned;
    }

    /// <summary>Takes emails or messages that are due, for this worker to run.</summary>
    public async Task<IReadOnlyList<Delivery>> TakeAsync(bool isEmail, int most, CancellationToken cancellation)
    {
        var taken = new List<Delivery>();
        if (most == 0) return taken;
        var lease = (long)(isEmail ? emails.Lease : MessageLease).TotalMilliseconds;
        foreach (var due in await _deliveries.ListAsync(Delivery.DueKey(isEmail), cancellation, newestFirst: false, Math.Min(most, StoredDocument.MostAtOnce)))
        {
            var now = Now;
            if (due.NextOn > now) break;
            var mine = await _deliveries.ChangeAsync(due.Id, delivery => Step(DeliverySteps.Take(delivery, _worker, now, now + lease)), cancellation);
            if (mine?.Delivery is { } delivery) taken.Add(delivery);
        }

        return taken;
    }

    /// <summary>When the next thing is due, Unix milliseconds; null when nothing is.</summary>
    /// <param name="messages">Whether a message counts; there is nothing to do about one while there is nobody free for it.</param>
    /// <param name="mails">Whether an email counts.</param>
    public async Task<long?> NextAsync(bool messages, bool mails, CancellationToken cancellation)
    {
        var next = await _schedules.ListAsync(Schedule.DueKey, cancellation, newestFirst: false, limit: 1) is [var schedule, ..]
            ? schedule.Leaving.Count > 0 ? schedule.Leaving[0].On : schedule.NextOn
            : null;
        foreach (var isEmail in new[] { false, true })
        {
            if (!(isEmail ? mails : messages)) continue;
            if (await _deliveries.ListAsync(Delivery.DueKey(isEmail), cancellation, newestFirst: false, limit: 1) is [var delivery, ..])
                next = Math.Min(next ?? long.MaxValue, delivery.NextOn);
        }

        return next;
    }

    /// <summary>Runs a delivery that this worker has taken, as far as it gets, and lets go of it.</summary>
    /// <param name="cancellation">Stops before the next thing that could leave; what is leaving is waited for.</param>
    public async Task RunAsync(Delivery taken, CancellationToken cancellation)
    {
        var delivery = taken;
        try
        {
            for (var index = 0; index < delivery.Parts.Count && !cancellation.IsCancellationRequested; index++)
            {
                if (delivery.Parts[index].State != DeliveryState.Queued || delivery.Parts[index].NextOn > Now) continue;
                var step = DeliverySteps.TooLate(delivery, _worker, index, options, Now) is not null ? await GiveUpAsync(delivery.Id, index)
                    : delivery.Message is not null ? await SendMessageAsync(delivery, index, cancellation)
                    : await emails.SendAsync(delivery, index, _worker, cancellation);
                // Somebody else has it now.
                if (step is null) return;
                delivery = step;
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }

        await LetGoAsync(delivery.Id);
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task PlanAsync(string id, CancellationToken cancellation)
    {
        var now = Now;
        var leaving = await _schedules.ChangeAsync(id, schedule =>
        {
            var come = SchedulePlan.Come(schedule, now, options);
            return new Decision<Schedule, Schedule>(come ?? schedule) { Change = come };
        }, cancellation);
        if (leaving is not { Leaving.Count: > 0 }) return;
        foreach (var occurrence in leaving.Leaving)
        {
            var delivery = SchedulePlan.DeliveryOf(leaving, occurrence, DeliveryToken.NewSecret(), now);
            var happened = occurrence.Missed == DeliveryState.Missed ? [ScheduleEvents.Of(time, EventType.ScheduleMissed, delivery)] : Array.Empty<DomainEvent>();
            await _deliveries.AddAsync(delivery, cancellation, happened);
        }

        var last = leaving.Leaving[^1].Number;
        if (await _schedules.ChangeAsync(id, schedule => new Decision<Schedule, Schedule>(schedule) { Change = SchedulePlan.Left(schedule, last) }, cancellation) is not null) return;
        // Erased meanwhile, with what there was of it then.
        foreach (var occurrence in leaving.Leaving) await DeleteAsync(Delivery.IdOf(id, occurrence.Number));
    }

    private async Task DeleteAsync(string delivery) => await _deliveries.ChangeAsync(delivery, found => new Decision<Delivery, Taken>(new Taken(null)) { Delete = true }, CancellationToken.None);

    // The conversation tells a repetition by the client id: nothing about a message is ever uncertain.
    private async Task<Delivery?> SendMessageAsync(Delivery delivery, int index, CancellationToken cancellation)
    {
        var user = await users.FindAsync(delivery.Uid, cancellation);
        var message = delivery.Message!;
        var refusal = user is null or { Disabled: true } ? ScheduleFailure.AccountGone
            : await conversations.SendAsync(new SendMessage(message.ConversationId, delivery.Uid, "schedule:" + delivery.Id, message.Text), cancellation) is SendResult.Refused refused
                ? refused.Code
                : null;
        var now = Now;
        var step = await _deliveries.ChangeAsync(
            delivery.Id,
            found => Step(DeliverySteps.Decided(found, _worker, index, refusal is null ? DeliveryState.Sent : DeliveryState.Failed, refusal, options, now)), CancellationToken.None);
        return step?.Delivery;
    }

    private async Task<Delivery?> GiveUpAsync(string id, int index)
    {
        var now = Now;
        return (await _deliveries.ChangeAsync(id, found => Step(DeliverySteps.TooLate(found, _worker, index, options, now)), CancellationToken.None))?.Delivery;
    }

    // What has ended is told to the schedule before it is closed: whoever dies in between leaves it due, and it is told again.
    private async Task LetGoAsync(string id)
    {
        var released = await _deliveries.ChangeAsync(id, found => Step(DeliverySteps.Release(found, _worker)), CancellationToken.None);
        if (released?.Delivery is not null || await _deliveries.FindAsync(id, CancellationToken.None) is not { IsOpen: true } delivery || DeliverySteps.IsUnderWay(delivery)) return;
        var now = Now;
        var told = await _schedules.ChangeAsync(
            delivery.ScheduleId, schedule => new Decision<Schedule, Schedule>(schedule) { Change = SchedulePlan.Became(schedule, delivery, now) }, CancellationToken.None);
        if (told is null)
        {
            // Erased: nobody would find it any more to delete it.
            await DeleteAsync(id);
            return;
        }

        var ended = await _deliveries.ChangeAsync(
            id, found => DeliverySteps.Close(found, now) is { } closed
                ? new Decision<Delivery, Taken>(new Taken(closed)) { Change = closed, Happened = ScheduleEvents.OfEnd(time, closed) }
                : new Decision<Delivery, Taken>(new Taken(null)), CancellationToken.None);
        if (ended?.Delivery is { } closed) log.LogInformation("Delivery {Id} ended as {State}", id, closed.State);
        // Its user had it sent again just now.
        else await _deliveries.ChangeAsync(id, found => Step(DeliverySteps.Release(found, _worker)), CancellationToken.None);
    }

    private static Decision<Delivery, Taken> Step(Delivery? changed) => new(new Taken(changed)) { Change = changed };

    private sealed record Taken(Delivery? Delivery);
}
