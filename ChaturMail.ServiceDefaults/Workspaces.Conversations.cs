using ChaturMail.Core.Attachments;
using ChaturMail.Core.Conversations;
using ChaturMail.Core.Parties;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Workspaces;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ChaturMail.ServiceDefaults;

public static partial class Workspaces
{
    /// <summary>Adds conversations and their messages: what Api and Worker share.</summary>
    private static void AddConversations(IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ConversationMembership>();
        builder.Services.AddSingleton<ConversationService>();
        builder.Services.AddSingleton<Receipts>();
        builder.Services.AddHostedService(s => s.GetRequiredService<Receipts>());
        builder.Services.AddSingleton<GroupService>();
        builder.Services.AddSingleton<Inbox>();
        builder.Services.AddSingleton<IPartyContent, PartyConversations>();
        builder.Services.AddSingleton<IPersonalContent, PersonalConversations>();
        builder.Services.AddSingleton<IPersonalContent, PersonalMessages>();
        builder.Services.AddSingleton<IAttachmentUse, MessageAttachmentUse>();
        builder.Services.AddSingleton<ISweepStep, ConversationSweep>();
    }
}
