using System.Text.Json.Serialization;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Parties;

/// <summary>
/// A small team that shares prompts and topics. Its members, its invites and what they share with it are one document, so that each limit
/// holds and each change is seen whole, whoever else changes it at the time.
/// </summary>
/// <param name="Id">A <see cref="DocumentId"/>.</param>
/// <param name="Name">As its members call it.</param>
/// <param name="Members">Everybody in it, one of them its owner, in the order of their coming.</param>
/// <param name="CreatedOn">Unix milliseconds.</param>
/// <param name="OwnerPlace">Which of the parties that its owner may have this is, from 0: keeps their number.</param>
public sealed record Party(string Id, string Name, IReadOnlyList<PartyMember> Members, long CreatedOn, int OwnerPlace)
{
    /// <summary>The most prompts that a party shares.</summary>
    public const int MostPrompts = 50;

    /// <summary>The most invites that are open at a time.</summary>
    public const int MostInvites = 20;

    /// <summary>Invites, those that are used up or expired among them for a while.</summary>
    public IReadOnlyList<PartyInvite> Invites { get; init; } = [];

    /// <summary>Members' own prompts that all of them may write with.</summary>
    public IReadOnlyList<SharedPrompt> Prompts { get; init; } = [];

    /// <summary>Those who have left, or were removed, and who may still stand in something of the party (<see cref="IPartyContent"/>).</summary>
    public IReadOnlyList<string> Leaving { get; init; } = [];

    /// <summary>Since when it is being deleted, Unix milliseconds: nobody sees it any more. Null while it is not.</summary>
    public long? DeletingOn { get; init; }

    /// <summary>Whose the party is.</summary>
    [JsonIgnore]
    public string Owner => Members.First(member => member.Role == PartyRole.Owner).Uid;

    /// <summary>The member of this uid, or null.</summary>
    public PartyMember? FindMember(string uid) => Members.FirstOrDefault(member => member.Uid == uid);
}

/// <summary>Somebody in a party.</summary>
/// <param name="Uid">Who.</param>
/// <param name="Role">What they may do.</param>
/// <param name="JoinedOn">Unix milliseconds.</param>
public sealed record PartyMember(string Uid, PartyRole Role, long JoinedOn)
{
    /// <summary>The invite that they came by; null for who made the party.</summary>
    public string? InviteId { get; init; }
}

/// <summary>What a member may do. Each may do what those after it may.</summary>
public enum PartyRole
{
    /// <summary>Hands over and deletes the party, and makes members admins.</summary>
    Owner,

    /// <summary>Renames, invites and removes.</summary>
    Admin,

    /// <summary>Writes, and leaves.</summary>
    Member,
}

/// <summary>A prompt of a member's own that the others may write with.</summary>
/// <param name="PromptId">Its id.</param>
/// <param name="Uid">The member whose it is.</param>
/// <param name="SharedOn">Unix milliseconds.</param>
public sealed record SharedPrompt(string PromptId, string Uid, long SharedOn);

/// <summary>Something that belongs to parties and goes with them.</summary>
public interface IPartyContent
{
    /// <summary>Deletes everything of a party that is being deleted. May be repeated.</summary>
    Task DeleteAsync(string partyId, CancellationToken cancellation);

    /// <summary>Takes note of a new member. May be repeated, and may be left out when a process dies: nothing depends on it.</summary>
    Task AddMemberAsync(string partyId, string uid, CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Takes a member who has left, or was removed, out of everything of the party. May be repeated.</summary>
    Task RemoveMemberAsync(string partyId, string uid, CancellationToken cancellation);
}
