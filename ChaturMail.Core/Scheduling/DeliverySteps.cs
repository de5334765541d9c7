using ChaturMail.Core.Mail;

namespace ChaturMail.Core.Scheduling;

/// <summary>
/// The steps of a delivery, each one change of its document. A worker holds it until <see cref="Delivery.NextOn"/>. What it writes down just before the last dot
/// of a mail (<see cref="DeliveryState.Sending"/>) is what tells, after its death, a part that certainly did not leave from one that may have. Pure functions; null
/// for a step that is not to be done any more.
/// </summary>
public static class DeliverySteps
{
    /// <summary>Reason of a part whose worker died, or lost the connection, between the last dot and the answer.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>Reason of a part that the mail server did not take for so long that it was given up.</summary>
    public const string GaveUp = "gave_up";

    // What was planned, or put off, up to the last moment is still to be taken.
    private const long LateMilliseconds = 60_000;

    // Minutes between tries; the last one goes on.
    private static readonly int[] RestMinutes = [1, 5, 15, 30, 60];

    /// <summary>A worker takes the delivery, once nobody holds it any more.</summary>
    /// <param name="until">Unix milliseconds.</param>
    public static Delivery? Take(Delivery delivery, string worker, long now, long until)
    {
        if (!delivery.IsOpen || delivery.NextOn > now) return null;
        // Whoever wrote Sending down is gone, or so slow that it lost its lease.
        return delivery with
        {
            Holder = worker,
            NextOn = until,
            Parts = [.. delivery.Parts.Select(part => part.State == DeliveryState.Sending
                ? part with { State = DeliveryState.Uncertain, Reason = Interrupted, ChangedOn = now }
                : part)],
        };
    }

    /// <summary>The last dot is about to be sent.</summary>
    /// <param name="until">Until when the worker holds the delivery: longer than it waits for the answer.</param>
    public static Delivery? BeforeTheEnd(Delivery delivery, string worker, int index, string attempt, long now, long until) =>
        delivery.IsOpen && delivery.Holder == worker && delivery.NextOn > now && delivery.Parts[index].State == DeliveryState.Queued
            ? With(delivery, index, part => part with { State = DeliveryState.Sending, Try = attempt, Tries = part.Tries + 1, ChangedOn = now }) with { NextOn = until }
            : null;

    /// <summary>What the mail server said after the last dot, or that nobody knows. It counts even when the lease is over: whoever knows is right.</summary>
    /// <param name="until">Until when the worker holds the delivery, if it still does.</param>
    public static Delivery? AfterTheEnd(Delivery delivery, string worker, int index, string attempt, HandOver outcome, SchedulingOptions options, long now, long until)
    {
        var part = delivery.Parts[index];
        if (part.Try != attempt || part.State is not (DeliveryState.Sending or DeliveryState.Uncertain)) return null;
        var changed = With(delivery, index, _ => After(delivery, part, outcome, options, now));
        if (delivery.Holder == worker) return changed with { NextOn = until };
        // Somebody else has closed it meanwhile as uncertain, and the server says that it was not taken: it goes on.
        return !changed.IsOpen && IsUnderWay(changed) ? changed with { IsOpen = true, EndedOn = null, NextOn = changed.Parts[index].NextOn } : changed;
    }

    /// <summary>What the mail server said before the last dot: the part certainly did not leave.</summary>
    public static Delivery? Stayed(Delivery delivery, string worker, int index, HandOver outcome, SchedulingOptions options, long now, long until) =>
        delivery.Holder == worker && delivery.Parts[index].State == DeliveryState.Queued
            ? With(delivery, index, part => After(delivery, part with { Tries = part.Tries + 1 }, outcome, options, now)) with { NextOn = until }
            : null;

    /// <summary>A part that is over without a mail server, or waits for a limit.</summary>
    /// <param name="nextOn">When it is tried again, Unix milliseconds, of a part that waits.</param>
    public static Delivery? Decided(
        Delivery delivery, string worker, int index, DeliveryState state, string? reason, SchedulingOptions options, long now, long? nextOn = null) =>
        delivery.Holder == worker && delivery.Parts[index].State == DeliveryState.Queued
            ? With(delivery, index, part => part with
            {
                State = nextOn is { } on && on > Deadline(delivery, options) ? DeliveryState.Failed : state,
                Reason = nextOn > Deadline(delivery, options) ? reason ?? GaveUp : reason,
                ChangedOn = now,
                NextOn = nextOn ?? part.NextOn,
            })
            : null;

    /// <summary>
    /// A part whose time is long over, because no worker was there or each that took it fell: given up where it was tried, missed where it was not. Null where it is not too late.
    /// </summary>
    public static Delivery? TooLate(Delivery delivery, string worker, int index, SchedulingOptions options, long now)
    {
        if (now <= Deadline(delivery, options) + LateMilliseconds) return null;
        return delivery.Parts[index].Tries > 0
            ? Decided(delivery, worker, index, DeliveryState.Failed, GaveUp, options, now)
            : Decided(delivery, worker, index, DeliveryState.Missed, null, options, now);
    }

    /// <summary>The worker is done for now: the next try is when the first part wants it.</summary>
    public static Delivery? Release(Delivery delivery, string worker) =>
        delivery.IsOpen && delivery.Holder == worker && IsUnderWay(delivery)
            ? delivery with { Holder = null, NextOn = delivery.Parts.Where(part => part.State == DeliveryState.Queued).Select(part => part.NextOn).DefaultIfEmpty(delivery.NextOn).Min() }
            : null;

    /// <summary>All parts have ended. What was sent is kept only where its user may want it sent again.</summary>
    public static Delivery? Close(Delivery delivery, long now)
    {
        if (!delivery.IsOpen || IsUnderWay(delivery)) return null;
        var mayBeSentAgain = delivery.Parts.Any(IsToBeSentAgain);
        return delivery with
        {
            IsOpen = false,
            Holder = null,
            EndedOn = now,
            Email = mayBeSentAgain ? delivery.Email : null,
            Message = mayBeSentAgain ? delivery.Message : null,
        };
    }

    /// <summary>The user has what did not certainly leave sent again. Whoever holds the delivery still finds it to be sent when they let go of it.</summary>
    public static Delivery? SendAgain(Delivery delivery, long now) =>
        (delivery.Email is not null || delivery.Message is not null) && delivery.Parts.Any(IsToBeSentAgain)
            ? delivery with
            {
                IsOpen = true,
                EndedOn = null,
                NextOn = delivery.Holder is null ? now : delivery.NextOn,
                // What has ended and was not told yet is told with the rest.
                Since = delivery.IsOpen ? delivery.Since : now,
                Parts = [.. delivery.Parts.Select(part => IsToBeSentAgain(part) ? new DeliveryPart(part.Address, DeliveryState.Queued) { NextOn = now } : part)],
            }
            : null;

    /// <summary>A mail came back (RFC 3464).</summary>
    public static Delivery? Bounce(Delivery delivery, int index, string status, long now) =>
        delivery.Parts[index].State is DeliveryState.Sent or DeliveryState.Uncertain or DeliveryState.Sending
            ? With(delivery, index, part => part with { State = DeliveryState.Bounced, Status = status, Reason = null, ChangedOn = now })
            : null;

    /// <summary>True while a part is yet to end.</summary>
    public static bool IsUnderWay(Delivery delivery) => delivery.Parts.Any(part => part.State is DeliveryState.Queued or DeliveryState.Sending);

    private static bool IsToBeSentAgain(DeliveryPart part) => part.State is DeliveryState.Uncertain or DeliveryState.Failed;

    private static long Deadline(Delivery delivery, SchedulingOptions options) => delivery.Since + (long)options.CatchUp.TotalMilliseconds;

    private static DeliveryPart After(Delivery delivery, DeliveryPart part, HandOver outcome, SchedulingOptions options, long now)
    {
        var changed = part with { ChangedOn = now, Reason = null, Status = null, Said = null };
        switch (outcome)
        {
            case HandOver.Accepted:
                return changed with { State = DeliveryState.Sent };
            case HandOver.Uncertain:
                return changed with { State = DeliveryState.Uncertain, Reason = Interrupted };
            case HandOver.Refused { IsOfTheMail: true, Reply: var reply }:
                return Saying(changed, reply) with { State = DeliveryState.Refused };
        }

        // A server that will not have us at all is the operator's to mend, and that is no reason to lose the mail.
        changed = outcome is HandOver.Deferred { Reply: { } said } ? Saying(changed, said) : changed;
        var rest = RestMinutes[Math.Min(changed.Tries, RestMinutes.Length) - 1] * 60_000L;
        return now + rest > Deadline(delivery, options)
            ? changed with { State = DeliveryState.Failed, Reason = GaveUp }
            : changed with { State = DeliveryState.Queued, Try = null, NextOn = now + rest, Reason = "mail_server_busy" };
    }

    private static DeliveryPart Saying(DeliveryPart part, SmtpReply reply) => part with
    {
        Status = reply.Status.Length > 0 ? reply.Status : reply.Code.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Said = reply.Text.Length > 0 ? reply.Text : null,
    };

    private static Delivery With(Delivery delivery, int index, Func<DeliveryPart, DeliveryPart> change) =>
        delivery with { Parts = [.. delivery.Parts.Select((part, at) => at == index ? change(part) : part)] };
}
