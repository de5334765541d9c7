using ChaturMail.Api.Http;
using ChaturMail.Core.Identity.Local;
using Microsoft.AspNetCore.Mvc;

namespace ChaturMail.Api.Auth;

/// <summary>Sets a password with the code that was sent, and ends all sessions: somebody else may have begun them.</summary>
public static class ResetPassword
{
    /// <param name="Email">Address.</param>
    /// <param name="Code">The six digits that were sent to it.</param>
    /// <param name="NewPassword">Password.</param>
    public sealed record Request(string? Email, string? Code, string? NewPassword);

    /// <summary>Handles the request.</summary>
    /// <param name="accounts">Absent where the server keeps no accounts of its own.</param>
    public static async Task<IResult> Handle(
        Request request, [FromServices] LocalAccounts? accounts, SessionEnd end, CancellationToken cancellation)
    {
        if (accounts is null) return Reply.Error(ApiError.NotFound);
        var check = new Check();
        var email = AccountRequests.Email(check, request.Email);
        var code = AccountRequests.Code(check, request.Code);
        var password = AccountRequests.Password(check, "newPassword", request.NewPassword);
        if (check.Failure is { } failure) return failure;
        var result = await accounts.ResetAsync(email, code, password, cancellation);
        if (result is not AccountResult.PasswordSet { Uid: var uid }) return AccountRequests.Refusal(result);
        // Not cancelled: the password is set.
        await end.AllAsync(uid);
        return Reply.Ok("Your password is set. You can sign in with it now.");
    }
}
