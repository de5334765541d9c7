using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Conversations;

/// <summary>What a user has in all of their conversations: which they are, what they have missed, what holds a text.</summary>
public sealed class Inbox(ConversationMembership membership, IMessageStore messages)
{
    /// <summary>The most conversations that the store is asked about at once.</summary>
    private const int MostAtOnce = 1000;

    /// <summary>The user's conversations, the one with the newest message first; one without messages counts from when it was made.</summary>
    /// <param name="after">Where the page before ended: <see cref="InboxItem.ActiveOn"/> and the conversation's id.</param>
    public async Task<IReadOnlyList<InboxItem>> ListAsync(string uid, int limit, DocumentCursor? after, CancellationToken cancellation)
    {
        var all = await membership.ListAsync(uid, cancellation);
        var heads = await HeadsAsync(uid, all, cancellation);
        var page = all
            .Select(conversation => (Conversation: conversation, Head: heads.GetValueOrDefault(conversation.Id)))
            .Select(item => (item.Conversation, item.Head, ActiveOn: item.Head?.Last.CreatedOn ?? item.Conversation.CreatedOn))
            .Where(item => after is null || item.ActiveOn < after.Sort
                || (item.ActiveOn == after.Sort && string.CompareOrdinal(item.Conversation.Id, after.Id) < 0))
            .OrderByDescending(item => item.ActiveOn).ThenByDescending(item => item.Conversation.Id, StringComparer.Ordinal).Take(limit);
        var items = new List<InboxItem>();
        foreach (var (conversation, head, activeOn) in page)
            items.Add(new InboxItem(conversation, await membership.MembersAsync(conversation, cancellation), head, activeOn));
        return items;
    }

    /// <summary>One of the user's conversations, or null.</summary>
    public async Task<InboxItem?> FindAsync(string conversationId, string uid, CancellationToken cancellation)
    {
        if (await membership.FindAsync(conversationId, uid, cancellation) is not { } conversation) return null;
        var head = (await HeadsAsync(uid, [conversation], cancellation)).GetValueOrDefault(conversationId);
        return new InboxItem(
            conversation, await membership.MembersAsync(conversation, cancellation), head, head?.Last.CreatedOn ?? conversation.CreatedOn);
    }

    /// <summary>
    /// What was changed since a client's positions, each message once and as it is now, conversation by conversation, the one with the newest message first.
    /// </summary>
    /// <param name="positions">
    /// The last change that the client has, with all before it, by conversation; of one that is not among them it is what the user has acknowledged.
    /// </param>
    /// <param name="limit">Messages in all, 1 to <see cref="IMessageStore.MostAtOnce"/>.</param>
    public async Task<Missed> SyncAsync(string uid, IReadOnlyDictionary<string, long> positions, int limit, CancellationToken cancellation)
    {
        var all = await membership.ListAsync(uid, cancellation);
        var changed = new List<ConversationChanges>();
        var (room, more) = (limit, false);
        foreach (var head in (await HeadsAsync(uid, all, cancellation)).Values.OrderByDescending(head => head.Last.CreatedOn))
        {
            var from = positions.TryGetValue(head.ConversationId, out var own) ? own : head.Position.Delivered;
            // A conversation that was emptied and filled anew, or a store that was restored, stands before the client: it has nothing of it then.
            if (from > head.Change) from = 0;
            if (from == head.Change) continue;
            more = room == 0;
            if (more) break;
            var page = await messages.ListChangesAsync(head.ConversationId, from, room, cancellation);
            if (page.Count == 0) continue;
            room -= page.Count;
            changed.Add(new ConversationChanges(head.ConversationId, page[^1].Change, page));
            more = page[^1].Change < head.Change;
        }

        return new Missed(changed, [.. positions.Keys.Except(all.Select(conversation => conversation.Id))], more);
    }

    /// <summary>Messages that hold a text, newest first, in one of the user's conversations or in all. Null when they are not in that one.</summary>
    public async Task<FoundMessages?> SearchAsync(
        string uid, string text, string? conversationId, int limit, string? beforeId, CancellationToken cancellation)
    {
        if (conversationId is not null)
        {
            return await membership.FindAsync(conversationId, uid, cancellation) is null
                ? null : await messages.SearchAsync([conversationId], text, limit, beforeId, cancellation);
        }

        // Whoever is in more than a thousand has the newest of them searched.
        var all = (await membership.ListAsync(uid, cancellation)).OrderByDescending(conversation => conversation.CreatedOn);
        return await messages.SearchAsync([.. all.Take(MostAtOnce).Select(conversation => conversation.Id)], text, limit, beforeId, cancellation);
    }

    private async Task<Dictionary<string, ConversationHead>> HeadsAsync(string uid, IReadOnlyList<Conversation> conversations, CancellationToken cancellation)
    {
        var heads = new Dictionary<string, ConversationHead>();
        foreach (var part in conversations.Select(conversation => conversation.Id).Chunk(MostAtOnce))
            foreach (var head in await messages.HeadsAsync(uid, part, cancellation)) heads[head.ConversationId] = head;
        return heads;
    }
}

/// <summary>A conversation as one of its members finds it.</summary>
/// <param name="Conversation">What it is.</param>
/// <param name="Members">Everybody in it.</param>
/// <param name="Head">Where it stands; null without messages.</param>
/// <param name="ActiveOn">When its last message was written, or it was made; Unix milliseconds.</param>
public sealed record InboxItem(Conversation Conversation, IReadOnlyList<ConversationMember> Members, ConversationHead? Head, long ActiveOn);

/// <summary>What a client has missed.</summary>
/// <param name="Conversations">Those in which something has changed.</param>
/// <param name="Left">Ids among the client's positions of conversations that the user is not in (any more).</param>
/// <param name="More">True when there is more: to be asked for with the new positions.</param>
public sealed record Missed(IReadOnlyList<ConversationChanges> Conversations, IReadOnlyList<string> Left, bool More);

/// <summary>Changes of a conversation.</summary>
/// <param name="ConversationId">Which.</param>
/// <param name="Change">The client's position once it has them.</param>
/// <param name="Messages">In the order of their last changes.</param>
public sealed record ConversationChanges(string ConversationId, long Change, IReadOnlyList<Message> Messages);
