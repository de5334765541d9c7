using ChaturMail.Api.Http;
using ChaturMail.Core.Identity;

namespace ChaturMail.Api.Auth;

/// <summary>Signs a user in: an identity provider's token for one of ours.</summary>
public static class GetJwtToken
{
    /// <summary>What a client sends in the place of a push token when it has none, as a browser does.</summary>
    public const string NoPush = "none";

    /// <param name="Email">The address that the app signed in with; the token's own address is what counts.</param>
    /// <param name="IdToken">Firebase ID token; in the development sign-in <c>dev:</c> and an address.</param>
    /// <param name="LoginMethod">How the user signed in, e.g. <c>google</c>.</param>
    /// <param name="FcmToken">Push token of the device; <see cref="NoPush"/> for none.</param>
    /// <param name="Device">What the user will recognise the device by in the list of sessions; read from the User-Agent when absent.</param>
    public sealed record Request(string? Email, string? IdToken, string? LoginMethod, string? FcmToken, string? Device = null);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, HttpRequest http, IIdentityVerifier identities, SignInChallenges challenges, ILogger<Request> log, CancellationToken cancellation)
    {
        var check = new Check();
        check.Required("email", request.Email, Limits.EmailAddress);
        var idToken = check.Required("idToken", request.IdToken, Limits.IdToken);
        var loginMethod = check.Required("loginMethod", request.LoginMethod, Limits.LoginMethod);
        var fcmToken = check.Required("fcmToken", request.FcmToken, Limits.FcmToken);
        var device = DeviceName.Of(check.OptionalVisible("device", request.Device, Limits.Device), http);
        if (check.Failure is { } failure) return failure;

        switch (await identities.VerifyAsync(idToken, cancellation))
        {
            case VerificationResult.Verified verified:
                return await challenges.BeginAsync(new SignInAttempt(verified.Identity, loginMethod, fcmToken == NoPush ? "" : fcmToken, device), cancellation);
            case VerificationResult.Unavailable unavailable:
                log.LogWarning("Sign-in is not available: {Reason}", unavailable.Reason);
                return Reply.Error(ApiError.IdentityUnavailable);
            case VerificationResult.Rejected rejected:
                log.LogInformation("A sign-in was refused: {Reason}", rejected.Reason);
                return Reply.SoftFailure("The sign-in is invalid or has expired. Please sign in again.", "invalid_id_token");
            case var other:
                throw new InvalidOperationException($"The verifier answered with {other.GetType().Name}.");
        }
    }
}
