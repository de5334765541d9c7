namespace ChaturMail.Api.Topics;

/// <summary>Routes of topics and their drafts.</summary>
public static class TopicRoutes
{
    /// <summary>Adds what the routes need.</summary>
    public static void AddTopics(this WebApplicationBuilder builder)
    {
    }

    /// <summary>Declares the routes.</summary>
    public static void MapTopics(this RouteGroupBuilder signedIn)
    {
    }
}
