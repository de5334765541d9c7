using ChaturMail.Api.Http;

namespace ChaturMail.Api.Prompts;

/// <summary>The gallery of templates.</summary>
public static class PromptRoutes
{
    /// <summary>Declares the routes.</summary>
    public static void MapPrompts(this RouteGroupBuilder signedIn) => signedIn.MapUseCase<GetAllPrompts.Response>(
        "/prompt/getAllPrompts", "/prompt/getPrompts", "The email templates", GetAllPrompts.Handle);
}
