using Microsoft.Extensions.Hosting;

namespace ChaturMail.ServiceDefaults;

public static partial class Workspaces
{
    /// <summary>Adds parties: what Api and Worker share.</summary>
    private static void AddParties(IHostApplicationBuilder builder)
    {
    }
}
