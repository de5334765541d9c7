using ChaturMail.Api.Http;
using ChaturMail.Core.Tutorials;

namespace ChaturMail.Api.Tutorials;

/// <summary>The texts that explain the product in the app.</summary>
public static class TutorialRoutes
{
    /// <summary>Adds what the routes need.</summary>
    public static void AddTutorials(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(TutorialCatalog.Load(Path.Combine(AppContext.BaseDirectory, "tutorials")));
        builder.Services.AddSingleton<OfferedTutorials>();
    }

    /// <summary>Declares the routes.</summary>
    public static void MapTutorials(this RouteGroupBuilder signedIn) => signedIn.MapUseCase<GetAllTutorials.Response>(
        "/tutorials/getAllTutorials", "/tutorial/getTutorials", "The tutorials", GetAllTutorials.Handle);
}
