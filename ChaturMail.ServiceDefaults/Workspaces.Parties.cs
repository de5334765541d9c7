using ChaturMail.Core.Parties;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Workspaces;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ChaturMail.ServiceDefaults;

public static partial class Workspaces
{
    /// <summary>Adds parties: what Api and Worker share.</summary>
    private static void AddParties(IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PartyService>();
        builder.Services.AddSingleton<ISweepStep>(s => s.GetRequiredService<PartyService>());
        builder.Services.AddSingleton<PartyInvites>();
        builder.Services.AddSingleton<SharedPrompts>();
        builder.Services.AddSingleton<IPersonalContent, PersonalParties>();
        builder.Services.AddSingleton<IPersonalContent, PersonalUsedPrompts>();
    }
}
