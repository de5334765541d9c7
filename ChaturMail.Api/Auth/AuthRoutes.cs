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

    /// <summary>Declares the routes of accounts with a password. Each counts against a limit of its own.</summary>
    public static void MapAccounts(this RouteGroupBuilder open, RouteGroupBuilder signedIn)
    {
        open = open.MapGroup("").AddEndpointFilter<AccountRequests>();
        open.MapUseCase<NoPayload>("/auth/register", null, "Register with address and password", Register.Handle);
        open.MapUseCase<NoPayload>("/auth/verifyEmail", null, "Finish a registration with the code that was sent", VerifyEmail.Handle);
        open.MapUseCase<NoPayload>("/auth/resendVerification", null, "Send another mail to verify an address", ResendVerification.Handle);
        open.MapUseCase<SignInWithPassword.Response>("/auth/signIn", null, "An ID token for address and password", SignInWithPassword.Handle);
        open.MapUseCase<NoPayload>("/auth/requestPasswordReset", null, "Send a mail with which a password can be set", RequestPasswordReset.Handle);
        open.MapUseCase<NoPayload>("/auth/resetPassword", null, "Set a password with the code that was sent", ResetPassword.Handle);
        signedIn.MapGroup("").AddEndpointFilter<AccountRequests>()
            .MapUseCase<NoPayload>("/auth/changePassword", null, "Set another password", ChangePassword.Handle);
    }
}
