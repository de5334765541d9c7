using ChaturMail.Core.Ads;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChaturMail.ServiceDefaults;

public static partial class Adapters
{
    /// <summary>Adds the check of AdMob's callbacks.</summary>
    /// <exception cref="StartupException">A setting of the section <c>Ads</c> cannot work.</exception>
    public static void AddRewards(this IHostApplicationBuilder builder)
    {
        var options = builder.Configuration.ReadOptions<AdOptions>("Ads", o => o.Validate());
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(s => new AdMobKeys(
            GoogleClient(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<AdMobKeys>>(), new Uri(options.KeysAddress)));
        builder.Services.AddSingleton<RewardVerifier>();
    }
}
