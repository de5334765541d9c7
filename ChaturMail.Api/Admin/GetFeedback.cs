using ChaturMail.Api.Http;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Admin;

/// <summary>Lists what users wrote, newest first, a page at a time.</summary>
public static class GetFeedback
{
    /// <param name="Limit">Messages in the page, 1 to 100; 100 when absent.</param>
    /// <param name="Cursor">The <c>nextCursor</c> of the page before; the newest when absent.</param>
    public sealed record Request(int? Limit, string? Cursor);

    /// <param name="UserId">The writer's uid.</param>
    /// <param name="CreatedOn">Unix milliseconds.</param>
    public sealed record Response(string Id, string UserId, string Email, string Subject, string Message, long CreatedOn);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request? request, SessionUser session, IFeedbackStore feedback, OperatorActions actions, CancellationToken cancellation)
    {
        var check = new Check();
        var (limit, after) = PageFields.Read(check, request?.Limit, request?.Cursor);
        if (check.Failure is { } failure) return failure;

        await actions.NoteAsync(session, "feedback.read", "", $"up to {limit}", cancellation);
        var page = await feedback.ListAsync(limit, after, cancellation);
        return Reply.List(
            "Feedback.", page.Select(m => new Response(m.Id, m.UserId, m.Email, m.Subject, m.Message, m.CreatedOn)).ToList(),
            PageFields.Next(page, limit, message => new EmailCursor(message.CreatedOn, message.Id)));
    }
}
