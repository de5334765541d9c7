using ChaturMail.Api.Auth;
using ChaturMail.Api.Http;

namespace ChaturMail.Api.SecondFactor;

/// <summary>Sends the code of a sign-in by email: for the first time where there are other methods, else again.</summary>
public static class ResendChallenge
{
    /// <param name="Challenge">As it came with the sign-in.</param>
    public sealed record Request(string? Challenge);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SignInChallenges challenges, CancellationToken cancellation)
    {
        var check = new Check();
        var challenge = check.Required("challenge", request.Challenge, Limits.Challenge);
        return check.Failure ?? await challenges.SendAsync(challenge, cancellation);
    }
}
