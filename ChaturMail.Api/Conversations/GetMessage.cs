using ChaturMail.Api.Http;
using ChaturMail.Core.Conversations;

namespace ChaturMail.Api.Conversations;

/// <summary>One message of the user's conversations.</summary>
public static class GetMessage
{
    /// <param name="Id">The message's id.</param>
    public sealed record Request(string? Id);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, ConversationService conversations, MessageItems items, CancellationToken cancellation)
    {
        var check = new Check();
        var id = ConversationFields.ReadId(check, "id", request.Id);
        if (check.Failure is { } failure) return failure;
        return await conversations.FindMessageAsync(id, session.Account.Uid, cancellation) is { } message
            ? Reply.Ok("The message.", await items.OfAsync(session.Account.Uid, message, cancellation)) : Reply.Error(ApiError.MessageNotFound);
    }
}
