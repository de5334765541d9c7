using ChaturMail.Api.Http;
using ChaturMail.Core.Scheduling;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Scheduling;

/// <summary>Writes a message into a conversation at a time, or again and again.</summary>
public static class ScheduleMessage
{
    /// <param name="ConversationId">One that the user is in.</param>
    /// <param name="Text">The message.</param>
    /// <param name="At">Local date and time; now when absent.</param>
    /// <param name="TimeZone">IANA name; the user's own when absent.</param>
    /// <param name="Recurrence">Once when absent.</param>
    /// <param name="ClientId">The same again is the same schedule.</param>
    public sealed record Request(string? ConversationId, string? Text, string? At, string? TimeZone, RecurrenceFields? Recurrence, string? ClientId);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, ScheduleFields fields, ScheduleService schedules, CancellationToken cancellation)
    {
        var check = new Check();
        var conversation = check.Required("conversationId", request.ConversationId, Limits.Id).ToLowerInvariant();
        if (check.Failure is null && !DocumentId.IsValid(conversation)) check.Fail("The field 'conversationId' must be the id of a conversation.");
        var text = check.Visible("text", request.Text, Limits.ScheduledMessage, lines: true);
        var clientId = ScheduleFields.ClientId(check, request.ClientId);
        var time = await fields.TimeAsync(check, session.Account.Uid, request.At, request.TimeZone, request.Recurrence, cancellation);
        if (check.Failure is { } failure) return failure;

        var message = new ScheduledMessage(conversation, text);
        return ScheduleFields.Answer(await schedules.ScheduleMessageAsync(session.Account.Uid, message, time, clientId, cancellation), "The message is scheduled.");
    }
}
