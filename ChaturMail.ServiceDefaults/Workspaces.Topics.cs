using Microsoft.Extensions.Hosting;

namespace ChaturMail.ServiceDefaults;

public static partial class Workspaces
{
    /// <summary>Adds topics and their drafts: what Api and Worker share.</summary>
    private static void AddTopics(IHostApplicationBuilder builder)
    {
    }
}
