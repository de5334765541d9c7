using Microsoft.Extensions.Hosting;

namespace ChaturMail.ServiceDefaults;

public static partial class Workspaces
{
    /// <summary>Adds attachments and avatars: what Api and Worker share.</summary>
    private static void AddAttachments(IHostApplicationBuilder builder)
    {
    }
}
