using ChaturMail.Api.Http;
using ChaturMail.Core.Events;

namespace ChaturMail.Api.Events;

/// <summary>Counts what the user has not read.</summary>
public static class GetUnreadCount
{
    /// <param name="Unread">Notifications that the user has not read.</param>
    public sealed record Response(long Unread);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(NoFields? request, SessionUser session, Notifications notifications, CancellationToken cancellation) =>
        Reply.Ok("Unread notifications.", new Response(await notifications.CountUnreadAsync(session.Account.Uid, cancellation)));
}
