using ChaturMail.Api.Http;
using ChaturMail.Core.Identity.Local;
using Microsoft.AspNetCore.Mvc;

namespace ChaturMail.Api.Auth;

/// <summary>Begins an account with address and password. The answer is the same whether or not the address has one.</summary>
public static class Register
{
    /// <param name="Email">Address, to which a code is sent.</param>
    /// <param name="Password">Password.</param>
    /// <param name="Name">Display name, with which emails are signed; may be left out.</param>
    public sealed record Request(string? Email, string? Password, string? Name);

    /// <summary>Handles the request.</summary>
    /// <param name="accounts">Absent where the server keeps no accounts of its own.</param>
    public static async Task<IResult> Handle(Request request, [FromServices] LocalAccounts? accounts, CancellationToken cancellation)
    {
        if (accounts is null) return Reply.Error(ApiError.NotFound);
        var check = new Check();
        var email = AccountRequests.Email(check, request.Email);
        var password = AccountRequests.Password(check, "password", request.Password);
        var name = check.OptionalVisible("name", request.Name, Limits.PersonName) ?? "";
        if (check.Failure is { } failure) return failure;
        return await accounts.RegisterAsync(email, password, name, cancellation) is not AccountResult.Accepted and var other
            ? AccountRequests.Refusal(other)
            : Reply.Ok("A mail with a code is on its way. Enter it to finish.");
    }
}
