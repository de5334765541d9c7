using ChaturMail.Api.Auth;
using ChaturMail.Api.Http;

namespace ChaturMail.Api.SecondFactor;

/// <summary>Finishes a sign-in that a code was asked for.</summary>
public static class ConfirmChallenge
{
    /// <param name="Challenge">As it came with the sign-in.</param>
    /// <param name="Method">One of the challenge's methods.</param>
    /// <param name="Code">The code.</param>
    public sealed record Request(string? Challenge, string? Method, string? Code);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SignInChallenges challenges, CancellationToken cancellation)
    {
        var check = new Check();
        var challenge = check.Required("challenge", request.Challenge, Limits.Challenge);
        var method = check.Required("method", request.Method, Limits.LoginMethod);
        var code = check.Required("code", request.Code, Limits.FactorCode);
        return check.Failure ?? await challenges.ConfirmAsync(challenge, method, code, cancellation);
    }
}
