namespace ChaturMail.Api.Attachments;

/// <summary>Routes of attachments and avatars.</summary>
public static class AttachmentRoutes
{
    /// <summary>Adds what the routes need.</summary>
    public static void AddAttachments(this WebApplicationBuilder builder)
    {
    }

    /// <summary>Declares the routes.</summary>
    public static void MapAttachments(this RouteGroupBuilder signedIn)
    {
    }
}
