using ChaturMail.Core.Ads;

namespace ChaturMail.Api.Ads;

/// <summary>What the advertising network calls. Not a route of the API: Google's servers send a GET, and read nothing of the answer but its status.</summary>
public static class AdRoutes
{
    /// <summary>Where Google tells of a watched advertisement.</summary>
    public const string Reward = "/ads/reward";

    /// <summary>Declares the route, where rewards are switched on.</summary>
    public static void MapAds(this IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetRequiredService<AdOptions>().Enabled)
            routes.MapGet(Reward, ReceiveReward.Handle).WithSummary("AdMob's word of a watched advertisement").ExcludeFromDescription();
    }
}
