using ChaturMail.Api.Http;
using ChaturMail.Core.Scheduling;

namespace ChaturMail.Api.Scheduling;

/// <summary>A schedule as clients see it. Times are Unix seconds.</summary>
/// <param name="Kind"><c>email</c> or <c>message</c>.</param>
/// <param name="State"><c>active</c>, <c>done</c>, <c>cancelled</c> or <c>failed</c>.</param>
/// <param name="At">Local date and time of the first occurrence.</param>
/// <param name="Recurrence">Null for one that comes once.</param>
/// <param name="NextOn">When the next occurrence comes; null when none does.</param>
/// <param name="Occurrence">Number of that, from 1.</param>
/// <param name="LastState">What became of the last occurrence; null before the first.</param>
/// <param name="EndedOn">Null while it is active.</param>
/// <param name="To">Null for a message, like subject and attachments.</param>
/// <param name="ConversationId">Null for an email.</param>
public sealed record ScheduleItem(
    string Id, string Kind, string State, string TimeZone, string At, RecurrenceItem? Recurrence, long? NextOn, int Occurrence, string? LastState, long CreatedOn,
    long? EndedOn, IReadOnlyList<string>? To, string? Subject, string Text, IReadOnlyList<string>? Attachments, string? ConversationId)
{
    /// <summary>The wire form of a schedule.</summary>
    public static ScheduleItem Of(Schedule schedule) => new(
        schedule.Id, schedule.Email is null ? "message" : "email", Check.NameOf(schedule.State), schedule.Zone, schedule.Start, RecurrenceItem.Of(schedule.Recurrence),
        schedule.NextOn / 1000, schedule.Number, schedule.Last is { } last ? Check.NameOf(last) : null, schedule.CreatedOn / 1000, schedule.EndedOn / 1000,
        schedule.Email?.To, schedule.Email?.Subject, schedule.Email?.Text ?? schedule.Message!.Text, schedule.Email?.Attachments, schedule.Message?.ConversationId);
}

/// <summary>How something comes again.</summary>
/// <param name="Kind"><c>daily</c>, <c>weekdays</c>, <c>weekly</c> or <c>monthly</c>.</param>
/// <param name="Days">Of a weekly one, e.g. <c>monday</c>; else null.</param>
/// <param name="DayOfMonth">Of a monthly one; else null.</param>
/// <param name="Until">Last date, or null.</param>
/// <param name="Count">The most occurrences, or null.</param>
public sealed record RecurrenceItem(string Kind, IReadOnlyList<string>? Days, int? DayOfMonth, string? Until, int? Count)
{
    /// <summary>The wire form of a rule; null for none.</summary>
    public static RecurrenceItem? Of(Recurrence rule) => rule.Kind == RecurrenceKind.None ? null : new(
        Check.NameOf(rule.Kind), rule.Kind == RecurrenceKind.Weekly ? [.. rule.Days.Select(Check.NameOf)] : null, rule.DayOfMonth, rule.Until, rule.Count);
}

/// <summary>One occurrence on its way or at its end. Times are Unix seconds.</summary>
/// <param name="On">Its time.</param>
/// <param name="State">That of the recipient who is worst off.</param>
/// <param name="CanResend">True when something of it may be sent again.</param>
/// <param name="Recipients">One for each address; of a message one without.</param>
public sealed record DeliveryItem(int Occurrence, long On, string State, bool CanResend, IReadOnlyList<DeliveryItem.Recipient> Recipients)
{
    /// <param name="To">Empty for a message.</param>
    /// <param name="State">How far it has come.</param>
    /// <param name="ChangedOn">When that was; null before anything was done.</param>
    /// <param name="NextOn">When it is tried next; null when it is not.</param>
    /// <param name="Reason">Stable name, or null.</param>
    /// <param name="Status">The mail server's status code (RFC 3463), or null.</param>
    /// <param name="Said">What the mail server said, or null.</param>
    public sealed record Recipient(string To, string State, long? ChangedOn, long? NextOn, string? Reason, string? Status, string? Said);

    /// <summary>The wire form of a delivery.</summary>
    public static DeliveryItem Of(Delivery delivery) => new(
        delivery.Number, delivery.On / 1000, Check.NameOf(delivery.State),
        (delivery.Email is not null || delivery.Message is not null) && delivery.Parts.Any(part => part.State is DeliveryState.Uncertain or DeliveryState.Failed),
        [.. delivery.Parts.Select(part => new Recipient(
            part.Address, Check.NameOf(part.State), part.ChangedOn / 1000, part.State == DeliveryState.Queued ? part.NextOn / 1000 : null, part.Reason, part.Status, part.Said))]);
}
