using ChaturMail.Core.Parties;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Topics;
using ChaturMail.Core.Translation;
using ChaturMail.Core.Workspaces;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ChaturMail.ServiceDefaults;

public static partial class Workspaces
{
    /// <summary>Adds topics and their drafts: what Api and Worker share.</summary>
    private static void AddTopics(IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IDraftDelivery, ScheduleDelivery>();
        services.AddSingleton<TopicService>();
        services.AddSingleton<TopicDrafts>();
        services.AddSingleton<TopicApprovals>();
        services.AddSingleton<TopicContent>();
        services.AddSingleton<ITranslationSource, DraftTexts>();
        services.AddSingleton<IPartyContent>(all => all.GetRequiredService<TopicContent>());
        services.AddSingleton<IPersonalContent>(all => all.GetRequiredService<TopicContent>());
        services.AddSingleton<ISweepStep>(all => all.GetRequiredService<TopicContent>());
    }
}
