using ChaturMail.Api.Http;
using ChaturMail.Core.Attachments;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Attachments;

/// <summary>Lists the user's uploads, newest first, a page at a time.</summary>
public static class GetUploads
{
    /// <param name="Limit">Uploads in the page, 1 to 100; 100 when absent.</param>
    /// <param name="Cursor">The <c>nextCursor</c> of the page before; the newest when absent.</param>
    public sealed record Request(int? Limit, string? Cursor);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request? request, SessionUser session, AttachmentService attachments, CancellationToken cancellation)
    {
        var check = new Check();
        var (limit, after) = PageFields.Read(check, request?.Limit, request?.Cursor);
        if (check.Failure is { } failure) return failure;

        var (items, next) = await attachments.ListAsync(
            session.Account.Uid, limit, after is null ? null : new DocumentCursor(after.CreatedOn, after.Id), cancellation);
        return Reply.List("Your uploads.", [.. items.Select(UploadItem.Of)], next is null ? null : new EmailCursor(next.Sort, next.Id).Encode());
    }
}
