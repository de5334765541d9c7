using ChaturMail.Api.Http;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Events;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Events;

/// <summary>Lists what the user was told of, newest first, a page at a time.</summary>
public static class GetNotifications
{
    /// <param name="Limit">Notifications in the page, 1 to 100; 100 when absent.</param>
    /// <param name="Cursor">The <c>nextCursor</c> of the page before; the newest when absent.</param>
    /// <param name="UnreadOnly">True for those that the user has not read.</param>
    public sealed record Request(int? Limit, string? Cursor, bool? UnreadOnly);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request? request, SessionUser session, Notifications notifications, CancellationToken cancellation)
    {
        var check = new Check();
        var (limit, after) = PageFields.Read(check, request?.Limit, request?.Cursor);
        if (check.Failure is { } failure) return failure;

        // Notifications are sorted by milliseconds, in which this cursor counts, and which no client looks at.
        var page = await notifications.ListAsync(
            session.Account.Uid, request?.UnreadOnly ?? false, limit, after is null ? null : new DocumentCursor(after.CreatedOn, after.Id), cancellation);
        return Reply.List(
            "Your notifications.", await notifications.DescribeAsync(page, cancellation),
            PageFields.Next(page, limit, notification => new EmailCursor(notification.CreatedOn, notification.Id)));
    }
}
