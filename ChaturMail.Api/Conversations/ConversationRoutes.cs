namespace ChaturMail.Api.Conversations;

/// <summary>Routes of conversations and their messages.</summary>
public static class ConversationRoutes
{
    /// <summary>Adds what the routes need.</summary>
    public static void AddConversations(this WebApplicationBuilder builder)
    {
    }

    /// <summary>Declares the routes.</summary>
    public static void MapConversations(this RouteGroupBuilder signedIn)
    {
    }
}
