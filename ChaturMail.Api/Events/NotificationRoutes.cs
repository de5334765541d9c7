using ChaturMail.Api.Http;
using ChaturMail.Core.Events;

namespace ChaturMail.Api.Events;

/// <summary>What the user was told of.</summary>
public static class NotificationRoutes
{
    /// <summary>Adds what the routes need.</summary>
    public static void AddEvents(this WebApplicationBuilder builder)
    {
        // The service is the Worker's as well: Workspaces adds it.
    }

    /// <summary>Declares the routes.</summary>
    public static void MapEvents(this RouteGroupBuilder signedIn)
    {
        signedIn.MapUseCase<NotificationItem>("/notification/getNotifications", null, "What the user was told of, newest first", GetNotifications.Handle);
        signedIn.MapUseCase<GetUnreadCount.Response>("/notification/getUnreadCount", null, "How many notifications the user has not read", GetUnreadCount.Handle);
        signedIn.MapUseCase<GetUnreadCount.Response>("/notification/markRead", null, "Note that notifications were read", MarkRead.Handle);
    }
}
