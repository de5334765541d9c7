using ChaturMail.Api.Http;

namespace ChaturMail.Api.Auth;

/// <summary>Sign-in.</summary>
public static class AuthRoutes
{
    /// <summary>Declares the routes.</summary>
    public static void MapAuth(this RouteGroupBuilder open) => open.MapUseCase<SignInFlow.Response>(
        "/auth/getJWTToken", "/user/getJWTToken", "Sign in with an identity provider's token", GetJwtToken.Handle);
}
