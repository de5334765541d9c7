using ChaturMail.Api.Http;
using ChaturMail.Api.Parties;

namespace ChaturMail.Api.Prompts;

/// <summary>The gallery of templates, and users' own prompts.</summary>
public static class PromptRoutes
{
    /// <summary>Adds what the routes need.</summary>
    public static void AddPrompts(this WebApplicationBuilder builder) => builder.Services.AddSingleton<GetAllPrompts.Gallery>();

    /// <summary>Declares the routes.</summary>
    public static void MapPrompts(this RouteGroupBuilder signedIn)
    {
        signedIn.MapUseCase<GetAllPrompts.Response>("/prompt/getAllPrompts", "/prompt/getPrompts", "The email templates", GetAllPrompts.Handle);
        signedIn.MapUseCase<OwnPromptItem>("/prompt/savePrompt", null, "Keep a prompt of one's own", SavePrompt.Handle);
        signedIn.MapUseCase<OwnPromptItem>("/prompt/getMyPrompts", null, "One's own prompts, newest first", GetMyPrompts.Handle);
        signedIn.MapUseCase<NoPayload>("/prompt/deletePrompt", null, "Delete a prompt of one's own", DeletePrompt.Handle);
        signedIn.MapUseCase<PartyItem>("/prompt/sharePrompt", null, "Share a prompt of one's own with a party", SharePrompt.Handle);
        signedIn.MapUseCase<PartyItem>("/prompt/unsharePrompt", null, "End a share", UnsharePrompt.Handle);
    }
}
