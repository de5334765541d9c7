using ChaturMail.Api.Http;

namespace ChaturMail.Api.Translation;

/// <summary>Routes of users' preferences and of translations for the reader.</summary>
public static class TranslationRoutes
{
    /// <summary>Adds what the routes need.</summary>
    public static void AddTranslation(this WebApplicationBuilder builder) => builder.Services.AddHostedService<MissingTranslations>();

    /// <summary>Declares the routes.</summary>
    public static void MapTranslation(this RouteGroupBuilder signedIn)
    {
        signedIn.MapUseCase<PreferencesItem>("/user/getPreferences", null, "Language, time zone and translation unasked", GetPreferences.Handle);
        signedIn.MapUseCase<PreferencesItem>("/user/setPreferences", null, "Choose language, time zone and translation unasked", SetPreferences.Handle);
        signedIn.MapUseCase<TranslationItem>("/translation/translateMessage", null, "A message in the reader's language", TranslateMessage.Handle);
        signedIn.MapUseCase<TranslateEmail.Response>("/translation/translateEmail", null, "An email in the reader's language", TranslateEmail.Handle);
        signedIn.MapUseCase<TranslateDraft.Response>("/translation/translateDraft", null, "A topic's draft in the reader's language", TranslateDraft.Handle);
    }
}
