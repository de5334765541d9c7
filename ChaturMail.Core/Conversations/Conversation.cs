using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Conversations;

/// <summary>People who write to each other.</summary>
/// <param name="Id">A <see cref="DocumentId"/>; of a direct conversation it follows from the two.</param>
/// <param name="Kind">Who is in it.</param>
/// <param name="Name">Of a group; else empty.</param>
/// <param name="Members">Of a direct conversation and a group, in the order of their coming; nobody for a topic's, which are the party's.</param>
/// <param name="PartyId">Of a topic's conversation, else null.</param>
/// <param name="TopicId">Of a topic's conversation, else null.</param>
/// <param name="CreatedOn">Unix milliseconds.</param>
public sealed record Conversation(
    string Id, ConversationKind Kind, string Name, IReadOnlyList<ConversationMember> Members, string? PartyId, string? TopicId, long CreatedOn)
{
    /// <summary>Which of the groups that its maker may have this is, from 0; keeps their number. Null for no group, and once its maker has left.</summary>
    public int? MakerPlace { get; init; }

    /// <summary>When it was deleted, Unix milliseconds: from then on it is nobody's, and what is left of it is on its way out.</summary>
    public long? DeletedOn { get; init; }

    /// <summary>The member of this uid, or null; null in any case for a topic's.</summary>
    public ConversationMember? FindMember(string uid) => Members.FirstOrDefault(member => member.Uid == uid);
}

/// <summary>Somebody in a direct conversation or a group.</summary>
/// <param name="Uid">Who.</param>
/// <param name="JoinedOn">Unix milliseconds.</param>
/// <param name="IsAdmin">True for who may add and remove others, and rename a group.</param>
public sealed record ConversationMember(string Uid, long JoinedOn, bool IsAdmin);

/// <summary>Kinds of conversation.</summary>
public enum ConversationKind
{
    /// <summary>Two people, one conversation for each pair.</summary>
    Direct,

    /// <summary>Those who were added.</summary>
    Group,

    /// <summary>The members of the topic's party.</summary>
    Topic,
}
