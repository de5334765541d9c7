using ChaturMail.Api.Http;
using ChaturMail.Core.Conversations;

namespace ChaturMail.Api.Conversations;

/// <summary>Gives a group another name, by an admin.</summary>
public static class RenameGroup
{
    /// <param name="ConversationId">The conversation's id.</param>
    /// <param name="Name">The new name.</param>
    public sealed record Request(string? ConversationId, string? Name);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, GroupService groups, ConversationItems items, CancellationToken cancellation)
    {
        var check = new Check();
        var id = ConversationFields.ReadId(check, "conversationId", request.ConversationId);
        var name = check.Visible("name", request.Name, Limits.GroupName);
        if (check.Failure is { } failure) return failure;
        return await groups.RenameAsync(id, session.Account.Uid, name, cancellation) switch
        {
            ConversationResult.Done done => await items.ReplyAsync("The group was renamed.", done.Conversation.Id, session.Account.Uid, cancellation),
            var refused => ConversationFields.Refusal(refused),
        };
    }
}
