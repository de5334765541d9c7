using ChaturMail.Api.Http;
using ChaturMail.Core.Conversations;

namespace ChaturMail.Api.Conversations;

/// <summary>Takes a member out of a group, by an admin.</summary>
public static class RemoveMember
{
    /// <param name="ConversationId">The conversation's id.</param>
    /// <param name="UserId">Who is taken out.</param>
    public sealed record Request(string? ConversationId, string? UserId);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, GroupService groups, CancellationToken cancellation)
    {
        var check = new Check();
        var id = ConversationFields.ReadId(check, "conversationId", request.ConversationId);
        var user = check.Required("userId", request.UserId, Limits.Uid);
        if (check.Failure is { } failure) return failure;
        return await groups.RemoveMemberAsync(id, session.Account.Uid, user, cancellation) switch
        {
            ConversationResult.Done => Reply.Ok("They are not in the group any more."),
            var refused => ConversationFields.Refusal(refused),
        };
    }
}
