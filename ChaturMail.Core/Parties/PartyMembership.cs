using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Parties;

/// <summary>Who is in which party: the question that everything of a party asks first.</summary>
public sealed class PartyMembership(IDocumentStore store)
{
    /// <summary>How a party is kept.</summary>
    public static readonly DocumentKind<Party> Kind = new(
        "party", party => party.Id, party => party.CreatedOn, party => [.. party.Members.Select(member => KeyOf(member.Uid))],
        party => [$"owner:{party.Owner}:{party.OwnerPlace}"]);

    private readonly Documents<Party> _parties = new(store, Kind);

    /// <summary>The key under which a member's parties are listed.</summary>
    public static string KeyOf(string uid) => "member:" + uid;

    /// <summary>The party, when the user is in it; else null, whether there is one or not.</summary>
    public async Task<Party?> FindAsync(string partyId, string uid, CancellationToken cancellation) =>
        await _parties.FindAsync(partyId, cancellation) is { } party && party.FindMember(uid) is not null ? party : null;

    /// <summary>The party whoever asks, or null.</summary>
    public Task<Party?> FindAsync(string partyId, CancellationToken cancellation) => _parties.FindAsync(partyId, cancellation);

    /// <summary>The user's parties, newest first.</summary>
    public Task<IReadOnlyList<Party>> ListAsync(string uid, CancellationToken cancellation) => _parties.ListAsync(KeyOf(uid), cancellation);
}
