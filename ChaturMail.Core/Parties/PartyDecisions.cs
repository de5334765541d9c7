using ChaturMail.Core.Events;
using Outcome = ChaturMail.Core.Storage.Decision<ChaturMail.Core.Parties.Party, ChaturMail.Core.Parties.PartyResult>;

namespace ChaturMail.Core.Parties;

/// <summary>
/// Who may do what with a party, and what becomes of it: what is decided here depends on the party, the user and the time alone. Somebody who is not
/// in the party is told that there is none.
/// </summary>
public static class PartyDecisions
{
    /// <summary>Owner and admins rename.</summary>
    public static Outcome Rename(Party party, string actor, string name, TimeProvider time) =>
        RefuseBelow(PartyRole.Admin, party, actor) ?? Change(party with { Name = name }, DomainEvent.Of(time, EventType.PartyRenamed, party.Id, actor));

    /// <summary>Owner and admins remove members, the owner admins too.</summary>
    public static Outcome Remove(Party party, string actor, string uid, TimeProvider time)
    {
        if (RefuseBelow(PartyRole.Admin, party, actor) is { } refused) return refused;
        if (party.FindMember(uid) is not { } member) return Refuse(PartyRefusal.MemberNotFound);
        if (member.Role <= party.FindMember(actor)!.Role) return Refuse(PartyRefusal.NotAllowed);
        // Neither does the link that they came by bring them back.
        var without = Without(party, uid);
        return Change(
            without with { Invites = [.. without.Invites.Where(invite => invite.Id != member.InviteId)] },
            DomainEvent.Of(time, EventType.PartyMemberRemoved, party.Id, actor, ("member", uid)));
    }

    /// <summary>Anybody leaves; the owner once the party is handed over, or when nobody else is in it: then it is deleted.</summary>
    public static Outcome Leave(Party party, string uid, TimeProvider time)
    {
        if (RefuseBelow(PartyRole.Member, party, uid) is { } refused) return refused;
        if (party.Owner != uid) return Change(Without(party, uid), Left(party, uid, uid, time));
        return party.Members.Count > 1 ? Refuse(PartyRefusal.HandOverFirst) : Delete(party, uid, time);
    }

    /// <summary>
    /// Takes somebody out whose account is gone. Of an owner's the party passes to <see cref="SuccessorOf"/>, and to nobody when there is nobody else: then it is deleted.
    /// </summary>
    /// <param name="place">A place of the successor's, where there is one.</param>
    public static Outcome Erase(Party party, string uid, int place, TimeProvider time)
    {
        if (party.DeletingOn is not null || party.FindMember(uid) is null) return new Outcome(new PartyResult(party));
        if (party.Owner != uid) return Change(Without(party, uid), Left(party, uid, DomainEvent.System, time));
        if (SuccessorOf(party) is not { } successor) return Delete(party, uid, time);
        return Change(
            Without(WithOwner(party, successor, place), uid), HandedOver(party, successor, DomainEvent.System, time), Left(party, uid, DomainEvent.System, time));
    }

    /// <summary>Whose the party becomes when its owner is gone: the admin, else the member, who has been in it longest. Null when nobody else is in it.</summary>
    public static string? SuccessorOf(Party party) =>
        (party.Members.FirstOrDefault(member => member.Role == PartyRole.Admin) ?? party.Members.FirstOrDefault(member => member.Role == PartyRole.Member))?.Uid;

    /// <summary>The owner makes members admins, and admins members.</summary>
    public static Outcome SetRole(Party party, string actor, string uid, PartyRole role, TimeProvider time)
    {
        if (RefuseBelow(PartyRole.Owner, party, actor) is { } refused) return refused;
        if (party.FindMember(uid) is not { } member) return Refuse(PartyRefusal.MemberNotFound);
        if (member.Role == role) return new Outcome(new PartyResult(party));
        if (member.Role == PartyRole.Owner || role == PartyRole.Owner) return Refuse(PartyRefusal.HandOverFirst);
        return Change(
            party with { Members = [.. party.Members.Select(one => one.Uid == uid ? one with { Role = role } : one)] },
            DomainEvent.Of(time, EventType.PartyRoleChanged, party.Id, actor, ("member", uid), ("role", WordOf(role))));
    }

    /// <summary>The owner makes another member the owner, and becomes an admin.</summary>
    /// <param name="place">A place of the new owner's; whether it is free only the store knows.</param>
    public static Outcome HandOver(Party party, string actor, string uid, int place, TimeProvider time)
    {
        if (RefuseBelow(PartyRole.Owner, party, actor) is { } refused) return refused;
        if (party.FindMember(uid) is null) return Refuse(PartyRefusal.MemberNotFound);
        if (uid == actor) return new Outcome(new PartyResult(party));
        return Change(WithOwner(party, uid, place), HandedOver(party, uid, actor, time));
    }

    /// <summary>
    /// The owner deletes the party: from now on nobody sees it. Who they were stands in the event, for afterwards nobody can look. When it is being deleted
    /// already, nothing is changed.
    /// </summary>
    public static Outcome Delete(Party party, string actor, TimeProvider time)
    {
        // Asked again by who had no answer: the party is what they know already.
        if (party.DeletingOn is not null) return party.Owner == actor ? new Outcome(new PartyResult(party)) : Refuse(PartyRefusal.NotFound);
        return RefuseBelow(PartyRole.Owner, party, actor) ?? Change(
            party with { DeletingOn = Now(time) },
            DomainEvent.Of(time, EventType.PartyDeleted, party.Id, actor, ("members", string.Join(' ', party.Members.Select(member => member.Uid)))));
    }

    /// <summary>Adds an invite, made by an admin for members, or by the owner for admins too, and drops those that are over.</summary>
    public static Outcome Invite(Party party, PartyInvite invite, TimeProvider time)
    {
        if (RefuseBelow(PartyRole.Admin, party, invite.CreatedBy) is { } refused) return refused;
        if (!MayInvite(party, invite)) return Refuse(PartyRefusal.NotAllowed);
        // Those that are used up stay for a while: who came by one may open it again.
        var now = Now(time);
        var kept = party.Invites.Where(one => one.ExpiresOn > now && MayInvite(party, one)).ToList();
        if (kept.Count(one => one.Uses < one.MostUses) >= Party.MostInvites) return Refuse(PartyRefusal.TooManyInvites);
        if (kept.Count >= 2 * Party.MostInvites) kept.Remove(kept.First(one => one.Uses >= one.MostUses));
        return Change(
            party with { Invites = [.. kept, invite] },
            DomainEvent.Of(time, EventType.PartyInviteCreated, party.Id, invite.CreatedBy, ("invite", invite.Id), ("role", WordOf(invite.Role))));
    }

    /// <summary>Owner and admins end any invite.</summary>
    public static Outcome RevokeInvite(Party party, string actor, string inviteId, TimeProvider time)
    {
        if (RefuseBelow(PartyRole.Admin, party, actor) is { } refused) return refused;
        if (party.Invites.All(invite => invite.Id != inviteId)) return Refuse(PartyRefusal.InviteNotFound);
        return Change(
            party with { Invites = [.. party.Invites.Where(invite => invite.Id != inviteId)] },
            DomainEvent.Of(time, EventType.PartyInviteRevoked, party.Id, actor, ("invite", inviteId)));
    }

    /// <summary>True for an invite by which somebody may come now.</summary>
    public static bool IsGood(Party party, PartyInvite invite, TimeProvider time) =>
        invite.Uses < invite.MostUses && invite.ExpiresOn > Now(time) && MayInvite(party, invite);

    /// <summary>Brings somebody in by an invite and counts that; who is in already stays as they are.</summary>
    /// <param name="digest">Of the invite's token.</param>
    /// <param name="mostMembers">How many the party may have.</param>
    public static Outcome Join(Party party, string uid, string digest, int mostMembers, TimeProvider time)
    {
        if (party.DeletingOn is not null || party.Invites.FirstOrDefault(one => one.Digest == digest) is not { } invite)
            return Refuse(PartyRefusal.InviteNotGood);
        if (party.FindMember(uid) is not null) return new Outcome(new PartyResult(party));
        if (!IsGood(party, invite, time)) return Refuse(PartyRefusal.InviteNotGood);
        if (party.Members.Count >= mostMembers) return Refuse(PartyRefusal.Full);
        var joined = party with
        {
            Members = [.. party.Members, new PartyMember(uid, invite.Role, Now(time)) { InviteId = invite.Id }],
            Invites = [.. party.Invites.Select(one => one == invite ? one with { Uses = one.Uses + 1 } : one)],
            // Who comes back needs not be taken out of anything any more.
            Leaving = [.. party.Leaving.Where(left => left != uid)],
        };
        return Change(joined, DomainEvent.Of(time, EventType.PartyMemberJoined, party.Id, uid, ("member", uid), ("invite", invite.Id), ("role", WordOf(invite.Role))));
    }

    /// <summary>Shares a prompt of the member's own, once.</summary>
    public static Outcome Share(Party party, string uid, string promptId, TimeProvider time)
    {
        if (RefuseBelow(PartyRole.Member, party, uid) is { } refused) return refused;
        if (party.Prompts.Any(prompt => prompt.PromptId == promptId)) return new Outcome(new PartyResult(party));
        if (party.Prompts.Count >= Party.MostPrompts) return Refuse(PartyRefusal.TooManyPrompts);
        return Change(
            party with { Prompts = [.. party.Prompts, new SharedPrompt(promptId, uid, Now(time))] },
            DomainEvent.Of(time, EventType.PromptShared, promptId, uid, ("party", party.Id)));
    }

    /// <summary>Ends a share: of one's own, and as owner or admin of anybody's.</summary>
    public static Outcome Unshare(Party party, string actor, string promptId, TimeProvider time)
    {
        if (RefuseBelow(PartyRole.Member, party, actor) is { } refused) return refused;
        if (party.Prompts.FirstOrDefault(prompt => prompt.PromptId == promptId) is not { } shared) return Refuse(PartyRefusal.PromptNotFound);
        if (shared.Uid != actor && party.FindMember(actor)!.Role == PartyRole.Member) return Refuse(PartyRefusal.NotAllowed);
        return Change(
            party with { Prompts = [.. party.Prompts.Where(prompt => prompt != shared)] },
            DomainEvent.Of(time, EventType.PromptUnshared, promptId, actor, ("party", party.Id)));
    }

    // An invite is worth what its maker is: nobody comes by the link of somebody who has left, or to a role that its maker could not give any more.
    private static bool MayInvite(Party party, PartyInvite invite) =>
        party.FindMember(invite.CreatedBy) is { } maker && maker.Role < invite.Role;

    private static Party Without(Party party, string uid) => party with
    {
        Members = [.. party.Members.Where(member => member.Uid != uid)],
        Invites = [.. party.Invites.Where(invite => invite.CreatedBy != uid)],
        Prompts = [.. party.Prompts.Where(prompt => prompt.Uid != uid)],
        Leaving = [.. party.Leaving.Where(left => left != uid), uid],
    };

    private static Party WithOwner(Party party, string uid, int place) => party with
    {
        OwnerPlace = place,
        Members =
        [
            .. party.Members.Select(member =>
                member.Uid == uid ? member with { Role = PartyRole.Owner } : member.Role == PartyRole.Owner ? member with { Role = PartyRole.Admin } : member),
        ],
    };

    private static DomainEvent Left(Party party, string uid, string actor, TimeProvider time) =>
        DomainEvent.Of(time, EventType.PartyMemberLeft, party.Id, actor, ("member", uid));

    private static DomainEvent HandedOver(Party party, string uid, string actor, TimeProvider time) =>
        DomainEvent.Of(time, EventType.PartyHandedOver, party.Id, actor, ("from", party.Owner), ("to", uid));

    private static Outcome? RefuseBelow(PartyRole role, Party party, string actor)
    {
        if (party.DeletingOn is not null || party.FindMember(actor) is not { } member) return Refuse(PartyRefusal.NotFound);
        return member.Role <= role ? null : Refuse(PartyRefusal.NotAllowed);
    }

    private static Outcome Change(Party party, params IReadOnlyList<DomainEvent> happened) =>
        new(new PartyResult(party)) { Change = party, Happened = happened };

    private static Outcome Refuse(string code) => new(PartyResult.Refused(code));

    private static long Now(TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds();

    private static string WordOf(PartyRole role) => role.ToString().ToLowerInvariant();
}
