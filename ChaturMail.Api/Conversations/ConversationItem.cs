using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Conversations;

namespace ChaturMail.Api.Conversations;

/// <summary>A conversation as one of its members sees it.</summary>
/// <param name="Kind"><c>direct</c>, <c>group</c> or <c>topic</c>.</param>
/// <param name="Name">Of a group its name, of a direct conversation the other's; empty for a topic's.</param>
/// <param name="PartyId">Of a topic's conversation, else null.</param>
/// <param name="TopicId">Of a topic's conversation, else null.</param>
/// <param name="Members">In the order of their coming; in lists the first ten.</param>
/// <param name="MemberCount">How many there are.</param>
/// <param name="IsAdmin">Whether the user is one.</param>
/// <param name="Change">The number of its last change; 0 without messages.</param>
/// <param name="LastMessage">Null without messages.</param>
/// <param name="Unread">Messages of others that the user has not seen, 100 for so many and more.</param>
/// <param name="Delivered">The last change that the user has acknowledged.</param>
/// <param name="Seen">The last message, by its sequence, that the user has seen.</param>
/// <param name="CreatedOn">Unix seconds.</param>
public sealed record ConversationItem(
    string Id, string Kind, string Name, string? PartyId, string? TopicId, IReadOnlyList<ConversationItem.MemberItem> Members, int MemberCount, bool IsAdmin,
    long Change, MessageJson? LastMessage, int Unread, long Delivered, long Seen, long CreatedOn)
{
    /// <summary>Members that a list shows of each conversation.</summary>
    public const int MembersInLists = 10;

    /// <param name="Name">Empty for an account that is gone.</param>
    /// <param name="Picture">An address; may be empty.</param>
    /// <param name="JoinedOn">Unix seconds.</param>
    /// <param name="Delivered">The last change that they have acknowledged; null in lists.</param>
    /// <param name="Seen">The last message, by its sequence, that they have seen; null in lists.</param>
    public sealed record MemberItem(string UserId, string Name, string Picture, bool IsAdmin, long JoinedOn, long? Delivered, long? Seen);
}

/// <summary>Puts the wire forms of conversations together.</summary>
public sealed class ConversationItems(Inbox inbox, IMessageStore messages, MessageItems items, People people)
{
    /// <summary>The conversation with everybody's positions, or null when the user is not in it.</summary>
    public async Task<ConversationItem?> FindAsync(string conversationId, string uid, CancellationToken cancellation) =>
        await inbox.FindAsync(conversationId, uid, cancellation) is { } item
            ? await OfAsync(
                item, uid, item.Members, await messages.PositionsAsync(conversationId, cancellation),
                item.Head is { } head ? await items.OfAsync(uid, head.Last, cancellation) : null, cancellation)
            : null;

    /// <summary>Answers with the conversation as it is now.</summary>
    public async Task<IResult> ReplyAsync(string message, string conversationId, string uid, CancellationToken cancellation) =>
        await FindAsync(conversationId, uid, cancellation) is { } item ? Reply.Ok(message, item) : Reply.Error(ApiError.ConversationNotFound);

    /// <summary>Conversations with their first members, in their order.</summary>
    public async Task<IReadOnlyList<ConversationItem>> OfAsync(IReadOnlyList<InboxItem> page, string uid, CancellationToken cancellation)
    {
        var last = (await items.OfAsync(uid, [.. page.Select(item => item.Head?.Last).OfType<Message>()], cancellation)).ToDictionary(message => message.ConversationId);
        var shown = new List<ConversationItem>(page.Count);
        foreach (var item in page)
        {
            shown.Add(await OfAsync(
                item, uid, [.. item.Members.Take(ConversationItem.MembersInLists)], null, last.GetValueOrDefault(item.Conversation.Id), cancellation));
        }

        return shown;
    }

    private async Task<ConversationItem> OfAsync(
        InboxItem item, string uid, IReadOnlyList<ConversationMember> members, IReadOnlyList<ReadPosition>? positions, MessageJson? last,
        CancellationToken cancellation)
    {
        var persons = await people.FindAsync(members.Select(member => member.Uid), cancellation);
        var known = positions?.ToDictionary(position => position.Uid);
        var (conversation, head) = (item.Conversation, item.Head);
        var shown = members.Select(member => new ConversationItem.MemberItem(
            member.Uid, persons[member.Uid].Name, persons[member.Uid].Picture, member.IsAdmin, member.JoinedOn / 1000,
            known is null ? null : known.GetValueOrDefault(member.Uid)?.Delivered ?? 0, known is null ? null : known.GetValueOrDefault(member.Uid)?.Seen ?? 0));
        var name = conversation.Kind == ConversationKind.Direct
            ? persons.Values.FirstOrDefault(person => person.Uid != uid)?.Name ?? "" : conversation.Name;
        return new ConversationItem(
            conversation.Id, ConversationService.NameOf(conversation.Kind), name, conversation.PartyId, conversation.TopicId, [.. shown], item.Members.Count,
            item.Members.Any(member => member.Uid == uid && member.IsAdmin), head?.Change ?? 0, last,
            head?.Unread ?? 0, head?.Position.Delivered ?? 0, head?.Position.Seen ?? 0, conversation.CreatedOn / 1000);
    }
}
