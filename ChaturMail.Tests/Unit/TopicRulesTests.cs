using ChaturMail.Core.Parties;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Topics;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit;

/// <summary>What may be done with a topic, by whom, and what becomes of it.</summary>
public sealed class TopicRulesTests
{
    private static readonly Party Party = new(
        "p", "Party", [new("owner", PartyRole.Owner, 1), new("admin", PartyRole.Admin, 2), new("maker", PartyRole.Member, 3), new("other", PartyRole.Member, 4)], 1, 0);

    private static readonly TopicMember Maker = new(Party, "maker");
    private static readonly TopicMember Other = new(Party, "other");
    private static readonly ManualTimeProvider Time = new(1_800_000_000);
    private static readonly Topic New = new("t", "p", "Title", "maker", 1, 0);

    [Theory]
    [InlineData("owner", true)]
    [InlineData("admin", true)]
    [InlineData("maker", true)]
    [InlineData("other", false)]
    public void ItsMakerAndThoseWhoRunThePartyManageATopic(string uid, bool manages) => Assert.Equal(manages, new TopicMember(Party, uid).Manages(New));

    [Fact]
    public void NobodyManagesATopicWhoseMakersAccountIsGoneButThoseWhoRunTheParty()
    {
        Assert.False(new TopicMember(Party, "").Manages(New with { OwnerId = "x" }));
        Assert.False(new TopicMember(Party, "other").Manages(New with { OwnerId = "" }));
        Assert.True(new TopicMember(Party, "admin").Manages(New with { OwnerId = "" }));
    }

    [Fact]
    public void ASaveFromAnOlderVersionIsRefusedAndChangesNothing()
    {
        var topic = Saved(Saved(New, "One."), "Two.");
        var decision = TopicRules.Save(topic, Other, Edit(1, "other", "Mine."), Time);
        Assert.Equal((TopicRefusal.DraftConflict, null, 2), (decision.Answer.Refusal, decision.Change, decision.Answer.Topic!.Version));
        Assert.Empty(decision.Happened);
        Assert.Equal(TopicRefusal.DraftConflict, TopicRules.Save(topic, Other, Edit(3, "other", "Mine."), Time).Answer.Refusal);
    }

    [Fact]
    public void TheSameSaveAgainMakesNoOtherVersion()
    {
        var topic = Saved(New, "One.");
        var again = TopicRules.Save(topic, Maker, Edit(0, "maker", "One."), Time);
        Assert.Equal((null, null), (again.Answer.Refusal, again.Change));
        // What changes nothing is no version, and ends no approval.
        Assert.Null(TopicRules.Save(topic, Other, Edit(1, "other", "One."), Time).Change);
        // Another member's same words for the first version came too late.
        Assert.Equal(TopicRefusal.DraftConflict, TopicRules.Save(topic, Other, Edit(0, "other", "One."), Time).Answer.Refusal);
    }

    [Fact]
    public void WhatIsNotNamedStaysAsItWas()
    {
        var topic = TopicRules.Save(New, Maker, new DraftEdit(0, DraftSource.Written, "maker", "a@example.com", "Subject", "Text"), Time).Change!;
        topic = TopicRules.Save(topic, Maker, new DraftEdit(1, DraftSource.Written, "maker", null, "", null), Time).Change!;
        Assert.Equal(("a@example.com", "", "Text", 2), (topic.Draft!.ToEmail, topic.Draft.Subject, topic.Draft.Text, topic.Version));
    }

    [Fact]
    public void ANewVersionEndsTheApprovalAndSaysSo()
    {
        var topic = Asked(Saved(New, "One."), "other");
        var decision = TopicRules.Save(topic, Maker, Edit(1, "maker", "Two."), Time);
        Assert.Null(decision.Change!.Approval);
        Assert.Equal(1, decision.Answer.EndedApproval);
        Assert.Equal("1", Assert.Single(decision.Happened).Data["ended"]);
    }

    [Fact]
    public void AnApprovalOfOneVersionNeverCountsForAnother()
    {
        var topic = Asked(Saved(New, "One."), "other");
        var approved = TopicRules.Approve(topic, Other, 1, ApprovalState.Approved, "", Time).Change!;
        var next = Asked(Saved(approved, "Two."), "other");
        Assert.Equal(ApprovalState.Pending, next.Approval!.Approvers[0].State);
        Assert.Equal(TopicRefusal.DraftConflict, TopicRules.Approve(next, Other, 1, ApprovalState.Approved, "", Time).Answer.Refusal);
        Assert.Equal(TopicRefusal.ApprovalRequired, Send(next, 2).Answer.Refusal);
    }

    [Fact]
    public void OnlyThoseWhoAreAskedApproveAndTheyMayThinkAgain()
    {
        var topic = Asked(Saved(New, "One."), "other");
        Assert.Equal(TopicRefusal.NotApprover, TopicRules.Approve(topic, Maker, 1, ApprovalState.Approved, "", Time).Answer.Refusal);
        Assert.Equal(TopicRefusal.NotApprover, TopicRules.Approve(Saved(New, "One."), Other, 1, ApprovalState.Approved, "", Time).Answer.Refusal);
        var rejected = TopicRules.Approve(topic, Other, 1, ApprovalState.Rejected, "Too long.", Time).Change!;
        Assert.Equal(TopicRefusal.ApprovalRequired, Send(rejected, 1).Answer.Refusal);
        var approved = TopicRules.Approve(rejected, Other, 1, ApprovalState.Approved, "", Time).Change!;
        Assert.Null(Send(approved, 1).Answer.Refusal);
    }

    [Fact]
    public void WhoIsNamedAgainHasSaidWhatTheySaid()
    {
        var approved = TopicRules.Approve(Asked(Saved(New, "One."), "other"), Other, 1, ApprovalState.Approved, "", Time).Change!;
        var more = Asked(approved, "other", "admin");
        Assert.Equal([("other", ApprovalState.Approved), ("admin", ApprovalState.Pending)], more.Approval!.Approvers.Select(a => (a.Uid, a.State)));
        Assert.Null(TopicRules.RequestApproval(more, Maker, 1, ["admin", "other"], Time).Change);
        Assert.Equal(PartyRefusal.MemberNotFound, TopicRules.RequestApproval(more, Maker, 1, ["stranger"], Time).Answer.Refusal);
        Assert.Equal(TopicRefusal.NotTopicOwner, TopicRules.RequestApproval(more, Other, 1, ["admin"], Time).Answer.Refusal);
    }

    [Fact]
    public void AMemberWhoLeavesIsNoApproverAnyMore()
    {
        var topic = Asked(Saved(New, "One."), "other", "admin");
        var left = TopicRules.RemoveMember(topic, "other").Change!;
        Assert.Equal("admin", Assert.Single(left.Approval!.Approvers).Uid);
        Assert.Null(TopicRules.RemoveMember(left, "admin").Change!.Approval);
        Assert.Null(TopicRules.RemoveMember(left, "maker").Change);
        // Nor before that is noted.
        var smaller = new TopicMember(Party with { Members = [.. Party.Members.Where(member => member.Uid is not ("other" or "admin"))] }, "maker");
        Assert.Null(TopicRules.Send(topic, smaller, 1, "k", null, null, Time).Answer.Refusal);
    }

    [Fact]
    public void AVersionIsSentOnceUnlessItsScheduleEndedWithoutSendingIt()
    {
        var topic = Send(Saved(New, "One."), 1, "k1").Change!;
        Assert.Equal(("k1", null), (topic.Sent!.Key, topic.Sent.ScheduleId));
        Assert.Equal((null, "k1"), (Send(topic, 1, "k2").Change, Send(topic, 1, "k2").Answer.Topic!.Sent!.Key));
        var confirmed = TopicRules.ConfirmSending(topic, topic.Sent, "s1", Time);
        Assert.Equal("topic.draft_sent.v1", Assert.Single(confirmed.Happened).Type);
        topic = confirmed.Change!;
        Assert.Null(TopicRules.ConfirmSending(topic, topic.Sent!, "s1", Time).Change);
        Assert.Null(Send(topic, 1, "k2").Change);
        Assert.Null(Send(topic, 1, "k2", ended: "s0").Change);
        Assert.Equal("k2", Send(topic, 1, "k2", ended: "s1").Change!.Sent!.Key);
        // The version that was sent is told also when there is another by now.
        Assert.Equal((null, null), (Send(Saved(topic, "Two."), 1, "k2").Answer.Refusal, Send(Saved(topic, "Two."), 1, "k2").Change));
    }

    [Fact]
    public void WhatCannotBeScheduledIsTakenBackAndAnothersSendingStays()
    {
        var topic = Send(Saved(New, "One."), 1, "k1").Change!;
        Assert.Null(TopicRules.TakeBackSending(topic, topic.Sent!, "mail_unavailable").Change!.Sent);
        var another = topic with { Sent = topic.Sent! with { Key = "k2" } };
        Assert.Null(TopicRules.TakeBackSending(another, topic.Sent!, "mail_unavailable").Change);
        Assert.Null(TopicRules.ConfirmSending(another, topic.Sent!, "s1", Time).Change);
    }

    [Fact]
    public void WhatCannotBeScheduledLeavesWhatWasSentBefore()
    {
        var topic = Send(Saved(New, "One."), 1, "k1").Change!;
        var first = (topic = TopicRules.ConfirmSending(topic, topic.Sent!, "s1", Time).Change!).Sent;
        topic = Send(Saved(topic, "Two."), 2, "k2").Change!;
        Assert.Equal(first, TopicRules.TakeBackSending(topic, topic.Sent!, "schedule_time_invalid").Change!.Sent);
        // Another version takes the place of one that is not certain.
        var third = Send(Saved(topic, "Three."), 3, "k3").Change!;
        Assert.Equal(first, TopicRules.TakeBackSending(third, third.Sent!, "schedule_time_invalid").Change!.Sent);

        var confirmed = TopicRules.ConfirmSending(topic, topic.Sent!, "s2", Time).Change!.Sent!;
        Assert.Equal((2, "s2", null), (confirmed.Version, confirmed.ScheduleId, confirmed.Before));
        // There is a schedule, though another process has taken it back.
        Assert.Equal(confirmed, TopicRules.ConfirmSending(topic with { Sent = first }, topic.Sent!, "s2", Time).Change!.Sent);

        var erased = TopicRules.Erase(topic, "maker", Time.GetUtcNow().ToUnixTimeMilliseconds() + 1).Change!;
        Assert.Equal((1, "s1", ""), (erased.Sent!.Before!.Version, erased.Sent.Before.ScheduleId, erased.Sent.Before.By));
        Assert.Empty(erased.People());
        Assert.Contains("maker", (topic with { OwnerId = "", Draft = null, Sent = topic.Sent! with { By = "" } }).People());
    }

    [Theory]
    [InlineData("", "Subject", "Text")]
    [InlineData("a@example.com", "", "Text")]
    [InlineData("a@example.com", "Subject", " ")]
    public void AnUnfinishedDraftIsNotSent(string to, string subject, string text)
    {
        var topic = TopicRules.Save(New, Maker, new DraftEdit(0, DraftSource.Written, "maker", to, subject, text), Time).Change!;
        Assert.Equal(TopicRefusal.DraftIncomplete, Send(topic, 1).Answer.Refusal);
        Assert.Equal(TopicRefusal.NotTopicOwner, TopicRules.Send(topic, Other, 1, "k", null, null, Time).Answer.Refusal);
    }

    [Fact]
    public void ASuggestionForAnOlderVersionIsNotAccepted()
    {
        var topic = Suggested(Saved(New, "One."), "s");
        Assert.Equal(TopicRefusal.DraftConflict, Accept(Saved(topic, "Two."), "s").Answer.Refusal);
        Assert.Equal(TopicRefusal.DraftConflict, TopicRules.Suggest(Saved(topic, "Two."), Other, "s2", 1, Time).Answer.Refusal);
        Assert.Equal(TopicRefusal.DraftConflict, TopicRules.Suggest(New, Other, "s2", 0, Time).Answer.Refusal);
        var accepted = Accept(topic, "s");
        Assert.Equal((2, DraftSource.Suggested, "other", "s"), (accepted.Change!.Version, accepted.Change.Draft!.Source, accepted.Change.Draft.By, accepted.Change.Draft.SuggestionId));
        Assert.Equal(["topic.suggestion_accepted.v1", "topic.draft_saved.v1"], accepted.Happened.Select(happened => happened.Type));
        // Again: it is so already.
        Assert.Equal((null, null), (Accept(accepted.Change, "s").Change, Accept(accepted.Change, "s").Answer.Refusal));
    }

    [Fact]
    public void WhatBecameOfASuggestionStays()
    {
        var topic = Suggested(Saved(New, "One."), "s");
        Assert.Equal(TopicRefusal.NotSuggestionAuthor, TopicRules.Close(topic, Maker, "s", SuggestionState.Withdrawn, Time).Answer.Refusal);
        Assert.Equal(TopicRefusal.NotTopicOwner, TopicRules.Close(topic, Other, "s", SuggestionState.Declined, Time).Answer.Refusal);
        Assert.Equal(TopicRefusal.SuggestionNotFound, TopicRules.Close(topic, Other, "x", SuggestionState.Withdrawn, Time).Answer.Refusal);
        var withdrawn = TopicRules.Close(topic, Other, "s", SuggestionState.Withdrawn, Time).Change!;
        Assert.Equal(TopicRefusal.SuggestionClosed, Accept(withdrawn, "s").Answer.Refusal);
        Assert.Equal(TopicRefusal.SuggestionClosed, TopicRules.Close(withdrawn, Maker, "s", SuggestionState.Declined, Time).Answer.Refusal);
        Assert.Null(TopicRules.Close(withdrawn, Other, "s", SuggestionState.Withdrawn, Time).Answer.Refusal);
    }

    [Fact]
    public void TwentySuggestionsAreOpenAndEightyOthersAreKept()
    {
        var topic = Saved(New, "One.");
        for (var i = 1; i <= TopicRules.MostOpenSuggestions; i++) topic = Suggested(topic, $"s{i}");
        Assert.Equal(TopicRefusal.TooManySuggestions, TopicRules.Suggest(topic, Other, "more", 1, Time).Answer.Refusal);
        for (var i = 1; i <= 100; i++)
        {
            topic = TopicRules.Close(topic, Other, $"s{i}", SuggestionState.Withdrawn, Time).Change!;
            topic = Suggested(topic, $"s{i + 20}");
        }

        Assert.Equal(Enumerable.Range(21, 100), topic.Suggestions.Select(suggestion => suggestion.Number));
        Assert.Equal(TopicRules.MostClosedSuggestions, topic.Suggestions.Count(suggestion => suggestion.State != SuggestionState.Open));
    }

    [Fact]
    public void AnErasureTakesTheUidOutOfWhatIsOlderAndLeavesTheTexts()
    {
        var topic = Asked(Suggested(Saved(New, "One."), "s"), "maker", "other");
        topic = Send(topic with { Approval = null }, 1).Change! with { Approval = topic.Approval };
        var later = Time.GetUtcNow().ToUnixTimeMilliseconds() + 1;

        var erased = TopicRules.Erase(topic, "maker", later).Change!;
        Assert.Equal(["other"], erased.People());
        Assert.Equal(("One.", "", "", "other"), (erased.Draft!.Text, erased.OwnerId, erased.Sent!.By, erased.Suggestions[0].By));
        Assert.Equal(["maker"], TopicRules.Erase(topic, "other", later).Change!.People());
        Assert.Equal(topic.People().Order(), TopicRules.Erase(topic, "maker", 0).Change!.People().Order());
        Assert.DoesNotContain(Topic.KeyOfPerson("maker"), Topic.Kind.KeysOf(erased));
    }

    [Fact]
    public void NoEventHoldsAnybodysWords()
    {
        var topic = Suggested(Saved(New, "secret"), "s");
        var events = TopicRules.Save(New, Maker, Edit(0, "maker", "secret"), Time).Happened
            .Concat(Accept(topic, "s").Happened).Concat(TopicRules.Rename(topic, Maker, "secret title", Time).Happened)
            .Concat(TopicRules.Approve(Asked(topic, "other"), Other, 1, ApprovalState.Rejected, "secret note", Time).Happened).ToList();
        Assert.Equal(5, events.Count);
        Assert.All(events, happened => Assert.DoesNotContain(happened.Data.Values, value => value.Contains("secret", StringComparison.Ordinal)));
        Assert.All(events, happened => Assert.Equal(("t", "p"), (happened.Subject, happened.Data["partyId"])));
    }

    private static DraftEdit Edit(int from, string by, string text) => new(from, DraftSource.Written, by, null, null, text);

    private static Topic Saved(Topic topic, string text) => TopicRules.Save(
        topic, Maker, new DraftEdit(topic.Version, DraftSource.Written, "maker", "a@example.com", "Subject", text), Time).Change!;

    private static Topic Asked(Topic topic, params IReadOnlyList<string> approvers) => TopicRules.RequestApproval(topic, Maker, topic.Version, approvers, Time).Change!;

    private static Topic Suggested(Topic topic, string id) => TopicRules.Suggest(topic, Other, id, topic.Version, Time).Change!;

    private static Decision<Topic, TopicResult> Accept(Topic topic, string id) =>
        TopicRules.Accept(topic, Maker, new SuggestedText(id, "t", "other", 1, "a@example.com", "Subject", "Better.", ""), Time);

    private static Decision<Topic, TopicResult> Send(Topic topic, int version, string key = "k", string? ended = null) =>
        TopicRules.Send(topic, Maker, version, key, null, ended, Time);
}
