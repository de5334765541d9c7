using ChaturMail.Api.Http;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Emails;

/// <summary>Lists the history, newest first, a page at a time.</summary>
public static class GetGeneratedEmails
{
    /// <param name="Limit">Emails in the page, 1 to 100; 100 when absent.</param>
    /// <param name="Cursor">The <c>nextCursor</c> of the page before; the newest when absent.</param>
    /// <param name="Search">Lists only emails that hold this text in subject, keywords, recipient or body, whatever its case.</param>
    public sealed record Request(int? Limit, string? Cursor, string? Search);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request? request, SessionUser session, IEmailStore emails, CancellationToken cancellation)
    {
        var check = new Check();
        var (limit, after) = PageFields.Read(check, request?.Limit, request?.Cursor);
        var search = check.Optional("search", request?.Search, Limits.Search);
        if (check.Failure is { } failure) return failure;

        var page = await emails.ListAsync(session.Account.Uid, limit, after, search, cancellation);
        return page.Emails.Count == 0 && after is null && search is null
            ? Reply.SoftFailure("You have no emails yet.", "no_emails")
            : Reply.List("Your emails.", page.Emails.Select(EmailItem.Of).ToList(), page.Next?.Encode());
    }
}
