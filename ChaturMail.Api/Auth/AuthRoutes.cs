using ChaturMail.Api.Http;

namespace ChaturMail.Api.Auth;

/// <summary>Sign-in, and the sessions that begin with it.</summary>
public static class AuthRoutes
{
    /// <summary>Declares the routes of somebody who is to sign in.</summary>
    public static void MapAuth(this RouteGroupBuilder open) => open.MapUseCase<SignInFlow.Response>(
        "/auth/getJWTToken", "/user/getJWTToken", "Sign in with an identity provider's token", GetJwtToken.Handle);

    /// <summary>Declares the routes of somebody who is signed in.</summary>
    public static void MapSessions(this RouteGroupBuilder signedIn)
    {
        signedIn.MapUseCase<NoPayload>("/auth/logout", null, "End this session, or all of them", Logout.Handle);
        signedIn.MapUseCase<GetSessions.Item>("/auth/getSessions", null, "The devices on which the user is signed in", GetSessions.Handle);
        signedIn.MapUseCase<NoPayload>("/auth/endSession", null, "End one session", EndSession.Handle);
        signedIn.MapUseCase<SignInFlow.Response>("/auth/refreshToken", null, "A token that is good for longer", RefreshToken.Handle);
    }
}
