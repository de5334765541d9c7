using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Ads;

namespace ChaturMail.Api.Web;

/// <summary>Tells what a client needs to sign somebody in, and what it may say of coins before somebody has. Nothing of it is secret.</summary>
public static class GetSignInMethods
{
    /// <param name="Development">True when <c>dev:</c> and any address is an ID token.</param>
    /// <param name="Password">True when there are accounts with passwords.</param>
    /// <param name="Firebase">Null where nobody signs in with Firebase from a browser.</param>
    /// <param name="Ads">Null where advertisements earn nothing.</param>
    /// <param name="DailyCoins">Null where a day brings none.</param>
    /// <param name="StartingCoins">Coins of a new account.</param>
    /// <param name="ExportsPerHour">Exports that a user may have in an hour; 0 for any number.</param>
    public sealed record Response(
        bool Development, bool Password, FirebaseSignIn? Firebase, AdCoins? Ads, FreeCoins? DailyCoins, int StartingCoins, int ExportsPerHour);

    /// <param name="Coins">For an advertisement; the most, where the ad unit says how many.</param>
    /// <param name="MostADay">Advertisements of a user that count in a day.</param>
    public sealed record AdCoins(int Coins, int MostADay);

    /// <param name="Coins">For a day.</param>
    /// <param name="UpTo">Never beyond this balance.</param>
    public sealed record FreeCoins(int Coins, long UpTo);

    /// <summary>Handles the request.</summary>
    public static IResult Handle(NoFields? request, SignInMethods methods, CoinOptions coins, AdOptions ads, RateLimitOptions limits) => Reply.Ok(
        "How to sign in.", new Response(
            methods.Development, methods.Password, methods.Firebase,
            ads.Enabled ? new AdCoins(ads.Coins > 0 ? ads.Coins : ads.MostCoins, ads.MostADay) : null,
            coins.Daily > 0 ? new FreeCoins(coins.Daily, coins.UpTo) : null, coins.Starting, limits.ExportsPerUser));
}
