using System.Text.Json.Nodes;
using ChaturMail.Api.Http;
using ChaturMail.Core.Privacy;
using ChaturMail.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChaturMail.Api.Users;

/// <summary>The signed-in user's account.</summary>
public static class UserRoutes
{
    /// <summary>Adds what the routes need, and what finishes an erasure that a crash cut short.</summary>
    /// <exception cref="StartupException">A setting cannot work.</exception>
    public static void AddUsers(this WebApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(builder.Configuration.ReadOptions<PrivacyOptions>("Privacy", o => o.Validate()));
        builder.Services.AddSingleton<FormerAccounts>();
        builder.Services.AddSingleton<AccountErasure>();
        builder.Services.AddHostedService<ErasureSweeper>();
    }

    /// <summary>Declares the routes.</summary>
    public static void MapUsers(this RouteGroupBuilder signedIn)
    {
        signedIn.MapUseCase<GetUserData.Response>("/user/getUserData", null, "The account, its coins and its counters", GetUserData.Handle);
        signedIn.MapUseCase<GetSpending.Response>("/user/getSpending", null, "What was used today, and of which budget", GetSpending.Handle);
        signedIn.MapUseCase<GetCoinHistory.Item>("/user/getCoinHistory", null, "The movements of the user's coins", GetCoinHistory.Handle);
        signedIn.MapUseCase<NoPayload>("/user/deleteUser", null, "Erase the account and everything of its owner's", DeleteUser.Handle);
        signedIn.MapUseCase<JsonObject>("/user/exportData", null, "Everything that is held on the user", ExportData.Handle, ownTime: true);
    }
}
