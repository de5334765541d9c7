using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Scheduling;

/// <summary>One occurrence of a schedule, on its way or at its end.</summary>
/// <param name="Id">Id of the schedule, a hyphen, the number of the occurrence: whoever repeats the planning finds it there.</param>
/// <param name="ScheduleId">Of which schedule.</param>
/// <param name="Uid">Whose.</param>
/// <param name="Number">Of the occurrence, from 1.</param>
/// <param name="On">Its time, Unix milliseconds.</param>
/// <param name="Parts">To whom it goes and how far each has come: of an email its recipients, of a message one without address.</param>
/// <param name="Secret">Signs what is mailed out for this delivery: links to unsubscribe, addresses for bounces. Base64url.</param>
public sealed record Delivery(string Id, string ScheduleId, string Uid, int Number, long On, IReadOnlyList<DeliveryPart> Parts, string Secret)
{
    /// <summary>What is sent; null once nobody can need it any more. The user may have changed the schedule since.</summary>
    public ScheduledEmail? Email { get; init; }

    /// <summary>What is sent; null once nobody can need it any more, and for an email.</summary>
    public ScheduledMessage? Message { get; init; }

    /// <summary>True for an occurrence of a schedule that recurs.</summary>
    public bool Recurs { get; init; }

    /// <summary>False once all parts have ended and that is written down.</summary>
    public bool IsOpen { get; init; }

    /// <summary>When somebody is to look after it next, Unix milliseconds: the next try, or the end of the lease.</summary>
    public long NextOn { get; init; }

    /// <summary>Which worker has it, or null. Others leave it alone until <see cref="NextOn"/>.</summary>
    public string? Holder { get; init; }

    /// <summary>Since when it is tried, Unix milliseconds: its time, or when its user had it sent again.</summary>
    public long Since { get; init; }

    /// <summary>When it ended, Unix milliseconds, or null.</summary>
    public long? EndedOn { get; init; }

    /// <summary>The whole's state: that of the part that is worst off.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public DeliveryState State => Parts.Max(part => part.State);

    /// <summary>How a delivery is kept.</summary>
    public static readonly DocumentKind<Delivery> Kind = new(
        "delivery", delivery => delivery.Id, delivery => delivery.IsOpen ? delivery.NextOn : delivery.On,
        delivery => delivery.IsOpen ? [DueKey(delivery.Parts[0].Address.Length > 0), OfSchedule(delivery.ScheduleId)] : [OfSchedule(delivery.ScheduleId)]);

    /// <summary>The key under which what is on its way is found: emails apart from messages, which do not wait for a slow mail server.</summary>
    public static string DueKey(bool isEmail) => isEmail ? "due-email" : "due-message";

    /// <summary>The key of a schedule's deliveries.</summary>
    public static string OfSchedule(string scheduleId) => "schedule:" + scheduleId;

    /// <summary>The id of an occurrence's delivery.</summary>
    public static string IdOf(string scheduleId, int number) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{scheduleId}-{number}");
}

/// <summary>One recipient of a delivery.</summary>
/// <param name="Address">Where an email goes; empty for a message.</param>
/// <param name="State">How far it has come.</param>
public sealed record DeliveryPart(string Address, DeliveryState State)
{
    /// <summary>When that was, Unix milliseconds; null before anything was done.</summary>
    public long? ChangedOn { get; init; }

    /// <summary>When it is tried (again), Unix milliseconds.</summary>
    public long NextOn { get; init; }

    /// <summary>Tries so far.</summary>
    public int Tries { get; init; }

    /// <summary>Tells the try that is under way, or whose end is not known, from those before and after it.</summary>
    public string? Try { get; init; }

    /// <summary>Stable name of why it did not leave, or not yet; null when there is nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>The mail server's enhanced status code, or its code; null when it said none.</summary>
    public string? Status { get; init; }

    /// <summary>What the mail server said, cleaned and bounded; null when nothing. May quote the address.</summary>
    public string? Said { get; init; }
}

/// <summary>How far a delivery, or a part of it, has come. In the order of badness: the state of the whole is the greatest of its parts'.</summary>
public enum DeliveryState
{
    /// <summary>Passed over, because a later occurrence was due too.</summary>
    Skipped,

    /// <summary>Taken by the mail server, or written into the conversation.</summary>
    Sent,

    /// <summary>The recipient wants no more mail of this user.</summary>
    Unsubscribed,

    /// <summary>Too late to be sent: nobody was there to do it.</summary>
    Missed,

    /// <summary>Refused for good.</summary>
    Refused,

    /// <summary>Taken by the mail server, and came back.</summary>
    Bounced,

    /// <summary>Could not be sent for other reasons, or not for so long that it was given up.</summary>
    Failed,

    /// <summary>Whether it left nobody knows. It is not sent again unless its user says so.</summary>
    Uncertain,

    /// <summary>The last words are being said to the mail server.</summary>
    Sending,

    /// <summary>Waits for its first try, or its next.</summary>
    Queued,
}
