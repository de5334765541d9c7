using ChaturMail.Api.Http;
using ChaturMail.Core.Conversations;

namespace ChaturMail.Api.Conversations;

/// <summary>Tells the others in a conversation that the user is typing; nothing is kept.</summary>
public static class Typing
{
    /// <param name="ConversationId">The conversation's id.</param>
    public sealed record Request(string? ConversationId);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, ConversationService conversations, CancellationToken cancellation)
    {
        var check = new Check();
        var id = ConversationFields.ReadId(check, "conversationId", request.ConversationId);
        if (check.Failure is { } failure) return failure;
        return await conversations.TypingAsync(id, session.Account.Uid, cancellation) ? Reply.Ok("Told.") : Reply.Error(ApiError.ConversationNotFound);
    }
}
