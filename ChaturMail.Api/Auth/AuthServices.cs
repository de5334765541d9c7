using ChaturMail.Api.Http;
using ChaturMail.Api.Web;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Coins;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Identity.Local;
using ChaturMail.ServiceDefaults;

namespace ChaturMail.Api.Auth;

/// <summary>Sign-in, sessions, and the keys that they rest on.</summary>
internal static class AuthServices
{
    /// <summary>Adds them.</summary>
    /// <exception cref="StartupException">A key or a setting will not do: told at the start, not at the first sign-in.</exception>
    public static void AddAuth(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        var key = SessionKeyText(builder);
        var previousKeys = SessionKey.ReadPrevious(
            builder.Configuration[SessionKey.PreviousName], strong: !builder.Environment.IsDevelopment(), out var problem);
        if (problem is not null) throw new StartupException(problem);
        services.AddSingleton(s => new SessionTokens(key, previousKeys, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(new DerivedKeys(key, previousKeys));
        services.AddSingleton<LocalIdTokens>();
        services.AddSingleton(builder.Configuration.ReadOptions<SessionsOptions>("Sessions", o => o.Validate()));
        services.AddSingleton<UserCache>();
        services.AddSingleton<SessionUse>();
        services.AddSingleton<SessionGate>();
        services.AddSingleton<SessionEnd>();
        services.AddSingleton<RefreshToken>();
        services.AddSingleton<SignInFlow>();
        services.AddSingleton<SignInChallenges>();
        services.AddSingleton<DailyCoins>();
        services.AddSingleton(builder.Configuration.ReadOptions<WebOptions>("Web", o => o.Validate()));
        services.AddSingleton<SignInMethods>();
    }

    private static string SessionKeyText(WebApplicationBuilder builder)
    {
        var key = builder.Configuration["JWT_KEY"];
        if (string.IsNullOrEmpty(key) && builder.Environment.IsDevelopment())
            return DevelopmentKey.ReadOrMake(builder.Configuration.DataFolder());

        if (!builder.Environment.IsDevelopment() && SessionKey.Check(key) is { } problem) throw new StartupException(problem);
        return key!;
    }
}
