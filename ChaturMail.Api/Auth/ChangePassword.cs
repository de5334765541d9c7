using ChaturMail.Api.Http;
using ChaturMail.Core.Identity.Local;
using Microsoft.AspNetCore.Mvc;

namespace ChaturMail.Api.Auth;

/// <summary>Sets another password for the signed-in user, and ends their other sessions.</summary>
public static class ChangePassword
{
    /// <param name="CurrentPassword">The one before.</param>
    /// <param name="NewPassword">The one from now on.</param>
    public sealed record Request(string? CurrentPassword, string? NewPassword);

    /// <summary>Handles the request.</summary>
    /// <param name="accounts">Absent where the server keeps no accounts of its own.</param>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, [FromServices] LocalAccounts? accounts, SessionEnd end, CancellationToken cancellation)
    {
        if (accounts is null) return Reply.Error(ApiError.NotFound);
        var uid = session.Account.Uid;
        if (!LocalAccount.IsLocal(uid)) return Reply.Error(ApiError.BadRequest, "Your password is not kept here. Change it where you sign in.");
        var check = new Check();
        var current = AccountRequests.Password(check, "currentPassword", request.CurrentPassword);
        var password = AccountRequests.Password(check, "newPassword", request.NewPassword);
        if (check.Failure is { } failure) return failure;
        var result = await accounts.ChangeAsync(uid, current, password, cancellation);
        if (result is not AccountResult.PasswordSet) return AccountRequests.Refusal(result);
        // Not cancelled: the password is set.
        await end.OthersAsync(session.Account, session.Session?.Id ?? session.Claims.SessionId);
        return Reply.Ok("Your password is changed. You were signed out on other devices.");
    }
}
