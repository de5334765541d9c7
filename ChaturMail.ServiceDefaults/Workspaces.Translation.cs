using ChaturMail.Core.Accounts;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Translation;
using ChaturMail.Core.Workspaces;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ChaturMail.ServiceDefaults;

public static partial class Workspaces
{
    /// <summary>Adds users' preferences and translations for the reader: what Api and Worker share.</summary>
    private static void AddTranslation(IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(builder.Configuration.ReadOptions<TranslationOptions>("Translation", o => o.Validate()));
        services.AddSingleton<PreferencesService>();
        services.AddSingleton<IPersonalContent>(s => s.GetRequiredService<PreferencesService>());
        services.AddSingleton<ITranslationSource, MessageTexts>();
        services.AddSingleton<ITranslationSource, EmailTexts>();
        services.AddSingleton<TranslationSources>();
        services.AddSingleton<TranslationService>();
        services.AddSingleton<TranslationContent>();
        services.AddSingleton<IPersonalContent>(s => s.GetRequiredService<TranslationContent>());
        services.AddSingleton<ISweepStep>(s => s.GetRequiredService<TranslationContent>());
    }
}
