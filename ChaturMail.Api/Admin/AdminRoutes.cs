using ChaturMail.Api.Http;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Spending;
using ChaturMail.ServiceDefaults;

namespace ChaturMail.Api.Admin;

/// <summary>What operators do. Every change, and every look at personal data, stands in the audit trail before it happens.</summary>
public static class AdminRoutes
{
    /// <summary>Adds what the routes need.</summary>
    /// <exception cref="StartupException">A setting cannot work.</exception>
    public static void AddAdmin(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(builder.Configuration.ReadOptions<RevenueOptions>("Revenue", o => o.Validate()));
        builder.Services.AddSingleton<OperatorActions>();
        builder.Services.AddSingleton<DeadLetters>();
    }

    /// <summary>Declares the routes.</summary>
    public static void MapAdmin(this RouteGroupBuilder admin)
    {
        admin.MapUseCase<AdminUserItem>("/admin/findUsers", null, "Users by address, name or uid", FindUsers.Handle);
        admin.MapUseCase<GetUser.Response>("/admin/getUser", null, "One user", GetUser.Handle);
        admin.MapUseCase<AdminUserItem>("/admin/disableUser", null, "Lock an account", DisableUser.Handle);
        admin.MapUseCase<AdminUserItem>("/admin/enableUser", null, "Unlock an account", EnableUser.Handle);
        admin.MapUseCase<AdminUserItem>("/admin/setAdmin", null, "Make a user an operator, or end that", SetAdmin.Handle);
        admin.MapUseCase<ChangeCoins.Response>("/admin/changeCoins", null, "Give or take coins", ChangeCoins.Handle);
        admin.MapUseCase<GetFeedback.Response>("/admin/getFeedback", null, "What users wrote", GetFeedback.Handle);
        admin.MapUseCase<NoPayload>("/admin/deleteFeedback", null, "Delete a message", DeleteFeedback.Handle);
        admin.MapUseCase<NoPayload>("/admin/setBannerImage", null, "The banner of the app's first page", SetBannerImage.Handle);
        admin.MapUseCase<AdminPromptItem>("/admin/getPrompts", null, "The templates, withdrawn ones too", GetPrompts.Handle);
        admin.MapUseCase<AdminPromptItem>("/admin/publishPrompt", null, "A new template, or another text of one", PublishPrompt.Handle);
        admin.MapUseCase<AdminPromptItem>("/admin/withdrawPrompt", null, "Offer a template no more, or again", WithdrawPrompt.Handle);
        admin.MapUseCase<AdminTutorialItem>("/admin/getTutorials", null, "The tutorials, withdrawn ones too", GetTutorials.Handle);
        admin.MapUseCase<AdminTutorialItem>("/admin/publishTutorial", null, "A new tutorial, or another text of one", PublishTutorial.Handle);
        admin.MapUseCase<AdminTutorialItem>("/admin/withdrawTutorial", null, "Offer a tutorial no more, or again", WithdrawTutorial.Handle);
        admin.MapUseCase<GetUsage.Response>("/admin/getUsage", null, "Use, cost and revenue by day", GetUsage.Handle);
        admin.MapUseCase<GetModelCosts.Response>("/admin/getModelCosts", null, "Costs of models by day", GetModelCosts.Handle);
        admin.MapUseCase<GetAudit.Response>("/admin/getAudit", null, "The audit trail", GetAudit.Handle);
        admin.MapGroup("").AddEndpointFilter<QueueRequests>().MapQueue();
    }

    private static void MapQueue(this RouteGroupBuilder admin)
    {
        admin.MapUseCase<GetQueue.Response>("/admin/getQueue", null, "The queue, and how the jobs of the last hour fared", GetQueue.Handle);
        admin.MapUseCase<GetWorkspaceLoad.Response>("/admin/getWorkspaceLoad", null, "How much there is in workspaces, and how far their events have come", GetWorkspaceLoad.Handle);
        admin.MapUseCase<GetDeadLetters.Response>("/admin/getDeadLetters", null, "The jobs that were given up", GetDeadLetters.Handle);
        admin.MapUseCase<NoPayload>("/admin/retryDeadLetter", null, "Try a job again that was given up", RetryDeadLetter.Handle);
        admin.MapUseCase<NoPayload>("/admin/dropDeadLetter", null, "Forget a job that was given up", DropDeadLetter.Handle);
    }
}
