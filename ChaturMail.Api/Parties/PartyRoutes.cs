namespace ChaturMail.Api.Parties;

/// <summary>Routes of parties.</summary>
public static class PartyRoutes
{
    /// <summary>Adds what the routes need.</summary>
    public static void AddParties(this WebApplicationBuilder builder)
    {
    }

    /// <summary>Declares the routes.</summary>
    public static void MapParties(this RouteGroupBuilder signedIn)
    {
    }
}
