using ChaturMail.Api.Http;
using ChaturMail.Core.Identity.Firebase;
using ChaturMail.Core.Identity.Local;
using Microsoft.AspNetCore.Mvc;

namespace ChaturMail.Api.Auth;

/// <summary>
/// Sends a mail with which a password can be set: a code where the address has an account of this server, Firebase's own mail where it has
/// one there. Both are asked in any case, and the answer is the same, so that neither says whether there is one.
/// </summary>
public static class RequestPasswordReset
{
    /// <param name="Email">Address.</param>
    public sealed record Request(string? Email);

    /// <summary>Handles the request.</summary>
    /// <param name="accounts">Absent where the server keeps no accounts of its own.</param>
    /// <param name="firebase">Absent where the server may not ask Firebase for mails.</param>
    public static async Task<IResult> Handle(
        Request request, [FromServices] LocalAccounts? accounts, [FromServices] IdentityToolkit? firebase, ILogger<Request> log, CancellationToken cancellation)
    {
        if (accounts is null && firebase is null) return Reply.Error(ApiError.NotFound);
        var check = new Check();
        var email = AccountRequests.Email(check, request.Email);
        if (check.Failure is { } failure) return failure;
        if (accounts is not null) await accounts.RequestResetAsync(email, cancellation);
        if (firebase is not null && await firebase.SendPasswordResetAsync(email, cancellation) is { Unavailable: { } reason })
        {
            log.LogWarning("Firebase could not be asked for a reset mail: {Reason}", reason);
            if (accounts is null) return Reply.Error(ApiError.IdentityUnavailable);
        }

        return Reply.Ok("If this address has an account, a mail is on its way.");
    }
}
