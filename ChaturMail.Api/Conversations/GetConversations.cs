using ChaturMail.Api.Http;
using ChaturMail.Core.Conversations;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Conversations;

/// <summary>Lists the user's conversations, the one with the newest message first, a page at a time.</summary>
public static class GetConversations
{
    /// <param name="Limit">Conversations in the page, 1 to 100; 100 when absent.</param>
    /// <param name="Cursor">The <c>nextCursor</c> of the page before; the first page when absent.</param>
    public sealed record Request(int? Limit, string? Cursor);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request? request, SessionUser session, Inbox inbox, ConversationItems items, CancellationToken cancellation)
    {
        var check = new Check();
        var (limit, after) = PageFields.Read(check, request?.Limit, request?.Cursor);
        if (check.Failure is { } failure) return failure;

        var uid = session.Account.Uid;
        var page = await inbox.ListAsync(uid, limit, after is null ? null : new DocumentCursor(after.CreatedOn, after.Id), cancellation);
        var shown = await items.OfAsync(page, uid, cancellation);
        return Reply.List("Your conversations.", shown, PageFields.Next(page, limit, item => new EmailCursor(item.ActiveOn, item.Conversation.Id)));
    }
}
