using Microsoft.Extensions.Hosting;

namespace ChaturMail.ServiceDefaults;

public static partial class Workspaces
{
    /// <summary>Adds translations for the reader: what Api and Worker share.</summary>
    private static void AddTranslation(IHostApplicationBuilder builder)
    {
    }
}
