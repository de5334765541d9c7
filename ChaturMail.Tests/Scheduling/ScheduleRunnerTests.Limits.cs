using ChaturMail.Core.Scheduling;
using ChaturMail.Core.Storage;

namespace ChaturMail.Tests.Scheduling;

// What is too late, too much at once, too large, or gone.
public sealed partial class ScheduleRunnerTests
{
    [Fact]
    public async Task AChangeJustAfterAnOccurrenceDoesNotSendItAgain()
    {
        var daily = await _world.EmailAsync(Nine, Daily);
        await AdvanceAndRunAsync(TimeSpan.FromHours(1));
        _world.Time.Advance(TimeSpan.FromSeconds(20));

        var again = await _world.Service().UpdateAsync(SchedulingWorld.Uid, daily.Id, new ScheduleChange { Text = "Later.", Time = new ScheduleTime(Nine, "UTC", Daily) }, default);

        Assert.Equal("schedule_time_invalid", Assert.IsType<ScheduleResult.Refused>(again).Code);
        await AdvanceAndRunAsync(TimeSpan.FromSeconds(1));
        Assert.Single(_world.Relay.Taken);
        Assert.Equal(2, (await _world.Schedules.FindAsync(daily.Id, default))!.Number);
    }

    [Fact]
    public async Task WhatWasPlannedIsMissedOrGivenUpOnceItIsADayLate()
    {
        var (never, tried) = (await _world.EmailAsync(Nine), await _world.EmailAsync(Nine));
        _world.Time.Advance(TimeSpan.FromHours(1));
        var worker = _world.Worker();
        await worker.PlanAsync(default);
        await _world.Deliveries.ChangeAsync(
            Delivery.IdOf(tried.Id, 1), found => new Decision<Delivery, string>("") { Change = found with { Parts = [found.Parts[0] with { Tries = 1 }] } }, default);

        await AdvanceAndRunAsync(TimeSpan.FromDays(5));

        Assert.Empty(_world.Relay.Taken);
        Assert.Equal((DeliveryState.Missed, false), ((await _world.DeliveryAsync(never.Id)).State, (await _world.DeliveryAsync(never.Id)).IsOpen));
        Assert.Equal((DeliveryState.Failed, "gave_up"), ((await _world.DeliveryAsync(tried.Id)).State, (await _world.DeliveryAsync(tried.Id)).Parts[0].Reason));
        Assert.Equal("schedule.created.v1 schedule.created.v1 schedule.failed.v1 schedule.missed.v1", string.Join(' ', (await _world.EventsAsync()).Split(' ').Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task WhatIsRefusedLeavesItsPicturesAsTheyWere()
    {
        _world.Options.ActiveOfAUser = 1;
        string[] large = [await _world.PictureAsync(0, 8 * 1024 * 1024), await _world.PictureAsync(1, 8 * 1024 * 1024)];
        Assert.Equal("attachments_too_large", await CodeAsync(large));
        await _world.EmailAsync(Nine);
        Assert.Equal("too_many_schedules", await CodeAsync(large[..1]));

        Assert.All(await _world.Pictures.FindAsync(large, default), picture => Assert.Equal((true, null), (picture.IsReady, picture.Use)));
        Assert.Equal(2, (await _world.Pictures.FindAsync(large, default)).Count);

        async Task<string?> CodeAsync(string[] pictures) => (await _world.Service().ScheduleEmailAsync(
            SchedulingWorld.Uid, new ScheduledEmail(["maria@example.org"], "s", "t", pictures), new ScheduleTime(Nine, "UTC", Recurrence.Once), null, default) as ScheduleResult.Refused)?.Code;
    }

    [Fact]
    public async Task OfMailsWithPicturesAProcessSendsOneAtATime()
    {
        for (var i = 0; i < 2; i++)
        {
            Assert.IsType<ScheduleResult.Done>(await _world.Service().ScheduleEmailAsync(
                SchedulingWorld.Uid, new ScheduledEmail([$"r{i}@example.org"], "s", "t", [await _world.PictureAsync(i)]), new ScheduleTime(Nine, "UTC", Recurrence.Once), null, default));
        }

        _world.Time.Advance(TimeSpan.FromHours(1));
        var worker = _world.Worker();
        await worker.PlanAsync(default);
        var taken = await worker.TakeAsync(isEmail: true, 16, default);
        Assert.Equal(2, taken.Count);
        var isTaken = new TaskCompletionSource();
        var (running, most) = (0, 0);
        _world.Relay.Busy = async () =>
        {
            var now = Interlocked.Increment(ref running);
            most = Math.Max(most, now);
            if (now > 1) isTaken.TrySetResult();
            await isTaken.Task;
            Interlocked.Decrement(ref running);
        };

        var both = taken.Select(delivery => worker.RunAsync(delivery, default)).ToList();
        await Task.WhenAny(both);
        isTaken.TrySetResult();
        await Task.WhenAll(both);

        Assert.Single(_world.Relay.Taken);
        Assert.Equal([DeliveryState.Sent, DeliveryState.Queued], (await _world.Deliveries.FindAsync([.. taken.Select(one => one.Id)], default)).Select(one => one.State).Order());
        await AdvanceAndRunAsync(TimeSpan.FromSeconds(2));
        Assert.Equal((2, 1), (_world.Relay.Taken.Count, most));
    }

    [Fact]
    public async Task AnErasureBesideAPlanningLeavesNothing()
    {
        var schedule = await _world.EmailAsync(Nine);
        _world.Time.Advance(TimeSpan.FromHours(1));
        // The worker is about to write the delivery down when the user is erased.
        var store = new PausingStore(_world.Store, "delivery", () => _world.Content.EraseAsync(SchedulingWorld.Uid, _world.Time.GetUtcNow(), default));
        await _world.Worker(store).PlanAsync(default);

        Assert.Null(await _world.Schedules.FindAsync(schedule.Id, default));
        Assert.Null(await _world.DeliveryAsync(schedule.Id));
    }

    [Fact]
    public async Task ADeliveryWhoseScheduleIsGoneIsNotKept()
    {
        var schedule = await _world.EmailAsync(Nine);
        _world.Time.Advance(TimeSpan.FromHours(1));
        var worker = _world.Worker();
        await worker.PlanAsync(default);
        var taken = Assert.Single(await worker.TakeAsync(isEmail: true, 16, default));
        Assert.True(await _world.Schedules.ChangeAsync(schedule.Id, found => new Decision<Schedule, string>("") { Delete = true }, default) is not null);

        await worker.RunAsync(taken, default);

        Assert.Null(await _world.DeliveryAsync(schedule.Id));
    }
}
