using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Parties;

/// <summary>A small team that shares prompts and topics.</summary>
/// <param name="Id">A <see cref="DocumentId"/>.</param>
/// <param name="Name">As its members call it.</param>
/// <param name="Members">Everybody in it, one of them its owner, in the order of their coming.</param>
/// <param name="CreatedOn">Unix milliseconds.</param>
/// <param name="OwnerPlace">Which of the parties that its owner may have this is, from 0: keeps their number.</param>
public sealed record Party(string Id, string Name, IReadOnlyList<PartyMember> Members, long CreatedOn, int OwnerPlace)
{
    /// <summary>Whose the party is.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Owner => Members.First(member => member.Role == PartyRole.Owner).Uid;

    /// <summary>The member of this uid, or null.</summary>
    public PartyMember? FindMember(string uid) => Members.FirstOrDefault(member => member.Uid == uid);
}

/// <summary>Somebody in a party.</summary>
/// <param name="Uid">Who.</param>
/// <param name="Role">What they may do.</param>
/// <param name="JoinedOn">Unix milliseconds.</param>
public sealed record PartyMember(string Uid, PartyRole Role, long JoinedOn);

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

/// <summary>Something that belongs to parties and goes with them.</summary>
public interface IPartyContent
{
    /// <summary>Deletes everything of a party that is being deleted. May be repeated.</summary>
    Task DeleteAsync(string partyId, CancellationToken cancellation);

    /// <summary>Takes a member who has left, or was removed, out of everything of the party. May be repeated.</summary>
    Task RemoveMemberAsync(string partyId, string uid, CancellationToken cancellation);
}
