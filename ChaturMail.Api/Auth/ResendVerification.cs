using ChaturMail.Api.Http;
using ChaturMail.Core.Identity.Firebase;
using ChaturMail.Core.Identity.Local;
using Microsoft.AspNetCore.Mvc;

namespace ChaturMail.Api.Auth;

/// <summary>Sends another mail to verify an address: for an account of this server a code, for a Firebase user Firebase's own mail.</summary>
public static class ResendVerification
{
    /// <param name="Email">Address.</param>
    /// <param name="IdToken">A Firebase user's ID token; left out for an account of this server.</param>
    public sealed record Request(string? Email, string? IdToken);

    /// <summary>Handles the request.</summary>
    /// <param name="accounts">Absent where the server keeps no accounts of its own.</param>
    /// <param name="firebase">Absent where the server may not ask Firebase for mails.</param>
    public static async Task<IResult> Handle(
        Request request, [FromServices] LocalAccounts? accounts, [FromServices] IdentityToolkit? firebase, ILogger<Request> log, CancellationToken cancellation)
    {
        if (accounts is null && firebase is null) return Reply.Error(ApiError.NotFound);
        var check = new Check();
        var email = AccountRequests.Email(check, request.Email);
        var idToken = check.Optional("idToken", request.IdToken, Limits.IdToken);
        if (check.Failure is { } failure) return failure;
        if (idToken is null)
        {
            if (accounts is not null) await accounts.ResendAsync(email, cancellation);
        }
        else if (firebase is not null && await firebase.SendVerificationAsync(idToken, cancellation) is { Unavailable: { } reason })
        {
            log.LogWarning("Firebase sent no verification mail: {Reason}", reason);
            return Reply.Error(ApiError.IdentityUnavailable);
        }

        return Reply.Ok("If this address is waiting to be verified, a mail is on its way.");
    }
}
