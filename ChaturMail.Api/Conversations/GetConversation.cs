using ChaturMail.Api.Http;

namespace ChaturMail.Api.Conversations;

/// <summary>One of the user's conversations, with all of its members and how far each has come.</summary>
public static class GetConversation
{
    /// <param name="ConversationId">The conversation's id.</param>
    public sealed record Request(string? ConversationId);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, ConversationItems items, CancellationToken cancellation)
    {
        var check = new Check();
        var id = ConversationFields.ReadId(check, "conversationId", request.ConversationId);
        if (check.Failure is { } failure) return failure;
        return await items.ReplyAsync("Your conversation.", id, session.Account.Uid, cancellation);
    }
}
