namespace ChaturMail.Api.Translation;

/// <summary>Routes of translations for the reader.</summary>
public static class TranslationRoutes
{
    /// <summary>Adds what the routes need.</summary>
    public static void AddTranslation(this WebApplicationBuilder builder)
    {
    }

    /// <summary>Declares the routes.</summary>
    public static void MapTranslation(this RouteGroupBuilder signedIn)
    {
    }
}
