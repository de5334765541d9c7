using ChaturMail.Core.Language.OpenAI;
using ChaturMail.Core.Language.Safety;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ChaturMail.ServiceDefaults;

public static partial class Adapters
{
    /// <summary>Adds the moderation where it is switched on; without one the pipeline asks none.</summary>
    private static void AddModeration(IHostApplicationBuilder builder)
    {
        var options = builder.Configuration.ReadOptions<ModerationOptions>("Moderation", _ => []);
        if (string.IsNullOrWhiteSpace(options.ApiKey)) options.ApiKey = builder.Configuration["OPENAI_API_KEY"] ?? "";
        if (options.Validate().ToList() is { Count: > 0 } problems) throw new StartupException(problems);
        if (options.Enabled)
            builder.Services.AddSingleton<IModeration>(s => new OpenAiModeration(options, s.GetRequiredService<TimeProvider>()));
    }
}
