using ChaturMail.Core.Parties;

namespace ChaturMail.Core.Conversations;

/// <summary>Conversations of a party's topics. They go with their topics; those whose topic is gone already go with the party.</summary>
public sealed class PartyConversations(ConversationService conversations, ConversationMembership membership, IMessageStore messages) : IPartyContent
{
    /// <inheritdoc/>
    public async Task DeleteAsync(string partyId, CancellationToken cancellation)
    {
        foreach (var conversation in await membership.ListOfPartyAsync(partyId, cancellation)) await conversations.DeleteAsync(conversation.Id, cancellation);
    }

    /// <summary>A new member sees the whole history, and nothing of it as unread.</summary>
    public async Task AddMemberAsync(string partyId, string uid, CancellationToken cancellation)
    {
        foreach (var conversation in await membership.ListOfPartyAsync(partyId, cancellation))
            await messages.AdvanceAsync(conversation.Id, uid, long.MaxValue, long.MaxValue, cancellation);
    }

    /// <summary>Forgets how far the member had come. What they wrote stays.</summary>
    public async Task RemoveMemberAsync(string partyId, string uid, CancellationToken cancellation)
    {
        foreach (var conversation in await membership.ListOfPartyAsync(partyId, cancellation))
            await messages.RemovePositionAsync(conversation.Id, uid, cancellation);
    }
}
