using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ChaturMail.Core.Attachments;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Workspaces;

namespace ChaturMail.Core.Scheduling;

/// <summary>
/// What schedules hold of users: what they wrote, to whom, and what became of it. It ends with the account, and a while after the schedule's own end. Of a schedule
/// goes the document last, so that whoever dies in between finds the rest again.
/// </summary>
public sealed class ScheduleContent(
    IDocumentStore store, AttachmentService attachments, Unsubscriptions unsubscriptions, SchedulingOptions options, TimeProvider time)
    : IPersonalContent, ISweepStep, IAttachmentUse
{
    private const int MostAtOnce = 100;

    private readonly Documents<Schedule> _schedules = new(store, Schedule.Kind);
    private readonly Documents<Delivery> _deliveries = new(store, Delivery.Kind);

    /// <inheritdoc/>
    public string Section => "schedules";

    /// <inheritdoc/>
    public string Name => "schedule";

    /// <inheritdoc/>
    public async IAsyncEnumerable<JsonObject> ExportAsync(string uid, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var schedule in AllOfAsync(uid, cancellation))
        {
            var deliveries = new JsonArray();
            await foreach (var delivery in DeliveriesOfAsync(schedule.Id, cancellation))
            {
                deliveries.Add(new JsonObject
                {
                    ["occurrence"] = delivery.Number,
                    // What is kept to be sent again; the schedule may say something else by now.
                    ["email"] = delivery.Email is { } sent ? JsonNode.Parse(StoreJson.Write(sent)!) : null,
                    ["message"] = delivery.Message is { } written ? JsonNode.Parse(StoreJson.Write(written)!) : null,
                    ["on"] = delivery.On / 1000,
                    ["recipients"] = new JsonArray([.. delivery.Parts.Select(part => new JsonObject
                    {
                        ["to"] = part.Address,
                        ["state"] = part.State.ToString(),
                        ["changedOn"] = part.ChangedOn / 1000,
                        ["reason"] = part.Reason,
                        ["status"] = part.Status,
                        ["said"] = part.Said,
                    })]),
                });
            }

            yield return new JsonObject
            {
                ["id"] = schedule.Id,
                ["clientId"] = schedule.ClientId,
                ["state"] = schedule.State.ToString(),
                ["timeZone"] = schedule.Zone,
                ["at"] = schedule.Start,
                ["recurrence"] = JsonNode.Parse(StoreJson.Write(schedule.Recurrence)!),
                ["createdOn"] = schedule.CreatedOn / 1000,
                ["email"] = schedule.Email is { } email ? JsonNode.Parse(StoreJson.Write(email)!) : null,
                ["message"] = schedule.Message is { } message ? JsonNode.Parse(StoreJson.Write(message)!) : null,
                ["deliveries"] = deliveries,
            };
        }
    }

    /// <inheritdoc/>
    public async Task EraseAsync(string uid, DateTimeOffset before, CancellationToken cancellation)
    {
        var moment = before.ToUnixTimeMilliseconds();
        await foreach (var schedule in AllOfAsync(uid, cancellation))
            if (schedule.CreatedOn < moment) await DeleteAsync(schedule.Id, cancellation);
        await unsubscriptions.EraseAsync(uid, moment, cancellation);
    }

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var before = (time.GetUtcNow() - options.KeepEnded).ToUnixTimeMilliseconds();
        DocumentCursor? after = null;
        IReadOnlyList<Schedule> page;
        do
        {
            page = await _schedules.ListAsync(Schedule.EndedKey, cancellation, newestFirst: false, MostAtOnce, after);
            foreach (var schedule in page)
            {
                if (schedule.EndedOn >= before) return;
                await DeleteAsync(schedule.Id, cancellation);
                after = new DocumentCursor(schedule.EndedOn ?? 0, schedule.Id);
            }
        }
        while (page.Count == MostAtOnce);
    }

    /// <inheritdoc/>
    public async Task<bool> MaySeeAsync(string id, string uid, CancellationToken cancellation) =>
        await _schedules.FindAsync(id, cancellation) is { } schedule && schedule.Uid == uid;

    /// <inheritdoc/>
    public async Task<bool> ExistsAsync(string id, string attachmentId, CancellationToken cancellation) =>
        await _schedules.FindAsync(id, cancellation) is { Email: { } email } && email.Attachments.Contains(attachmentId);

    private async Task DeleteAsync(string id, CancellationToken cancellation)
    {
        // From now on nothing more leaves it.
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await _schedules.ChangeAsync(
            id, found => new Decision<Schedule, Schedule>(found)
            {
                Change = found.State == ScheduleState.Active || found.Leaving.Count > 0 ? SchedulePlan.End(found with { Leaving = [] }, ScheduleState.Cancelled, now) : null,
            }, cancellation);
        await DeleteDeliveriesAsync(id, cancellation);
        await attachments.ReleaseAsync(Schedule.UseOf(id), cancellation);
        await _schedules.ChangeAsync(id, found => new Decision<Schedule, Schedule>(found) { Delete = true }, cancellation);
        // What a worker wrote down that had begun before; one that comes later than this sees that the schedule is gone.
        await DeleteDeliveriesAsync(id, cancellation);
    }

    private async Task DeleteDeliveriesAsync(string id, CancellationToken cancellation)
    {
        await foreach (var delivery in DeliveriesOfAsync(id, cancellation))
            await _deliveries.ChangeAsync(delivery.Id, found => new Decision<Delivery, Delivery>(found) { Delete = true }, cancellation);
    }

    private async IAsyncEnumerable<Schedule> AllOfAsync(string uid, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var (key, past) in new[] { (Schedule.AheadKey(uid), false), (Schedule.PastKey(uid), true) })
        {
            DocumentCursor? after = null;
            IReadOnlyList<Schedule> page;
            do
            {
                page = await _schedules.ListAsync(key, cancellation, newestFirst: past, MostAtOnce, after);
                foreach (var schedule in page) yield return schedule;
                if (page.Count > 0) after = new DocumentCursor(Schedule.Kind.SortOf(page[^1]), page[^1].Id);
            }
            while (page.Count == MostAtOnce);
        }
    }

    private async IAsyncEnumerable<Delivery> DeliveriesOfAsync(string scheduleId, [EnumeratorCancellation] CancellationToken cancellation)
    {
        DocumentCursor? after = null;
        IReadOnlyList<Delivery> page;
        do
        {
            page = await _deliveries.ListAsync(Delivery.OfSchedule(scheduleId), cancellation, newestFirst: false, MostAtOnce, after);
            foreach (var delivery in page) yield return delivery;
            if (page.Count > 0) after = new DocumentCursor(Delivery.Kind.SortOf(page[^1]), page[^1].Id);
        }
        while (page.Count == MostAtOnce);
    }
}
