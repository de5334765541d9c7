using ChaturMail.Core.Conversations;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit;

/// <summary><see cref="GroupDecisions"/>.</summary>
public sealed class GroupDecisionsTests
{
    private static readonly ManualTimeProvider Time = new(1_795_263_240);

    private static readonly Conversation Group = new(
        "c1", ConversationKind.Group, "Offer", [new("maker", 1, true), new("second", 2, false), new("third", 3, false)], null, null, 1)
    { MakerPlace = 4 };

    [Fact]
    public void WhenTheMakerLeavesThePlaceIsFreeAndTheLongestMemberIsAdmin()
    {
        var left = Changed(GroupDecisions.RemoveMember(Group, "maker", "maker", Time), "conversation.member_left.v1");
        Assert.Null(left.MakerPlace);
        Assert.Equal([("second", true), ("third", false)], left.Members.Select(member => (member.Uid, member.IsAdmin)));
        Assert.Equal(4, Changed(GroupDecisions.RemoveMember(Group, "maker", "third", Time), "conversation.member_left.v1").MakerPlace);
    }

    [Fact]
    public void ThereIsAlwaysAnAdmin()
    {
        var still = Changed(GroupDecisions.SetAdmin(Group, "maker", "maker", false));
        Assert.Equal("maker", Assert.Single(still.Members, member => member.IsAdmin).Uid);
        var both = Changed(GroupDecisions.SetAdmin(Group, "maker", "third", true));
        Assert.Equal("third", Assert.Single(Changed(GroupDecisions.SetAdmin(both, "third", "maker", false)).Members, member => member.IsAdmin).Uid);
    }

    [Fact]
    public void WhoIsInItAlreadyIsNotAddedAgainAndTakesNoRoom()
    {
        var added = Changed(GroupDecisions.AddMembers(Group, "maker", ["second", "fourth", "fourth"], 4, Time), "conversation.member_added.v1");
        Assert.Equal(["maker", "second", "third", "fourth"], added.Members.Select(member => member.Uid));
        Assert.Equal(ConversationFailure.GroupFull, CodeOf(GroupDecisions.AddMembers(Group, "maker", ["fourth", "fifth"], 4, Time)));
        Assert.Null(GroupDecisions.AddMembers(Group, "maker", ["second"], 3, Time).Change);
    }

    [Fact]
    public void WithItsLastMemberAGroupEndsOnceAndIsNobodysFromThenOn()
    {
        var alone = Group with { Members = [new ConversationMember("maker", 1, true)] };
        var ended = Changed(GroupDecisions.RemoveMember(alone, "maker", "maker", Time), "conversation.deleted.v1");
        Assert.Equal((Time.GetUtcNow().ToUnixTimeMilliseconds(), 0, "", (int?)null), (ended.DeletedOn, ended.Members.Count, ended.Name, ended.MakerPlace));
        Assert.Null(GroupDecisions.End(ended, "maker", Time).Change);
        Assert.Equal(ConversationFailure.NotFound, CodeOf(GroupDecisions.Rename(ended, "maker", "x", Time)));
    }

    [Fact]
    public void AnErasureTakesOutWhoJoinedBeforeItAndEndsADirectConversationWithTheSecond()
    {
        var direct = new Conversation("c2", ConversationKind.Direct, "", [new("a", 5, false), new("b", 5, false)], null, null, 5);
        Assert.Null(GroupDecisions.Erase(direct, "a", 5, Time).Change);
        var one = Changed(GroupDecisions.Erase(direct, "a", 6, Time), "conversation.member_left.v1");
        Assert.Equal("b", Assert.Single(one.Members).Uid);
        Assert.True(GroupDecisions.Erase(one, "b", 6, Time).Delete);
        Assert.Equal(["b", "a"], Changed(GroupDecisions.Reopen(one, ["a", "b"], Time), "conversation.member_added.v1").Members.Select(member => member.Uid));
    }

    private static Conversation Changed(Decision<Conversation, ConversationResult> decision, params string[] events)
    {
        Assert.Equal(events, decision.Happened.Select(e => e.Type));
        Assert.NotNull(decision.Change);
        Assert.Equal(new ConversationResult.Done(decision.Change), decision.Answer);
        return decision.Change;
    }

    private static string CodeOf(Decision<Conversation, ConversationResult> decision) => Assert.IsType<ConversationResult.Refused>(decision.Answer).Code;
}
