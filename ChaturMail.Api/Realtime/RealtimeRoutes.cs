namespace ChaturMail.Api.Realtime;

/// <summary>Routes of what tells connected users of changes.</summary>
public static class RealtimeRoutes
{
    /// <summary>Adds what the routes need.</summary>
    public static void AddRealtime(this WebApplicationBuilder builder)
    {
    }

    /// <summary>Declares the routes.</summary>
    public static void MapRealtime(this RouteGroupBuilder signedIn)
    {
    }
}
