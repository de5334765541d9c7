using ChaturMail.Api.Http;
using ChaturMail.Core.Conversations;

namespace ChaturMail.Api.Conversations;

/// <summary>Leaves a group. The last admin's rights pass to whoever has been in it longest; with its last member the group ends.</summary>
public static class LeaveGroup
{
    /// <param name="ConversationId">The conversation's id.</param>
    public sealed record Request(string? ConversationId);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, GroupService groups, CancellationToken cancellation)
    {
        var check = new Check();
        var id = ConversationFields.ReadId(check, "conversationId", request.ConversationId);
        if (check.Failure is { } failure) return failure;
        return await groups.RemoveMemberAsync(id, session.Account.Uid, session.Account.Uid, cancellation) switch
        {
            ConversationResult.Done => Reply.Ok("You have left the group."),
            var refused => ConversationFields.Refusal(refused),
        };
    }
}
