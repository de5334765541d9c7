using ChaturMail.Core.Parties;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Conversations;

/// <summary>Who is in which conversation: the question that everything in one asks first.</summary>
public sealed class ConversationMembership(IDocumentStore store, PartyMembership parties)
{
    /// <summary>How a conversation is kept.</summary>
    public static readonly DocumentKind<Conversation> Kind = new("conversation", c => c.Id, c => c.CreatedOn, KeysOf, UniqueOf);

    /// <summary>Under what those are listed that are deleted and not forgotten yet.</summary>
    internal const string Deleted = "deleted";

    private readonly Documents<Conversation> _conversations = new(store, Kind, remembers: true);

    /// <summary>The conversation, when the user is in it; else null, whether there is one or not.</summary>
    public async Task<Conversation?> FindAsync(string conversationId, string uid, CancellationToken cancellation) =>
        await _conversations.FindAsync(conversationId, cancellation) is { DeletedOn: null } conversation
            && await IsInAsync(conversation, uid, cancellation) ? conversation : null;

    /// <summary>As <see cref="FindAsync"/>, with everybody in it as <see cref="MembersAsync"/> gives them: a topic's party is read once.</summary>
    public async Task<(Conversation Conversation, IReadOnlyList<ConversationMember> Members)?> FindWithMembersAsync(
        string conversationId, string uid, CancellationToken cancellation)
    {
        if (await _conversations.FindAsync(conversationId, cancellation) is not { DeletedOn: null } conversation) return null;
        var members = await MembersAsync(conversation, cancellation);
        return members.Any(member => member.Uid == uid) ? (conversation, members) : null;
    }

    /// <summary>Everybody in it, in the order of their coming; a party's owner and admins count as admins.</summary>
    public async Task<IReadOnlyList<ConversationMember>> MembersAsync(Conversation conversation, CancellationToken cancellation)
    {
        if (conversation.Kind != ConversationKind.Topic) return conversation.Members;
        var party = await parties.FindAsync(conversation.PartyId!, cancellation);
        return party is null ? [] : [.. party.Members.Select(member => new ConversationMember(member.Uid, member.JoinedOn, member.Role != PartyRole.Member))];
    }

    /// <summary>Every conversation that the user is in: their own, and those of their parties' topics.</summary>
    public async Task<IReadOnlyList<Conversation>> ListAsync(string uid, CancellationToken cancellation)
    {
        var all = await ListOwnAsync(uid, cancellation);
        foreach (var party in await parties.ListAsync(uid, cancellation)) all.AddRange(await ListOfPartyAsync(party.Id, cancellation));
        return all;
    }

    /// <summary>The user's direct conversations and groups.</summary>
    public Task<List<Conversation>> ListOwnAsync(string uid, CancellationToken cancellation) => ListKeyAsync(MemberKey(uid), cancellation);

    /// <summary>How many of those there are.</summary>
    public Task<long> CountOwnAsync(string uid, CancellationToken cancellation) => _conversations.CountAsync(MemberKey(uid), cancellation);

    /// <summary>The conversations of a party's topics.</summary>
    public Task<List<Conversation>> ListOfPartyAsync(string partyId, CancellationToken cancellation) => ListKeyAsync(PartyKey(partyId), cancellation);

    /// <summary>Whoever shares a conversation or a party with the user; the user perhaps among them.</summary>
    public async Task<IReadOnlySet<string>> ListKnownAsync(string uid, CancellationToken cancellation)
    {
        var known = new HashSet<string>();
        foreach (var conversation in await ListOwnAsync(uid, cancellation)) known.UnionWith(conversation.Members.Select(member => member.Uid));
        foreach (var party in await parties.ListAsync(uid, cancellation)) known.UnionWith(party.Members.Select(member => member.Uid));
        return known;
    }

    private static string MemberKey(string uid) => "member:" + uid;

    private static string PartyKey(string partyId) => "party:" + partyId;

    private static IReadOnlyList<string> KeysOf(Conversation conversation) =>
        conversation.DeletedOn is not null ? [Deleted]
        : conversation.PartyId is { } party ? [PartyKey(party)]
        : [.. conversation.Members.Select(member => MemberKey(member.Uid))];

    // A group's maker is the first of its members for as long as it has a place.
    private static IReadOnlyList<string> UniqueOf(Conversation conversation) =>
        conversation.MakerPlace is { } place ? [$"maker:{conversation.Members[0].Uid}:{place}"] : [];

    private async Task<bool> IsInAsync(Conversation conversation, string uid, CancellationToken cancellation) =>
        conversation.Kind == ConversationKind.Topic
            ? await parties.FindAsync(conversation.PartyId!, uid, cancellation) is not null
            : conversation.FindMember(uid) is not null;

    private async Task<List<Conversation>> ListKeyAsync(string key, CancellationToken cancellation)
    {
        var all = new List<Conversation>();
        DocumentCursor? after = null;
        while (true)
        {
            var page = await _conversations.ListAsync(key, cancellation, after: after);
            all.AddRange(page);
            if (page.Count < StoredDocument.MostAtOnce) return all;
            after = new DocumentCursor(page[^1].CreatedOn, page[^1].Id);
        }
    }
}
