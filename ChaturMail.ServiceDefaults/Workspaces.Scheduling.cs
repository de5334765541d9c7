using Microsoft.Extensions.Hosting;

namespace ChaturMail.ServiceDefaults;

public static partial class Workspaces
{
    /// <summary>Adds scheduled delivery: what Api and Worker share.</summary>
    private static void AddScheduling(IHostApplicationBuilder builder)
    {
    }
}
