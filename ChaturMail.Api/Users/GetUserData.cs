using System.Text.Json.Serialization;
using ChaturMail.Api.Http;
using ChaturMail.Core.Coins;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Users;

/// <summary>Shows the user their account.</summary>
public static class GetUserData
{
    /// <summary>The account as the app reads it: every text a string, every number an integer.</summary>
    /// <param name="IsAdmin">True for operators, absent otherwise.</param>
    public sealed record Response(
        [property: JsonPropertyName("_id")] string DocumentId, long GeneratedEmailCount, long UsedTokens, long AvailableTokens,
        string Name, string Picture, string UserId, string Email, string Uid,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsAdmin = false);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(NoFields? request, SessionUser session, IUserStore users, DailyCoins daily, CancellationToken cancellation)
    {
        // Not from the cache: coins and counters are what the user came to see.
        var user = await users.FindAsync(session.Account.Uid, cancellation);
        if (user is null) return Reply.Error(ApiError.NotAuthenticated);
        var available = user.AvailableTokens + await daily.GiveAsync(user, cancellation);
        return Reply.Ok("Your account.", new Response(
            user.Id, user.GeneratedEmailCount, user.UsedTokens, available, user.Name, user.Picture, user.Uid, user.Email, user.Uid, user.IsAdmin));
    }
}
