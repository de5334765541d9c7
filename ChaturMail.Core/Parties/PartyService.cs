using ChaturMail.Core.Events;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Workspaces;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Core.Parties;

/// <summary>
/// Makes parties, changes who is in them and ends them. What <see cref="PartyDecisions"/> allows is one change of one document; what follows in other
/// parts of the product (<see cref="IPartyContent"/>) comes after it, is noted in the document until it is done, and is finished by the sweep
/// when whoever began it died.
/// </summary>
public sealed class PartyService(
    IDocumentStore store, PartyMembership membership, IEnumerable<IPartyContent> contents, WorkspaceOptions options, TimeProvider time,
    ILogger<PartyService> log) : ISweepStep
{
    /// <summary>The most parties that a user is in; looked at before somebody comes into another, so that two at once may go beyond it.</summary>
    public const int MostMemberships = 100;

    // Places beyond what a user may have, for parties that come to them because their owner is gone.
    private const int MostInherited = 1000;

    private readonly Documents<Party> _parties = new(store, PartyMembership.Kind);

    /// <summary>Makes a party with its first member, the owner; refused when they have, or are in, as many as they may.</summary>
    /// <param name="name">Checked.</param>
    public async Task<PartyResult> CreateAsync(string uid, string name, CancellationToken cancellation)
    {
        var mine = await membership.ListAsync(uid, cancellation);
        if (mine.Count >= MostMemberships || mine.Count(party => party.Owner == uid) >= options.PartiesOfAUser)
            return PartyResult.Refused(PartyRefusal.TooManyParties);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var place in FreePlaces(mine, uid, options.PartiesOfAUser))
        {
            var party = new Party(DocumentId.New(time), name, [new PartyMember(uid, PartyRole.Owner, now)], now, place);
            // False when another request of theirs has just taken the place.
            if (await _parties.AddAsync(party, cancellation, DomainEvent.Of(time, EventType.PartyCreated, party.Id, uid))) return new PartyResult(party);
        }

        return PartyResult.Refused(PartyRefusal.TooManyParties);
    }

    /// <summary>Gives the party another name.</summary>
    public Task<PartyResult> RenameAsync(string partyId, string actor, string name, CancellationToken cancellation) =>
        ChangeAsync(partyId, party => PartyDecisions.Rename(party, actor, name, time), cancellation);

    /// <summary>Makes a member an admin, or an admin a member.</summary>
    public Task<PartyResult> SetRoleAsync(string partyId, string actor, string uid, PartyRole role, CancellationToken cancellation) =>
        ChangeAsync(partyId, party => PartyDecisions.SetRole(party, actor, uid, role, time), cancellation);

    /// <summary>Takes the user out; deletes the party when nobody else is in it.</summary>
    public async Task<PartyResult> LeaveAsync(string partyId, string uid, CancellationToken cancellation) =>
        await FollowUpAsync(await ChangeAsync(partyId, party => PartyDecisions.Leave(party, uid, time), cancellation));

    /// <summary>Takes somebody else out.</summary>
    public async Task<PartyResult> RemoveAsync(string partyId, string actor, string uid, CancellationToken cancellation) =>
        await FollowUpAsync(await ChangeAsync(partyId, party => PartyDecisions.Remove(party, actor, uid, time), cancellation));

    /// <summary>Ends the party for everybody at once, then deletes what belongs to it. May be repeated by its owner until it is gone.</summary>
    public async Task<PartyResult> DeleteAsync(string partyId, string actor, CancellationToken cancellation) =>
        await FollowUpAsync(await ChangeAsync(partyId, party => PartyDecisions.Delete(party, actor, time), cancellation));

    /// <summary>Makes another member the owner, who needs room for a party of their own.</summary>
    public async Task<PartyResult> HandOverAsync(string partyId, string actor, string uid, CancellationToken cancellation)
    {
        var theirs = await membership.ListAsync(uid, cancellation);
        // With no place at all the decision is still asked: the party may not be the asker's to hand over.
        foreach (var place in FreePlaces(theirs, uid, options.PartiesOfAUser))
            if (await HandOverAsync(partyId, actor, uid, place, cancellation) is { Refusal: not PartyRefusal.TooManyParties } result) return result;
        if (await membership.FindAsync(partyId, actor, cancellation) is not { } party) return PartyResult.Refused(PartyRefusal.NotFound);
        var asked = PartyDecisions.HandOver(party, actor, uid, 0, time);
        return asked.Change is null ? asked.Answer : PartyResult.Refused(PartyRefusal.TooManyParties);
    }

    /// <summary>Takes somebody out of every party whose account is gone. A party of theirs passes on, also to who has as many as they may; with nobody else in it it is deleted.</summary>
    /// <param name="before">Who came into a party later did so with another account of the same person.</param>
    public async Task EraseAsync(string uid, DateTimeOffset before, CancellationToken cancellation)
    {
        foreach (var party in await membership.ListAsync(uid, cancellation))
        {
            if (party.FindMember(uid) is not { } member || member.JoinedOn > before.ToUnixTimeMilliseconds()) continue;
            var result = await EraseAsync(party.Id, uid, cancellation);
            if (result is { Refusal: not null }) throw new IOException("Another member changed a party whose owner is erased; to be tried again.");
            if (result?.Party is { } changed) await FinishAsync(changed, cancellation);
        }
    }

    /// <summary>Finishes what a process that died left of deletions and departures.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        foreach (var party in await _parties.ListAsync(PartyMembership.Unfinished, cancellation)) await TryFinishAsync(party, cancellation);
    }

    private async Task<PartyResult?> EraseAsync(string partyId, string uid, CancellationToken cancellation)
    {
        if (await membership.FindAsync(partyId, cancellation) is not { } party) return null;
        var successor = PartyDecisions.SuccessorOf(party);
        // Only for its owner is a place needed.
        if (party.FindMember(uid) is not { Role: PartyRole.Owner } || successor is null)
            return await ChangeAsync(partyId, now => Erase(now, null, 0), cancellation);
        foreach (var place in FreePlaces(await membership.ListAsync(successor, cancellation), successor, options.PartiesOfAUser + MostInherited))
        {
            var result = await _parties.ChangeAsync(partyId, now => Erase(now, successor, place), cancellation, PartyResult.Refused(PartyRefusal.TooManyParties));
            if (result is not { Refusal: PartyRefusal.TooManyParties }) return result;
        }

        throw new IOException("Nobody has room for a party whose owner is gone.");

        // The place is that of one successor.
        Decision<Party, PartyResult> Erase(Party now, string? expected, int place) =>
            now.DeletingOn is null && now.FindMember(uid) is { Role: PartyRole.Owner } && PartyDecisions.SuccessorOf(now) != expected
                ? new(PartyResult.Refused(PartyRefusal.MemberNotFound))
                : PartyDecisions.Erase(now, uid, place, time);
    }

    private async Task<PartyResult> HandOverAsync(string partyId, string actor, string uid, int place, CancellationToken cancellation) =>
        await _parties.ChangeAsync(
            partyId, party => PartyDecisions.HandOver(party, actor, uid, place, time), cancellation, PartyResult.Refused(PartyRefusal.TooManyParties))
        ?? PartyResult.Refused(PartyRefusal.NotFound);

    private async Task<PartyResult> ChangeAsync(string partyId, Func<Party, Decision<Party, PartyResult>> decide, CancellationToken cancellation) =>
        await _parties.ChangeAsync(partyId, decide, cancellation) ?? PartyResult.Refused(PartyRefusal.NotFound);

    // The change counts, and is all that its maker needs to know. Not cancelled: who hangs up must not leave the rest to the sweep.
    private async Task<PartyResult> FollowUpAsync(PartyResult result)
    {
        if (result.Party is { } party) await TryFinishAsync(party, CancellationToken.None);
        return result;
    }

    private async Task TryFinishAsync(Party party, CancellationToken cancellation)
    {
        try
        {
            await FinishAsync(party, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            log.LogFault(e, "What belongs to a party is not all removed yet; it is tried again");
        }
    }

    // The document goes last: as long as it is there, the sweep knows that something is left.
    private async Task FinishAsync(Party party, CancellationToken cancellation)
    {
        if (party.DeletingOn is not null)
        {
            foreach (var content in contents) await content.DeleteAsync(party.Id, cancellation);
            await ChangeAsync(party.Id, now => new(new PartyResult(now)) { Delete = now.DeletingOn is not null }, cancellation);
            return;
        }

        foreach (var uid in party.Leaving)
        {
            foreach (var content in contents) await content.RemoveMemberAsync(party.Id, uid, cancellation);
            await ChangeAsync(
                party.Id,
                now => new(new PartyResult(now)) { Change = now.Leaving.Contains(uid) ? now with { Leaving = [.. now.Leaving.Where(left => left != uid)] } : null },
                cancellation);
        }
    }

    private static IEnumerable<int> FreePlaces(IReadOnlyList<Party> parties, string uid, int most) =>
        Enumerable.Range(0, most).Except(parties.Where(party => party.Owner == uid).Select(party => party.OwnerPlace));
}
