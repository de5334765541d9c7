using ChaturMail.Core.Storage;
using ChaturMail.Core.Workspaces;

namespace ChaturMail.Core.Parties;

/// <summary>Brings people into parties by links. An unknown token, a revoked invite and one that is over are told apart by nobody.</summary>
public sealed class PartyInvites(
    IDocumentStore store, PartyMembership membership, IEnumerable<IPartyContent> contents, WorkspaceOptions options, TimeProvider time)
{
    private readonly Documents<Party> _parties = new(store, PartyMembership.Kind);

    /// <summary>Makes an invite. Its token is given here and never again.</summary>
    /// <param name="role">Member or admin.</param>
    /// <param name="uses">1 to <see cref="PartyInvite.MostPeople"/>.</param>
    /// <param name="life"><see cref="PartyInvite.ShortestLife"/> to <see cref="PartyInvite.LongestLife"/>.</param>
    public async Task<InviteResult> CreateAsync(string partyId, string uid, PartyRole role, int uses, TimeSpan life, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var token = PartyInvite.NewToken();
        var invite = new PartyInvite(
            DocumentId.New(time), PartyInvite.DigestOf(token), role, uid, now.ToUnixTimeMilliseconds(), (now + life).ToUnixTimeMilliseconds(), uses);
        var result = await ChangeAsync(partyId, party => PartyDecisions.Invite(party, invite, time), cancellation);
        return result.Refusal is { } code ? new InviteResult(null, null, code) : new InviteResult(result.Party, invite) { Token = token };
    }

    /// <summary>The party with its invites; those by which nobody may come any more are left out. For owner and admins.</summary>
    public async Task<(PartyResult Result, IReadOnlyList<PartyInvite> Open)> ListAsync(string partyId, string uid, CancellationToken cancellation)
    {
        if (await membership.FindAsync(partyId, uid, cancellation) is not { } party) return (PartyResult.Refused(PartyRefusal.NotFound), []);
        if (party.FindMember(uid) is not { Role: not PartyRole.Member }) return (PartyResult.Refused(PartyRefusal.NotAllowed), []);
        return (new PartyResult(party), [.. party.Invites.Where(invite => PartyDecisions.IsGood(party, invite, time))]);
    }

    /// <summary>Ends an invite.</summary>
    public Task<PartyResult> RevokeAsync(string partyId, string uid, string inviteId, CancellationToken cancellation) =>
        ChangeAsync(partyId, party => PartyDecisions.RevokeInvite(party, uid, inviteId, time), cancellation);

    /// <summary>What a token leads to: for whoever may come by it, and for those who have.</summary>
    public async Task<InviteResult> FindAsync(string token, string uid, CancellationToken cancellation)
    {
        var digest = PartyInvite.DigestOf(token);
        var party = await FindPartyAsync(digest, cancellation);
        var invite = party?.Invites.FirstOrDefault(one => one.Digest == digest);
        return invite is not null && (PartyDecisions.IsGood(party!, invite, time) || party!.FindMember(uid) is not null)
            ? new InviteResult(party, invite)
            : new InviteResult(null, null, PartyRefusal.InviteNotGood);
    }

    /// <summary>Brings the user in, once however often it is asked: coming and counting are one change of one document.</summary>
    public async Task<PartyResult> AcceptAsync(string token, string uid, CancellationToken cancellation)
    {
        var digest = PartyInvite.DigestOf(token);
        if (await FindPartyAsync(digest, cancellation) is not { } party) return PartyResult.Refused(PartyRefusal.InviteNotGood);
        if (party.FindMember(uid) is null && (await membership.ListAsync(uid, cancellation)).Count >= PartyService.MostMemberships)
            return PartyResult.Refused(PartyRefusal.TooManyParties);
        var result = await _parties.ChangeAsync(party.Id, now => PartyDecisions.Join(now, uid, digest, options.MembersOfAParty, time), cancellation);
        // They are in it: who hangs up must not leave the rest undone. Not for who was in it before, whose own it is how far they have come.
        if (result is { Refusal: null } && party.FindMember(uid) is null)
            foreach (var content in contents) await content.AddMemberAsync(party.Id, uid, CancellationToken.None);
        return result ?? PartyResult.Refused(PartyRefusal.InviteNotGood);
    }

    private async Task<Party?> FindPartyAsync(string digest, CancellationToken cancellation) =>
        await _parties.ListAsync(PartyMembership.KeyOfInvite(digest), cancellation, limit: 1) is [var party] ? party : null;

    private async Task<PartyResult> ChangeAsync(string partyId, Func<Party, Decision<Party, PartyResult>> decide, CancellationToken cancellation) =>
        await _parties.ChangeAsync(partyId, decide, cancellation) ?? PartyResult.Refused(PartyRefusal.NotFound);
}

/// <summary>An invite with the party that it leads to.</summary>
/// <param name="Party">Null when it was refused.</param>
/// <param name="Invite">Null when it was refused.</param>
/// <param name="Refusal">A <see cref="PartyRefusal"/>, or null.</param>
public sealed record InviteResult(Party? Party, PartyInvite? Invite, string? Refusal = null)
{
    /// <summary>What the link holds; of a new invite only.</summary>
    public string? Token { get; init; }
}
