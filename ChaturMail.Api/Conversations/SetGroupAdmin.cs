using ChaturMail.Api.Http;
using ChaturMail.Core.Conversations;

namespace ChaturMail.Api.Conversations;

/// <summary>Makes a member of a group an admin or takes that away, by an admin.</summary>
public static class SetGroupAdmin
{
    /// <param name="ConversationId">The conversation's id.</param>
    /// <param name="UserId">The member.</param>
    /// <param name="IsAdmin">What they are to be.</param>
    public sealed record Request(string? ConversationId, string? UserId, bool? IsAdmin);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, GroupService groups, ConversationItems items, CancellationToken cancellation)
    {
        var check = new Check();
        var id = ConversationFields.ReadId(check, "conversationId", request.ConversationId);
        var user = check.Required("userId", request.UserId, Limits.Uid);
        if (request.IsAdmin is null) check.Fail("The field 'isAdmin' is required.");
        if (check.Failure is { } failure) return failure;
        return await groups.SetAdminAsync(id, session.Account.Uid, user, request.IsAdmin ?? false, cancellation) switch
        {
            ConversationResult.Done done => await items.ReplyAsync("It is noted.", done.Conversation.Id, session.Account.Uid, cancellation),
            var refused => ConversationFields.Refusal(refused),
        };
    }
}
