using Microsoft.Extensions.Hosting;

namespace ChaturMail.ServiceDefaults;

public static partial class Workspaces
{
    /// <summary>Adds events, and what consumes them: what Api and Worker share.</summary>
    private static void AddEvents(IHostApplicationBuilder builder)
    {
    }
}
