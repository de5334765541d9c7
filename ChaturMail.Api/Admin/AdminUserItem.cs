using ChaturMail.Core.Accounts;

namespace ChaturMail.Api.Admin;

/// <summary>An account as operators see it.</summary>
/// <param name="AvailableTokens">Coins that can be spent.</param>
/// <param name="UsedTokens">Coins spent on finished emails.</param>
/// <param name="CreatedOn">Unix seconds.</param>
public sealed record AdminUserItem(
    string Uid, string Email, string Name, long AvailableTokens, long UsedTokens, long GeneratedEmailCount, bool Disabled, bool IsAdmin, long CreatedOn)
{
    /// <summary>The wire form of an account.</summary>
    public static AdminUserItem Of(User user) => new(
        user.Uid, user.Email, user.Name, user.AvailableTokens, user.UsedTokens, user.GeneratedEmailCount, user.Disabled, user.IsAdmin,
        user.CreatedOn.ToUnixTimeSeconds());
}
