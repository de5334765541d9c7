using Microsoft.Extensions.Hosting;

namespace ChaturMail.ServiceDefaults;

public static partial class Workspaces
{
    /// <summary>Adds what tells connected users of changes: what Api and Worker share.</summary>
    private static void AddRealtime(IHostApplicationBuilder builder)
    {
    }
}
