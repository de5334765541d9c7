using ChaturMail.Api.Http;
using ChaturMail.Core.Scheduling;

namespace ChaturMail.Api.Scheduling;

/// <summary>Sends an email by the server's relay, with the user as the one whom answers go to: now, at a time, or again and again.</summary>
public static class ScheduleEmail
{
    /// <param name="To">Addresses.</param>
    /// <param name="Subject">One line.</param>
    /// <param name="Text">Plain text.</param>
    /// <param name="Attachments">Ids of finished uploads; none when absent.</param>
    /// <param name="At">Local date and time; now when absent.</param>
    /// <param name="TimeZone">IANA name; the user's own when absent.</param>
    /// <param name="Recurrence">Once when absent.</param>
    /// <param name="ClientId">The same again is the same schedule.</param>
    public sealed record Request(
        IReadOnlyList<string?>? To, string? Subject, string? Text, IReadOnlyList<string?>? Attachments, string? At, string? TimeZone, RecurrenceFields? Recurrence,
        string? ClientId);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, HttpRequest http, SessionUser session, ScheduleFields fields, ScheduleService schedules, CancellationToken cancellation)
    {
        var check = new Check();
        var to = fields.Recipients(check, request.To);
        var subject = check.Visible("subject", request.Subject, Limits.Subject);
        var text = check.Visible("text", request.Text, Limits.ScheduledText, lines: true);
        var attachments = ScheduleFields.Attachments(check, request.Attachments);
        var clientId = ScheduleFields.ClientId(check, request.ClientId);
        var time = await fields.TimeAsync(check, session.Account.Uid, request.At, request.TimeZone, request.Recurrence, cancellation);
        if (check.Failure is { } failure) return failure;

        var recurs = time.Recurrence.Kind != RecurrenceKind.None;
        var address = recurs ? fields.PublicAddress(http) : null;
        if (recurs && address is null) return Reply.Error(ScheduleFields.NoPublicAddress);
        var email = new ScheduledEmail(to, subject, text, attachments) { PublicAddress = address };
        return ScheduleFields.Answer(await schedules.ScheduleEmailAsync(session.Account.Uid, email, time, clientId, cancellation), "The email is scheduled.");
    }
}
