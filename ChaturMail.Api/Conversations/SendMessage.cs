using ChaturMail.Api.Http;
using ChaturMail.Core.Conversations;

namespace ChaturMail.Api.Conversations;

/// <summary>Sends a message. The same <c>clientId</c> again is the same message.</summary>
public static class SendMessage
{
    /// <param name="ConversationId">Where to.</param>
    /// <param name="ClientId">The client's own name for the message, new for each.</param>
    /// <param name="Text">May be left out where there are attachments.</param>
    /// <param name="ReplyTo">Id of the message that it answers, in the same conversation.</param>
    /// <param name="Mentions">Uids of members; others are left out.</param>
    /// <param name="Attachments">Ids of finished uploads.</param>
    public sealed record Request(
        string? ConversationId, string? ClientId, string? Text, string? ReplyTo, IReadOnlyList<string?>? Mentions, IReadOnlyList<string?>? Attachments);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, ConversationService conversations, RequestLimits limits, CancellationToken cancellation)
    {
        if (await limits.CountMessageAsync(session.Account.Uid) is { } tooMany) return Reply.Error(tooMany);
        var check = new Check();
        var id = ConversationFields.ReadId(check, "conversationId", request.ConversationId);
        var clientId = check.Required("clientId", request.ClientId, Message.LongestClientId);
        var attachments = ConversationFields.ReadAttachments(check, request.Attachments);
        var text = attachments.Count == 0
            ? check.Visible("text", request.Text, Message.LongestText, lines: true)
            : check.OptionalVisible("text", request.Text, Message.LongestText, lines: true) ?? "";
        var replyTo = ConversationFields.ReadOptionalId(check, "replyTo", request.ReplyTo);
        var mentions = ConversationFields.ReadUsers(check, "mentions", request.Mentions, Message.MostMentions);
        if (check.Failure is { } failure) return failure;

        var command = new Core.Conversations.SendMessage(id, session.Account.Uid, clientId, text) { ReplyTo = replyTo, Mentions = mentions, Attachments = attachments };
        return await conversations.SendAsync(command, cancellation) switch
        {
            SendResult.Sent sent => Reply.Ok("The message was sent.", MessageJson.Of(sent.Message)),
            var refused => ConversationFields.Refusal(((SendResult.Refused)refused).Code),
        };
    }
}
