using ChaturMail.Core.Parties;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit;

/// <summary>Who may do what with a party.</summary>
public sealed class PartyDecisionsTests
{
    private const long Start = 1_800_000_000;

    private static readonly ManualTimeProvider Time = new(Start);

    private static readonly Party Team = new(
        "6b018b08c371b1bcac5105d1", "Team",
        [new("owner", PartyRole.Owner, 1), new("member", PartyRole.Member, 2), new("admin", PartyRole.Admin, 3), new("admin2", PartyRole.Admin, 4) { InviteId = "i1" }], 1, 0);

    private static readonly PartyInvite Open = new("i1", PartyInvite.DigestOf("t"), PartyRole.Member, "admin", 0, (Start + 3600) * 1000, 2);

    // What each does; nobody is told that it is not allowed of a party that they are not in.
    [Theory]
    [InlineData("rename", "party.renamed.v1", "party.renamed.v1", PartyRefusal.NotAllowed)]
    [InlineData("remove member", "party.member_removed.v1", "party.member_removed.v1", PartyRefusal.NotAllowed)]
    [InlineData("remove admin2", "party.member_removed.v1", PartyRefusal.NotAllowed, PartyRefusal.NotAllowed)]
    [InlineData("remove owner", PartyRefusal.NotAllowed, PartyRefusal.NotAllowed, PartyRefusal.NotAllowed)]
    [InlineData("remove stranger", PartyRefusal.MemberNotFound, PartyRefusal.MemberNotFound, PartyRefusal.NotAllowed)]
    [InlineData("leave", PartyRefusal.HandOverFirst, "party.member_left.v1", "party.member_left.v1")]
    [InlineData("make member admin", "party.role_changed.v1", PartyRefusal.NotAllowed, PartyRefusal.NotAllowed)]
    [InlineData("make owner member", PartyRefusal.HandOverFirst, PartyRefusal.NotAllowed, PartyRefusal.NotAllowed)]
    [InlineData("hand over to member", "party.handed_over.v1", PartyRefusal.NotAllowed, PartyRefusal.NotAllowed)]
    [InlineData("hand over to stranger", PartyRefusal.MemberNotFound, PartyRefusal.NotAllowed, PartyRefusal.NotAllowed)]
    [InlineData("delete", "party.deleted.v1", PartyRefusal.NotAllowed, PartyRefusal.NotAllowed)]
    [InlineData("invite member", "party.invite_created.v1", "party.invite_created.v1", PartyRefusal.NotAllowed)]
    [InlineData("invite admin", "party.invite_created.v1", PartyRefusal.NotAllowed, PartyRefusal.NotAllowed)]
    [InlineData("invite owner", PartyRefusal.NotAllowed, PartyRefusal.NotAllowed, PartyRefusal.NotAllowed)]
    [InlineData("revoke", "party.invite_revoked.v1", "party.invite_revoked.v1", PartyRefusal.NotAllowed)]
    [InlineData("share", "prompt.shared.v1", "prompt.shared.v1", "prompt.shared.v1")]
    [InlineData("unshare the owner's", "prompt.unshared.v1", "prompt.unshared.v1", PartyRefusal.NotAllowed)]
    public void EachRoleDoesWhatItMay(string what, string owner, string admin, string member)
    {
        var party = Team with { Invites = [Open], Prompts = [new SharedPrompt("p1", "owner", 1)] };
        foreach (var (actor, expected) in new[] { ("owner", owner), ("admin", admin), ("member", member), ("stranger", PartyRefusal.NotFound) })
        {
            var decision = Decide(what, party, actor);
            Assert.Equal((what, actor, expected), (what, actor, decision.Answer.Refusal ?? Assert.Single(decision.Happened).Type));
            // What is refused changes nothing, and what is done is the answer.
            Assert.Same(decision.Answer.Party, decision.Change);
        }

        Assert.Equal(PartyRefusal.NotFound, Decide(what, party with { DeletingOn = 1 }, "admin").Answer.Refusal);
    }

    [Fact]
    public void HandingOverSwapsTheRolesAndThePlace()
    {
        var changed = PartyDecisions.HandOver(Team, "owner", "member", 4, Time).Change!;
        Assert.Equal(("member", 4), (changed.Owner, changed.OwnerPlace));
        Assert.Equal([PartyRole.Admin, PartyRole.Owner, PartyRole.Admin, PartyRole.Admin], changed.Members.Select(member => member.Role));
    }

    [Fact]
    public void WhatAMemberMadeGoesWithThem()
    {
        var party = Team with { Invites = [Open, Open with { Id = "i2", CreatedBy = "owner" }], Prompts = [new("p1", "admin", 1), new("p2", "owner", 1)] };
        var left = PartyDecisions.Leave(party, "admin", Time).Change!;
        Assert.Equal(("i2", "p2", "admin"), (Assert.Single(left.Invites).Id, Assert.Single(left.Prompts).PromptId, Assert.Single(left.Leaving)));
    }

    [Fact]
    public void WhoIsRemovedDoesNotComeBackByTheLinkTheyCameByAndWhoLeftDoes()
    {
        var party = Team with { Invites = [Open] };
        var removed = PartyDecisions.Remove(party, "owner", "admin2", Time).Change!;
        Assert.Equal(PartyRefusal.InviteNotGood, Join(removed, "admin2").Answer.Refusal);
        var back = Join(PartyDecisions.Leave(party, "admin2", Time).Change!, "admin2").Change!;
        // As what the link says, and with nothing left to be done about their going.
        Assert.Equal((PartyRole.Member, 0), (back.FindMember("admin2")!.Role, back.Leaving.Count));
    }

    [Fact]
    public void AnInviteIsGoodWhileItLastsAndItsMakerCouldMakeIt()
    {
        var party = Team with { Invites = [Open] };
        Assert.Equal(1, Assert.Single(Join(party, "new").Change!.Invites).Uses);
        Assert.Equal(PartyRefusal.InviteNotGood, PartyDecisions.Join(party, "new", PartyInvite.DigestOf("other"), 10, Time).Answer.Refusal);
        Assert.Equal(PartyRefusal.InviteNotGood, Join(party with { Invites = [Open with { Uses = 2 }] }, "new").Answer.Refusal);
        Assert.Equal(PartyRefusal.InviteNotGood, Join(party with { Invites = [Open with { ExpiresOn = Start * 1000 }] }, "new").Answer.Refusal);
        Assert.NotNull(Join(party with { Invites = [Open with { ExpiresOn = Start * 1000 + 1 }] }, "new").Change);
        Assert.Equal(PartyRefusal.InviteNotGood, Join(party with { Invites = [Open with { CreatedBy = "stranger" }] }, "new").Answer.Refusal);
        // An admin who is one no more invites nobody; an owner who has handed over, no admins.
        Assert.Equal(PartyRefusal.InviteNotGood, Join(PartyDecisions.SetRole(party, "owner", "admin", PartyRole.Member, Time).Change!, "new").Answer.Refusal);
        var toAdmin = Team with { Invites = [Open with { CreatedBy = "owner", Role = PartyRole.Admin }] };
        Assert.NotNull(Join(toAdmin, "new").Change);
        Assert.Equal(PartyRefusal.InviteNotGood, Join(PartyDecisions.HandOver(toAdmin, "owner", "admin", 0, Time).Change!, "new").Answer.Refusal);
        Assert.Equal(PartyRefusal.InviteNotGood, Join(party with { DeletingOn = 1 }, "new").Answer.Refusal);
    }

    [Fact]
    public void APartyTakesAsManyAsItMayAndWhoIsInItStaysIn()
    {
        var party = Team with { Invites = [Open with { Uses = 2 }] };
        Assert.Equal(PartyRefusal.Full, PartyDecisions.Join(Team with { Invites = [Open] }, "new", Open.Digest, 4, Time).Answer.Refusal);
        var again = PartyDecisions.Join(party, "member", Open.Digest, 4, Time);
        Assert.Equal((party, null), (again.Answer.Party, again.Change));
    }

    [Fact]
    public void TwentyInvitesAreOpenAtMostAndThoseThatAreOverMakeRoom()
    {
        var party = Team;
        for (var i = 0; i < Party.MostInvites; i++) party = PartyDecisions.Invite(party, InviteOf($"n{i}"), Time).Change!;
        Assert.Equal(PartyRefusal.TooManyInvites, PartyDecisions.Invite(party, InviteOf("x"), Time).Answer.Refusal);

        var used = party with { Invites = [.. party.Invites.Select(invite => invite.Id == "n3" ? invite with { Uses = 2 } : invite)] };
        Assert.Equal(21, PartyDecisions.Invite(used, InviteOf("x"), Time).Change!.Invites.Count);
        var expired = party with { Invites = [.. party.Invites.Select(invite => invite.Id == "n3" ? invite with { ExpiresOn = 1 } : invite)] };
        Assert.DoesNotContain(PartyDecisions.Invite(expired, InviteOf("x"), Time).Change!.Invites, invite => invite.Id == "n3");
        // However many were used up, the document stays small.
        for (var i = 0; i < 100; i++)
        {
            party = party with { Invites = [.. party.Invites.Select(invite => invite with { Uses = 2 })] };
            party = PartyDecisions.Invite(party, InviteOf($"m{i}"), Time).Change!;
        }

        Assert.Equal(2 * Party.MostInvites, party.Invites.Count);
    }

    [Fact]
    public void FiftyPromptsAreSharedAtMostAndOneOnlyOnce()
    {
        var party = Team;
        for (var i = 0; i < Party.MostPrompts; i++) party = PartyDecisions.Share(party, "member", $"p{i}", Time).Change!;
        Assert.Equal(PartyRefusal.TooManyPrompts, PartyDecisions.Share(party, "member", "x", Time).Answer.Refusal);
        Assert.Null(PartyDecisions.Share(party, "member", "p7", Time).Change);
        Assert.NotNull(PartyDecisions.Unshare(party, "member", "p7", Time).Change);
        Assert.Equal(PartyRefusal.PromptNotFound, PartyDecisions.Unshare(party, "member", "x", Time).Answer.Refusal);
    }

    [Fact]
    public void AnErasedOwnersPartyPassesToTheAdminWhoHasBeenInItLongestElseTheMember()
    {
        var passed = PartyDecisions.Erase(Team, "owner", 3, Time);
        Assert.Equal(("admin", 3, 3), (passed.Change!.Owner, passed.Change.OwnerPlace, passed.Change.Members.Count));
        Assert.Equal(["party.handed_over.v1", "party.member_left.v1"], passed.Happened.Select(e => e.Type));
        Assert.All(passed.Happened, e => Assert.Equal("system", e.Actor));
        Assert.Equal("m1", PartyDecisions.SuccessorOf(Team with { Members = [Team.Members[0], new("m1", PartyRole.Member, 5), new("m2", PartyRole.Member, 6)] }));
        Assert.NotNull(PartyDecisions.Erase(Team with { Members = [Team.Members[0]] }, "owner", 0, Time).Change!.DeletingOn);
        Assert.Null(PartyDecisions.Erase(Team, "stranger", 0, Time).Change);
    }

    [Fact]
    public void ADeletionMayBeAskedForAgainByItsOwnerAlone()
    {
        var deleting = PartyDecisions.Delete(Team, "owner", Time);
        Assert.Equal("owner member admin admin2", deleting.Happened[0].Data["members"]);
        Assert.Equal((deleting.Change, null), (PartyDecisions.Delete(deleting.Change!, "owner", Time).Answer.Party, PartyDecisions.Delete(deleting.Change!, "owner", Time).Change));
        Assert.Equal(PartyRefusal.NotFound, PartyDecisions.Delete(deleting.Change!, "admin", Time).Answer.Refusal);
    }

    private static PartyInvite InviteOf(string id) => Open with { Id = id, Digest = id };

    private static Decision<Party, PartyResult> Join(Party party, string uid) => PartyDecisions.Join(party, uid, Open.Digest, 10, Time);

    private static Decision<Party, PartyResult> Decide(string what, Party party, string actor) => what.Split(' ') switch
    {
        ["rename"] => PartyDecisions.Rename(party, actor, "New", Time),
        ["remove", var whom] => PartyDecisions.Remove(party, actor, whom, Time),
        ["leave"] => PartyDecisions.Leave(party, actor, Time),
        ["make", var whom, var role] => PartyDecisions.SetRole(party, actor, whom, Enum.Parse<PartyRole>(role, ignoreCase: true), Time),
        ["hand", _, _, var whom] => PartyDecisions.HandOver(party, actor, whom, 0, Time),
        ["delete"] => PartyDecisions.Delete(party, actor, Time),
        ["invite", var role] => PartyDecisions.Invite(party, InviteOf("new") with { CreatedBy = actor, Role = Enum.Parse<PartyRole>(role, ignoreCase: true) }, Time),
        ["revoke"] => PartyDecisions.RevokeInvite(party, actor, "i1", Time),
        ["share"] => PartyDecisions.Share(party, actor, "p2", Time),
        _ => PartyDecisions.Unshare(party, actor, "p1", Time),
    };
}
