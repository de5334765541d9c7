using ChaturMail.Api.Http;
using ChaturMail.Core.Conversations;

namespace ChaturMail.Api.Conversations;

/// <summary>Messages that hold a text, whatever its case, newest first: in one of the user's conversations or in all.</summary>
public static class SearchMessages
{
    /// <param name="Text">What to look for.</param>
    /// <param name="ConversationId">Where; everywhere when absent.</param>
    /// <param name="Limit">Messages in the page, 1 to 100; 100 when absent.</param>
    /// <param name="Cursor">The <c>nextCursor</c> of the page before; the newest when absent.</param>
    public sealed record Request(string? Text, string? ConversationId, int? Limit, string? Cursor);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, Inbox inbox, MessageItems items, CancellationToken cancellation)
    {
        var check = new Check();
        var text = check.Visible("text", request.Text, Limits.Search);
        var id = ConversationFields.ReadOptionalId(check, "conversationId", request.ConversationId);
        var (limit, _) = PageFields.Read(check, request.Limit, null);
        var before = ConversationFields.ReadOptionalId(check, "cursor", request.Cursor);
        if (check.Failure is { } failure) return failure;
        return await inbox.SearchAsync(session.Account.Uid, text, id, limit, before, cancellation) is { } found
            ? Reply.List("What was found.", await items.OfAsync(session.Account.Uid, found.Messages, cancellation), found.NextBeforeId)
            : Reply.Error(ApiError.ConversationNotFound);
    }
}
