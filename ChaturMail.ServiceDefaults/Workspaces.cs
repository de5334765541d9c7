using ChaturMail.Core.Accounts;
using ChaturMail.Core.Parties;
using ChaturMail.Core.Workspaces;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace ChaturMail.ServiceDefaults;

/// <summary>What people do together: parties, topics, conversations, and what leaves at a time of its own.</summary>
public static partial class Workspaces
{
    /// <summary>Adds what Api and Worker share. Store, queue and mail must have been added.</summary>
    /// <exception cref="StartupException">A setting cannot work.</exception>
    public static void AddWorkspaces(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(builder.Configuration.ReadOptions<WorkspaceOptions>("Workspaces", o => o.Validate()));
        builder.Services.TryAddSingleton<UserCache>();
        builder.Services.AddSingleton<People>();
        builder.Services.AddSingleton<PartyMembership>();
        AddParties(builder);
        AddTopics(builder);
        AddConversations(builder);
        AddRealtime(builder);
        AddAttachments(builder);
        AddTranslation(builder);
        AddScheduling(builder);
        AddEvents(builder);
    }
}
