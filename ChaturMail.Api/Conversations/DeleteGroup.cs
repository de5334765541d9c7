using ChaturMail.Api.Http;
using ChaturMail.Core.Conversations;

namespace ChaturMail.Api.Conversations;

/// <summary>Deletes a group with all that was written in it, by an admin.</summary>
public static class DeleteGroup
{
    /// <param name="ConversationId">The conversation's id.</param>
    public sealed record Request(string? ConversationId);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, GroupService groups, CancellationToken cancellation)
    {
        var check = new Check();
        var id = ConversationFields.ReadId(check, "conversationId", request.ConversationId);
        if (check.Failure is { } failure) return failure;
        return await groups.DeleteAsync(id, session.Account.Uid, cancellation) switch
        {
            ConversationResult.Done => Reply.Ok("The group was deleted."),
            var refused => ConversationFields.Refusal(refused),
        };
    }
}
