using System.Text.Json.Serialization;
using ChaturMail.Api.Http;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Users;

/// <summary>Shows the user their account.</summary>
public static class GetUserData
{
    /// <summary>The account as the app reads it: every text a string, every number an integer.</summary>
    public sealed record Response(
        [property: JsonPropertyName("_id")] string DocumentId, long GeneratedEmailCount, long UsedTokens, long AvailableTokens,
        string Name, string Picture, string UserId, string Email, string Uid);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(NoFields? request, SessionUser session, IUserStore users, CancellationToken cancellation)
    {
        // Not from the cache: coins and counters are what the user came to see.
        var user = await users.FindAsync(session.Account.Uid, cancellation);
        return user is null
            ? Reply.Error(ApiError.NotAuthenticated)
            : Reply.Ok("Your account.", new Response(
                user.Id, user.GeneratedEmailCount, user.UsedTokens, user.AvailableTokens, user.Name, user.Picture, user.Uid, user.Email, user.Uid));
    }
}
