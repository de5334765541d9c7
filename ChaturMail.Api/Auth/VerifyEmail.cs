using ChaturMail.Api.Http;
using ChaturMail.Core.Identity.Local;
using Microsoft.AspNetCore.Mvc;

namespace ChaturMail.Api.Auth;

/// <summary>Finishes a registration. From then on this password signs in.</summary>
public static class VerifyEmail
{
    /// <param name="Email">Address.</param>
    /// <param name="Code">The six digits that were sent to it.</param>
    /// <param name="Password">The password of the registration. Another one takes its place: whoever has the code decides.</param>
    public sealed record Request(string? Email, string? Code, string? Password);

    /// <summary>Handles the request.</summary>
    /// <param name="accounts">Absent where the server keeps no accounts of its own.</param>
    public static async Task<IResult> Handle(Request request, [FromServices] LocalAccounts? accounts, CancellationToken cancellation)
    {
        if (accounts is null) return Reply.Error(ApiError.NotFound);
        var check = new Check();
        var email = AccountRequests.Email(check, request.Email);
        var code = AccountRequests.Code(check, request.Code);
        var password = AccountRequests.Password(check, "password", request.Password);
        if (check.Failure is { } failure) return failure;
        return await accounts.VerifyAsync(email, code, password, cancellation) is not AccountResult.PasswordSet and var other
            ? AccountRequests.Refusal(other)
            : Reply.Ok("Your email address is verified. You can sign in now.");
    }
}
