using ChaturMail.Api.Http;
using ChaturMail.Core.Conversations;

namespace ChaturMail.Api.Conversations;

/// <summary>Notes how far the user has come in a conversation, which the others are told. Never goes back.</summary>
public static class Acknowledge
{
    /// <param name="ConversationId">The conversation's id.</param>
    /// <param name="Delivered">The last change that the device has, with all before it; stays as it is when absent.</param>
    /// <param name="Seen">The sequence of the last message that the user has seen, at most as far as <paramref name="Delivered"/>; stays when absent.</param>
    public sealed record Request(string? ConversationId, long? Delivered, long? Seen);

    /// <param name="Delivered">Where the user is now.</param>
    /// <param name="Seen">Where the user is now.</param>
    public sealed record Response(string ConversationId, long Delivered, long Seen);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, ConversationService conversations, CancellationToken cancellation)
    {
        var check = new Check();
        var id = ConversationFields.ReadId(check, "conversationId", request.ConversationId);
        var delivered = ConversationFields.ReadPlace(check, "delivered", request.Delivered);
        var seen = ConversationFields.ReadPlace(check, "seen", request.Seen);
        if (check.Failure is { } failure) return failure;
        return await conversations.AcknowledgeAsync(id, session.Account.Uid, delivered ?? 0, seen ?? 0, cancellation) is { } position
            ? Reply.Ok("Noted.", new Response(id, position.Delivered, position.Seen)) : Reply.Error(ApiError.ConversationNotFound);
    }
}
