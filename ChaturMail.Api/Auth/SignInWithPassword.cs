using ChaturMail.Api.Http;
using ChaturMail.Core.Identity.Local;
using Microsoft.AspNetCore.Mvc;

namespace ChaturMail.Api.Auth;

/// <summary>Gives an ID token for address and password, as Firebase does for its users. <c>getJWTToken</c> takes it.</summary>
public static class SignInWithPassword
{
    /// <param name="Email">Address.</param>
    /// <param name="Password">Password.</param>
    public sealed record Request(string? Email, string? Password);

    /// <param name="IdToken">What <c>getJWTToken</c> takes.</param>
    /// <param name="ExpiresOn">From when on it does not any more, Unix seconds.</param>
    public sealed record Response(string IdToken, long ExpiresOn);

    /// <summary>Handles the request.</summary>
    /// <param name="accounts">Absent where the server keeps no accounts of its own.</param>
    public static async Task<IResult> Handle(Request request, [FromServices] LocalAccounts? accounts, CancellationToken cancellation)
    {
        if (accounts is null) return Reply.Error(ApiError.NotFound);
        var check = new Check();
        var email = AccountRequests.Email(check, request.Email);
        var password = AccountRequests.Password(check, "password", request.Password);
        if (check.Failure is { } failure) return failure;
        return await accounts.SignInAsync(email, password, cancellation) switch
        {
            AccountResult.SignedIn signedIn => Reply.Ok("The password is right.", new Response(signedIn.IdToken, signedIn.Expires.ToUnixTimeSeconds())),
            var other => AccountRequests.Refusal(other),
        };
    }
}
