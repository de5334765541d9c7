using ChaturMail.Api.Http;
using ChaturMail.Core.Conversations;

namespace ChaturMail.Api.Conversations;

/// <summary>Takes text and attachments out of a message, for everybody and for good. By its sender, and by admins of the group or party.</summary>
public static class DeleteMessage
{
    /// <param name="Id">The message's id.</param>
    public sealed record Request(string? Id);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, ConversationService conversations, RequestLimits limits, CancellationToken cancellation)
    {
        if (await limits.CountMessageAsync(session.Account.Uid) is { } tooMany) return Reply.Error(tooMany);
        var check = new Check();
        var id = ConversationFields.ReadId(check, "id", request.Id);
        if (check.Failure is { } failure) return failure;
        return await conversations.DeleteMessageAsync(session.Account.Uid, id, cancellation) switch
        {
            SendResult.Sent sent => Reply.Ok("The message was deleted.", MessageJson.Of(sent.Message)),
            var refused => ConversationFields.Refusal(((SendResult.Refused)refused).Code),
        };
    }
}
