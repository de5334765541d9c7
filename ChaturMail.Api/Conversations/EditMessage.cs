using ChaturMail.Api.Http;
using ChaturMail.Core.Conversations;

namespace ChaturMail.Api.Conversations;

/// <summary>Changes the text of a message of the user's own.</summary>
public static class EditMessage
{
    /// <param name="Id">The message's id.</param>
    /// <param name="Text">The new text.</param>
    /// <param name="Mentions">Uids of members; those that it has stay when absent.</param>
    public sealed record Request(string? Id, string? Text, IReadOnlyList<string?>? Mentions);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, ConversationService conversations, RequestLimits limits, CancellationToken cancellation)
    {
        if (await limits.CountMessageAsync(session.Account.Uid) is { } tooMany) return Reply.Error(tooMany);
        var check = new Check();
        var id = ConversationFields.ReadId(check, "id", request.Id);
        var text = check.Visible("text", request.Text, Message.LongestText, lines: true);
        var mentions = request.Mentions is null ? null : ConversationFields.ReadUsers(check, "mentions", request.Mentions, Message.MostMentions);
        if (check.Failure is { } failure) return failure;
        return await conversations.EditAsync(session.Account.Uid, id, text, mentions, cancellation) switch
        {
            SendResult.Sent sent => Reply.Ok("The message was changed.", MessageJson.Of(sent.Message)),
            var refused => ConversationFields.Refusal(((SendResult.Refused)refused).Code),
        };
    }
}
