using ChaturMail.Api.Http;
using ChaturMail.Core.Conversations;

namespace ChaturMail.Api.Conversations;

/// <summary>Adds people to a group, by an admin who shares a party or a conversation with each.</summary>
public static class AddMembers
{
    /// <param name="ConversationId">The conversation's id.</param>
    /// <param name="UserIds">Who is added; those who are in it already stay as they are.</param>
    public sealed record Request(string? ConversationId, IReadOnlyList<string?>? UserIds);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, GroupService groups, ConversationItems items, CancellationToken cancellation)
    {
        var check = new Check();
        var id = ConversationFields.ReadId(check, "conversationId", request.ConversationId);
        var users = ConversationFields.ReadUsers(check, "userIds", request.UserIds, Limits.MembersAtOnce);
        if (check.Failure is null && users.Count == 0) check.Fail("The field 'userIds' is required.");
        if (check.Failure is { } failure) return failure;
        return await groups.AddMembersAsync(id, session.Account.Uid, users, cancellation) switch
        {
            ConversationResult.Done done => await items.ReplyAsync("They are in the group.", done.Conversation.Id, session.Account.Uid, cancellation),
            var refused => ConversationFields.Refusal(refused),
        };
    }
}
