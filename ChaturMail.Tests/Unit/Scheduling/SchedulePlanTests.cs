using ChaturMail.Core.Mail;
using ChaturMail.Core.Scheduling;

namespace ChaturMail.Tests.Unit.Scheduling;

/// <summary>What is decided about schedules and deliveries: pure functions.</summary>
public sealed class SchedulePlanTests
{
    private const long Hour = 3_600_000;
    private const long Day = 24 * Hour;

    private static readonly SchedulingOptions Options = new();
    private static readonly long Nine = Timetable.MomentOf("2026-12-01T09:00:00", "UTC");

    [Fact]
    public void NothingLeavesBeforeItsTimeAndItLeavesAtIt()
    {
        var once = Of(Recurrence.Once);
        Assert.Null(SchedulePlan.Come(once, Nine - 1, Options));

        var left = SchedulePlan.Come(once, Nine, Options)!;

        Assert.Equal(new Occurrence(1, Nine, null), Assert.Single(left.Leaving));
        Assert.Equal((ScheduleState.Done, null, null, Nine), (left.State, left.NextOn, left.Place, left.EndedOn));
        // Once it leaves it does not leave again.
        Assert.Null(SchedulePlan.Come(left, Nine + Day, Options));
    }

    [Fact]
    public void AfterAPauseALateOneIsSentForADayAndThenMissed()
    {
        var once = Of(Recurrence.Once);
        Assert.Null(Assert.Single(SchedulePlan.Come(once, Nine + Day, Options)!.Leaving).Missed);

        var tooLate = SchedulePlan.Come(once, Nine + Day + 1, Options)!;

        Assert.Equal(DeliveryState.Missed, Assert.Single(tooLate.Leaving).Missed);
        Assert.Equal(ScheduleState.Failed, tooLate.State);
    }

    [Fact]
    public void OfARecurringOneOnlyTheLatestIsSentAndTheOthersAreWrittenDown()
    {
        var daily = Of(new Recurrence(RecurrenceKind.Daily, [], null, null, 10));

        var left = SchedulePlan.Come(daily, Nine + (3 * Day) + Hour, Options)!;

        Assert.Equal([DeliveryState.Skipped, DeliveryState.Skipped, DeliveryState.Skipped, null], left.Leaving.Select(occurrence => occurrence.Missed));
        Assert.Equal([1, 2, 3, 4], left.Leaving.Select(occurrence => occurrence.Number));
        Assert.Equal((ScheduleState.Active, 5, Nine + (4 * Day), "2026-12-05"), (left.State, left.Number, left.NextOn, left.NextDate));
    }

    [Fact]
    public void AMonthlyOneThatIsDaysLateIsNotSentLate()
    {
        var monthly = Of(new Recurrence(RecurrenceKind.Monthly, [], 1, null, null));
        var left = SchedulePlan.Come(monthly, Nine + (9 * Day), Options)!;
        Assert.Equal((DeliveryState.Missed, ScheduleState.Active), (Assert.Single(left.Leaving).Missed, left.State));
    }

    [Fact]
    public void TheLastOccurrenceEndsTheSchedule()
    {
        var twice = Of(new Recurrence(RecurrenceKind.Daily, [], null, null, 2));
        var left = SchedulePlan.Come(twice, Nine + (30 * Day), Options)!;
        Assert.Equal((ScheduleState.Done, 3), (left.State, left.Number));
        Assert.Equal([DeliveryState.Skipped, DeliveryState.Missed], left.Leaving.Select(occurrence => occurrence.Missed!.Value));
    }

    [Fact]
    public void WhatWasSaidOfADeliveryIsNotForgottenByTheOneWhoPlannedIt()
    {
        var left = SchedulePlan.Come(Of(Recurrence.Once), Nine, Options)!;
        var sent = SchedulePlan.Became(left, 1, DeliveryState.Sent);
        Assert.Equal((DeliveryState.Sent, 0), (SchedulePlan.Left(sent, 1).Last, SchedulePlan.Left(sent, 1).Leaving.Count));
        Assert.Equal(DeliveryState.Queued, SchedulePlan.Left(left, 1).Last);
    }

    [Fact]
    public void WhoDiesBeforeTheDotLeavesAMailToBeSentAndWhoDiesAfterItOneThatNobodyKnowsOf()
    {
        var taken = DeliverySteps.Take(Waiting(), "w1", Nine, Nine + Hour)!;
        Assert.Null(DeliverySteps.Take(taken, "w2", Nine + Hour - 1, Nine + (2 * Hour)));
        Assert.Equal(DeliveryState.Queued, DeliverySteps.Take(taken, "w2", Nine + Hour, Nine + (2 * Hour))!.State);

        var sending = DeliverySteps.BeforeTheEnd(taken, "w1", 0, "t1", Nine, Nine + Hour)!;
        var found = DeliverySteps.Take(sending, "w2", Nine + Hour, Nine + (2 * Hour))!;
        Assert.Equal((DeliveryState.Uncertain, DeliverySteps.Interrupted), (found.State, found.Parts[0].Reason));
        // Nobody sends it again by themselves.
        Assert.Null(DeliverySteps.BeforeTheEnd(found, "w2", 0, "t2", Nine + Hour, Nine + (2 * Hour)));
    }

    [Fact]
    public void WhoLostTheirLeaseSendsNoDot()
    {
        var taken = DeliverySteps.Take(Waiting(), "w1", Nine, Nine + Hour)!;
        Assert.Null(DeliverySteps.BeforeTheEnd(taken, "w1", 0, "t", Nine + Hour, Nine + (2 * Hour)));
        var other = DeliverySteps.Take(taken, "w2", Nine + Hour, Nine + (2 * Hour))!;
        Assert.Null(DeliverySteps.BeforeTheEnd(other, "w1", 0, "t", Nine + Hour, Nine + (2 * Hour)));
    }

    [Fact]
    public void AnAnswerThatComesLateIsBetterThanNone()
    {
        var sending = DeliverySteps.BeforeTheEnd(DeliverySteps.Take(Waiting(), "w1", Nine, Nine + Hour)!, "w1", 0, "t1", Nine, Nine + Hour)!;
        var uncertain = DeliverySteps.Close(DeliverySteps.Take(sending, "w2", Nine + Hour, Nine + (2 * Hour))!, Nine + Hour)!;
        Assert.NotNull(uncertain.Email);
        Assert.Equal(DeliveryState.Sent, DeliverySteps.AfterTheEnd(uncertain, "w1", 0, "t1", new HandOver.Accepted(), Options, Nine + Hour, 0)!.State);
        // Not to a mail that its user has had sent again meanwhile.
        var again = DeliverySteps.SendAgain(uncertain, Nine + Hour)!;
        Assert.Null(DeliverySteps.AfterTheEnd(again, "w1", 0, "t1", new HandOver.Accepted(), Options, Nine + Hour, 0));
    }

    [Fact]
    public void WhatIsUncertainCanBeSentAgainBeforeItsDeliveryIsClosed()
    {
        var sending = DeliverySteps.BeforeTheEnd(DeliverySteps.Take(Waiting(), "w1", Nine, Nine + Hour)!, "w1", 0, "t1", Nine, Nine + Hour)!;
        var uncertain = DeliverySteps.Take(sending, "w2", Nine + Hour, Nine + (2 * Hour))!;

        var again = DeliverySteps.SendAgain(uncertain, Nine + Hour)!;

        Assert.Null(DeliverySteps.Close(again, Nine + Hour));
        var released = DeliverySteps.Release(again, "w2")!;
        Assert.Equal((DeliveryState.Queued, null, Nine + Hour), (released.State, released.Holder, released.NextOn));
    }

    [Fact]
    public void ARefusalForNowIsTriedAgainLaterAndLaterForADay()
    {
        var delivery = Waiting();
        var tries = new List<long>();
        var now = Nine;
        while (delivery.State == DeliveryState.Queued)
        {
            delivery = DeliverySteps.Take(delivery with { Holder = null, NextOn = now }, "w", now, now + Hour)!;
            delivery = DeliverySteps.Stayed(delivery, "w", 0, new HandOver.Deferred(new SmtpReply(451, "4.3.0", "later"), "busy"), Options, now, now + Hour)!;
            tries.Add(delivery.Parts[0].NextOn - now);
            now = delivery.Parts[0].NextOn;
        }

        Assert.Equal([60_000, 300_000, 900_000, 1_800_000, Hour, Hour], tries.Take(6));
        Assert.Equal((DeliveryState.Failed, DeliverySteps.GaveUp, "4.3.0"), (delivery.State, delivery.Parts[0].Reason, delivery.Parts[0].Status));
        Assert.InRange(now, Nine + (22 * Hour), Nine + Day);
    }

    [Fact]
    public void ARefusalOfUsIsNoRefusalOfTheMail()
    {
        var delivery = DeliverySteps.Take(Waiting(), "w", Nine, Nine + Hour)!;
        var reply = new SmtpReply(535, "5.7.8", "no");
        Assert.Equal(DeliveryState.Queued, DeliverySteps.Stayed(delivery, "w", 0, new HandOver.Refused(reply, false), Options, Nine, Nine + Hour)!.State);
        var refused = DeliverySteps.Stayed(delivery, "w", 0, new HandOver.Refused(reply, true), Options, Nine, Nine + Hour)!;
        Assert.Equal((DeliveryState.Refused, "5.7.8", "no"), (refused.State, refused.Parts[0].Status, refused.Parts[0].Said));
        // What was refused for good is not kept to be sent again.
        Assert.Null(DeliverySteps.Close(refused, Nine)!.Email);
    }

    private static Delivery Waiting() => SchedulePlan.DeliveryOf(Of(Recurrence.Once), new Occurrence(1, Nine, null), "secret", Nine);

    private static Schedule Of(Recurrence rule) => new("6b018b08c371b1bcac5105a3", "u1", ScheduleState.Active, "UTC", "2026-12-01T09:00:00", rule, Nine - Day)
    {
        Email = new ScheduledEmail(["a@example.com"], "s", "t", []),
        NextDate = "2026-12-01",
        NextOn = Nine,
        Place = 0,
    };
}
