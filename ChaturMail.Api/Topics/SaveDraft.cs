using ChaturMail.Api.Http;
using ChaturMail.Core.Topics;

namespace ChaturMail.Api.Topics;

/// <summary>Saves the next version of a topic's draft: what a member wrote, or an email of their own history.</summary>
public static class SaveDraft
{
    /// <param name="Id">The topic.</param>
    /// <param name="Version">The version that it was made from, 0 for the first; refused when there is a newer one.</param>
    /// <param name="ToEmail">Recipient; as it was when absent.</param>
    /// <param name="Subject">As it was when absent.</param>
    /// <param name="Text">As it was when absent.</param>
    /// <param name="EmailId">An email of the user's own history, instead of the three.</param>
    public sealed record Request(string? Id, int? Version, string? ToEmail, string? Subject, string? Text, string? EmailId);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, TopicDrafts drafts, CancellationToken cancellation)
    {
        var check = new Check();
        var id = TopicFields.Id(check, "id", request.Id);
        var version = TopicFields.Version(check, request.Version, least: 0);
        var emailId = request.EmailId is null ? null : TopicFields.Id(check, "emailId", request.EmailId);
        var (toEmail, subject, text) = emailId is null ? TopicFields.Draft(check, request.ToEmail, request.Subject, request.Text) : default;
        if (emailId is not null && (request.ToEmail ?? request.Subject ?? request.Text) is not null)
            check.Fail("The field 'emailId' stands instead of 'toEmail', 'subject' and 'text'.");
        if (check.Failure is { } failure) return failure;

        var uid = session.Account.Uid;
        return TopicReply.Draft(
            emailId is null ? await drafts.SaveAsync(id, uid, version, toEmail, subject, text, cancellation)
            : await drafts.SaveEmailAsync(id, uid, version, emailId, cancellation),
            "The draft was saved.");
    }
}
