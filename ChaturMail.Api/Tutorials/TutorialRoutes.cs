using ChaturMail.Api.Http;

namespace ChaturMail.Api.Tutorials;

/// <summary>The texts that explain the product in the app.</summary>
public static class TutorialRoutes
{
    /// <summary>Declares the routes.</summary>
    public static void MapTutorials(this RouteGroupBuilder signedIn) => signedIn.MapUseCase<GetAllTutorials.Response>(
        "/tutorials/getAllTutorials", "/tutorial/getTutorials", "The tutorials", GetAllTutorials.Handle);
}
