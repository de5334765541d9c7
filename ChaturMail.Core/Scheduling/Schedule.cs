using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Scheduling;

/// <summary>Something that a user wants to be sent at a time, once or again and again.</summary>
/// <param name="Id">A <see cref="DocumentId"/>.</param>
/// <param name="Uid">Whose it is.</param>
/// <param name="State">Whether anything of it is to come.</param>
/// <param name="Zone">Time zone (IANA name) in which its times are meant.</param>
/// <param name="Start">Local date and time of the first occurrence, <c>2026-12-01T09:00:00</c>.</param>
/// <param name="Recurrence">How it comes again.</param>
/// <param name="CreatedOn">Unix milliseconds.</param>
public sealed record Schedule(string Id, string Uid, ScheduleState State, string Zone, string Start, Recurrence Recurrence, long CreatedOn)
{
    /// <summary>The email to send; null for a message.</summary>
    public ScheduledEmail? Email { get; init; }

    /// <summary>The message to send; null for an email.</summary>
    public ScheduledMessage? Message { get; init; }

    /// <summary>The user's own name for it, by which a repeated request is told; null where they gave none.</summary>
    public string? ClientId { get; init; }

    /// <summary>Local date of the next occurrence, <c>2026-12-01</c>; null when none is to come.</summary>
    public string? NextDate { get; init; }

    /// <summary>Time of the next occurrence, Unix milliseconds; null when none is to come.</summary>
    public long? NextOn { get; init; }

    /// <summary>Number of the next occurrence, from 1; after the last, one more than it.</summary>
    public int Number { get; init; } = 1;

    /// <summary>Occurrences whose time has come and whose delivery is not written down yet: what nobody can cancel any more.</summary>
    public IReadOnlyList<Occurrence> Leaving { get; init; } = [];

    /// <summary>What became of the last occurrence, or null before the first.</summary>
    public DeliveryState? Last { get; init; }

    /// <summary>Number of that occurrence.</summary>
    public int LastNumber { get; init; }

    /// <summary>When it ended, Unix milliseconds, or null.</summary>
    public long? EndedOn { get; init; }

    /// <summary>Which of the active schedules that its user may have this is, from 0: keeps their number. Null once it has ended.</summary>
    public int? Place { get; init; }

    /// <summary>Counts the user's changes, from 1.</summary>
    public int Revision { get; init; } = 1;

    /// <summary>How a schedule is kept: to come by the time of the next occurrence, past by the time of its end.</summary>
    public static readonly DocumentKind<Schedule> Kind = new(
        "schedule", schedule => schedule.Id, SortOf, KeysOf, UniqueOf);

    /// <summary>The key under which what has come is found.</summary>
    public const string DueKey = "due";

    /// <summary>The key under which what has ended is found.</summary>
    public const string EndedKey = "ended";

    /// <summary>The key of a user's schedules that are to come.</summary>
    public static string AheadKey(string uid) => "ahead:" + uid;

    /// <summary>The key of a user's schedules that have ended.</summary>
    public static string PastKey(string uid) => "past:" + uid;

    /// <summary>The key of a user's schedule by their own name for it.</summary>
    public static string ClientKey(string uid, string clientId) => $"client:{uid}:{clientId}";

    /// <summary>The use under which its attachments are bound.</summary>
    public static string UseOf(string id) => "schedule:" + id;

    private static long SortOf(Schedule schedule) =>
        schedule.Leaving.Count > 0 ? schedule.Leaving[0].On : schedule.NextOn ?? schedule.EndedOn ?? schedule.CreatedOn;

    private static List<string> KeysOf(Schedule schedule)
    {
        var keys = new List<string>(4);
        if (schedule.State == ScheduleState.Active || schedule.Leaving.Count > 0) keys.Add(DueKey);
        keys.Add(schedule.State == ScheduleState.Active ? AheadKey(schedule.Uid) : PastKey(schedule.Uid));
        if (schedule.State != ScheduleState.Active && schedule.Leaving.Count == 0) keys.Add(EndedKey);
        if (schedule.ClientId is { } clientId) keys.Add(ClientKey(schedule.Uid, clientId));
        return keys;
    }

    private static List<string> UniqueOf(Schedule schedule)
    {
        var unique = new List<string>(2);
        if (schedule.Place is { } place) unique.Add($"active:{schedule.Uid}:{place}");
        if (schedule.ClientId is { } clientId) unique.Add(ClientKey(schedule.Uid, clientId));
        return unique;
    }
}

/// <summary>Whether anything of a schedule is to come.</summary>
public enum ScheduleState
{
    /// <summary>It is.</summary>
    Active,

    /// <summary>All of its time has come; what became of it its deliveries say.</summary>
    Done,

    /// <summary>Its user called it off.</summary>
    Cancelled,

    /// <summary>It ended before its time: what it needs is gone, or its only time was missed.</summary>
    Failed,
}

/// <summary>An email that a user wrote.</summary>
/// <param name="To">Addresses, 1 to 10, as the user wrote them.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">Plain text.</param>
/// <param name="Attachments">Ids.</param>
public sealed record ScheduledEmail(IReadOnlyList<string> To, string Subject, string Text, IReadOnlyList<string> Attachments)
{
    /// <summary>Address under which the Api is reached, for the link that ends a recurring email; null for one that does not recur.</summary>
    public string? PublicAddress { get; init; }
}

/// <summary>A message that a user wrote.</summary>
/// <param name="ConversationId">Where it goes.</param>
/// <param name="Text">At most 4,000 characters.</param>
public sealed record ScheduledMessage(string ConversationId, string Text);

/// <summary>An occurrence whose time has come.</summary>
/// <param name="Number">From 1.</param>
/// <param name="On">Unix milliseconds.</param>
/// <param name="Missed">Null for one that is to be sent; else why it is not: <see cref="DeliveryState.Skipped"/> or <see cref="DeliveryState.Missed"/>.</param>
public sealed record Occurrence(int Number, long On, DeliveryState? Missed);

/// <summary>How something comes again.</summary>
/// <param name="Kind">By which rule.</param>
/// <param name="Days">Of a weekly one: on which days, Monday first; else empty.</param>
/// <param name="DayOfMonth">Of a monthly one, 1 to 31; in a shorter month its last day. Else null.</param>
/// <param name="Until">Last local date on which it may come, <c>2026-12-31</c>, or null.</param>
/// <param name="Count">The most occurrences, or null.</param>
public sealed record Recurrence(RecurrenceKind Kind, IReadOnlyList<DayOfWeek> Days, int? DayOfMonth, string? Until, int? Count)
{
    /// <summary>Not at all.</summary>
    public static readonly Recurrence Once = new(RecurrenceKind.None, [], null, null, null);
}

/// <summary>Rules by which something comes again.</summary>
public enum RecurrenceKind
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>Every day.</summary>
    Daily,

    /// <summary>Monday to Friday.</summary>
    Weekdays,

    /// <summary>Every week, on some days.</summary>
    Weekly,

    /// <summary>Every month, on one day.</summary>
    Monthly,
}
