namespace ChaturMail.Api.Scheduling;

/// <summary>Routes of scheduled delivery.</summary>
public static class ScheduleRoutes
{
    /// <summary>Adds what the routes need.</summary>
    public static void AddScheduling(this WebApplicationBuilder builder)
    {
    }

    /// <summary>Declares the routes.</summary>
    public static void MapScheduling(this RouteGroupBuilder signedIn)
    {
    }
}
