using Microsoft.Extensions.Hosting;

namespace ChaturMail.ServiceDefaults;

public static partial class Workspaces
{
    /// <summary>Adds conversations and their messages: what Api and Worker share.</summary>
    private static void AddConversations(IHostApplicationBuilder builder)
    {
    }
}
