namespace ChaturMail.Api.Events;

/// <summary>Routes of events, and what consumes them.</summary>
public static class NotificationRoutes
{
    /// <summary>Adds what the routes need.</summary>
    public static void AddEvents(this WebApplicationBuilder builder)
    {
    }

    /// <summary>Declares the routes.</summary>
    public static void MapEvents(this RouteGroupBuilder signedIn)
    {
    }
}
