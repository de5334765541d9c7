using ChaturMail.Api.Http;
using ChaturMail.Core.Conversations;

namespace ChaturMail.Api.Conversations;

/// <summary>Messages of a conversation before or after a place, nearest first; the newest without one. Deleted ones stand in their places.</summary>
public static class GetMessages
{
    /// <param name="ConversationId">The conversation's id.</param>
    /// <param name="Before">A <c>sequence</c>: only messages before it, newest first.</param>
    /// <param name="After">A <c>sequence</c>: only messages after it, oldest first; not beside <paramref name="Before"/>.</param>
    /// <param name="Limit">Messages in the page, 1 to 100; 100 when absent.</param>
    public sealed record Request(string? ConversationId, long? Before, long? After, int? Limit);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, ConversationService conversations, IMessageStore messages, MessageItems items, CancellationToken cancellation)
    {
        var check = new Check();
        var id = ConversationFields.ReadId(check, "conversationId", request.ConversationId);
        var before = ConversationFields.ReadPlace(check, "before", request.Before);
        var after = ConversationFields.ReadPlace(check, "after", request.After);
        if (before is not null && after is not null) check.Fail("Only one of the fields 'before' and 'after' may be there.");
        var (limit, _) = PageFields.Read(check, request.Limit, null);
        if (check.Failure is { } failure) return failure;
        if (await conversations.FindAsync(id, session.Account.Uid, cancellation) is null) return Reply.Error(ApiError.ConversationNotFound);

        var page = await messages.ListAsync(id, after ?? before ?? long.MaxValue, before: after is null, limit, cancellation);
        return Reply.List("The messages.", await items.OfAsync(session.Account.Uid, page, cancellation));
    }
}
