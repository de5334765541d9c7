using ChaturMail.Api.Http;
using ChaturMail.Core.Conversations;

namespace ChaturMail.Api.Conversations;

/// <summary>The conversation with another person, made where there is none yet.</summary>
public static class OpenDirect
{
    /// <param name="UserId">Somebody who shares a party or a conversation with the user.</param>
    public sealed record Request(string? UserId);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, GroupService groups, ConversationItems items, CancellationToken cancellation)
    {
        var check = new Check();
        var user = check.Required("userId", request.UserId, Limits.Uid);
        if (check.Failure is { } failure) return failure;
        return await groups.OpenDirectAsync(session.Account.Uid, user, cancellation) switch
        {
            ConversationResult.Done done => await items.ReplyAsync("Your conversation.", done.Conversation.Id, session.Account.Uid, cancellation),
            var refused => ConversationFields.Refusal(refused),
        };
    }
}
