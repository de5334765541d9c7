using ChaturMail.Api.Http;
using ChaturMail.Core.Generation;
using ChaturMail.ServiceDefaults;

namespace ChaturMail.Api.Emails;

/// <summary>Writing emails and the history of them.</summary>
public static class EmailRoutes
{
    /// <summary>Adds what the routes need.</summary>
    /// <exception cref="StartupException">A setting cannot work.</exception>
    public static void AddEmails(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(builder.Configuration.ReadOptions<GenerationOptions>("Generation", o => o.Validate()));
        services.AddSingleton<GenerationService>();
        services.AddSingleton<WaitingRequests>();
        services.AddSingleton<EmailRequestReader>();
        services.AddSingleton<EmailGeneration>();
        services.AddSingleton<EmailStreams>();
    }

    /// <summary>Declares the routes.</summary>
    public static void MapEmails(this RouteGroupBuilder signedIn)
    {
        signedIn.MapUseCase<EmailItem>("/email/generateEmail", null, "Write an email", GenerateEmail.Handle, ownTime: true);
        signedIn.MapUseCase<EmailItem>("/email/regenerateEmail", null, "Write another version of an email", RegenerateEmail.Handle, ownTime: true);
        signedIn.MapUseCase<GetEmailVersions.Response>("/email/getEmailVersions", null, "The versions of an email and what changed", GetEmailVersions.Handle);
        signedIn.MapUseCase<EmailItem>("/email/updateEmail", null, "Save the user's own edit of an email", UpdateEmail.Handle);
        signedIn.MapUseCase<EmailItem>("/email/streamEmail", null, "Write an email and read along", StreamEmail.Handle, ownTime: true);
        signedIn.MapUseCase<EmailItem>("/email/getGeneratedEmails", "/email/getGeneratedEmail", "The history, newest first", GetGeneratedEmails.Handle);
        signedIn.MapUseCase<DeleteGeneratedEmail.Response>(
            "/email/deleteGeneratedEmail", "/email/deleteEmail", "Delete an email from the history", DeleteGeneratedEmail.Handle);
    }
}
