using ChaturMail.Api.Http;
using ChaturMail.Api.Web;

namespace ChaturMail.Api.Misc;

/// <summary>What belongs nowhere else.</summary>
public static class MiscRoutes
{
    /// <summary>Adds what the routes need.</summary>
    public static void AddMisc(this WebApplicationBuilder builder) => builder.Services.AddSingleton<GetBannerImage.Banner>();

    /// <summary>Declares the routes.</summary>
    public static void MapMisc(this RouteGroupBuilder signedIn)
    {
        signedIn.MapUseCase<GetBannerImage.Response>("/misc/getBannerImage", null, "The banner of the app's first page", GetBannerImage.Handle);
        signedIn.MapUseCase<GetModels.Response>("/misc/getModels", null, "The models that a request may name", GetModels.Handle);
        signedIn.MapUseCase<NoPayload>("/misc/submitFeedback", null, "Write to the operators", SubmitFeedback.Handle);
    }

    /// <summary>Declares the route that everybody may ask, and that cannot be asked for encrypted: it tells how to.</summary>
    public static void MapPublicKey(this RouteGroupBuilder open) => open.MapGroup("").WithMetadata(new PlainBodyAllowed())
        .MapUseCase<GetPublicKey.Response>("/misc/getPublicKey", null, "The key for encrypted bodies", GetPublicKey.Handle);

    /// <summary>Declares the route that a client asks before anybody has signed in.</summary>
    public static void MapSignInMethods(this RouteGroupBuilder open) => open.MapUseCase<GetSignInMethods.Response>(
        "/misc/getSignInMethods", null, "How people sign in here, and what a new account gets", GetSignInMethods.Handle);
}
