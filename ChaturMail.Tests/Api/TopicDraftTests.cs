using System.Text.Json.Nodes;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Topics;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Api;

/// <summary>Drafts with their versions, suggestions, approvals and their sending, also when several people do it at once.</summary>
public sealed class TopicDraftTests(TopicApi api) : IClassFixture<TopicApi>
{
    [Fact]
    public async Task OfManySavesFromOneVersionOneIsMadeAndNothingIsLost()
    {
        var party = await api.PartyAsync();
        var id = await party.TopicAsync(versions: 1);
        for (var round = 1; round <= 3; round++)
        {
            var from = round;
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(
                i => party.Users[i % 4].AskAsync("saveDraft", new { id, version = from, text = $"Round {from} try {i}." })));
            var saved = Assert.Single(answers, answer => answer.HttpStatus == 200);
            Assert.Equal(from + 1, saved.Number("version"));
            Assert.All(answers.Where(answer => answer != saved), answer =>
            {
                Assert.Equal((409, "draft_conflict"), (answer.HttpStatus, answer.Code));
                Assert.Contains($"version {from + 1} ", answer.Message, StringComparison.Ordinal);
            });
            Assert.Equal(saved.Text("text"), (await party.Reader.TopicAsync(id))["draft"]!["text"]!.GetValue<string>());
        }

        Assert.Equal([4, 3, 2, 1], (await party.Reader.OkAsync("getDraftVersions", new { id })).Items.Select(version => Number(version, "version")));
    }

    [Fact]
    public async Task VersionsAreListedNewestFirstWithWhatChanged()
    {
        var party = await api.PartyAsync();
        var id = await party.TopicAsync(versions: 5);
        var first = await party.Reader.OkAsync("getDraftVersions", new { id, limit = 2 });
        var second = await party.Reader.OkAsync("getDraftVersions", new { id, limit = 2, cursor = first.NextCursor });
        var third = await party.Reader.OkAsync("getDraftVersions", new { id, limit = 2, cursor = second.NextCursor });

        Assert.Null(third.NextCursor);
        var all = first.Items.Concat(second.Items).Concat(third.Items).ToList();
        Assert.Equal([5, 4, 3, 2, 1], all.Select(version => Number(version, "version")));
        Assert.Equal(["equal Text ", "delete 4", "insert 5", "equal ."], Diff(all[0]));
        Assert.Equal(["equal Text ", "delete 3", "insert 4", "equal ."], Diff(all[1]));
        Assert.Null(all[4]["diff"]);
        var compared = (await party.Reader.OkAsync("compareVersions", new { id, version = 1, with = 5 })).Item;
        Assert.Equal(["equal Text ", "delete 5", "insert 1", "equal ."], Diff(compared));
        await party.Reader.RefusedAsync("compareVersions", new { id, version = 1, with = 6 }, 404, "version_not_found");
        Assert.Null((await party.Reader.OkAsync("getDraftVersions", new { id = await party.TopicAsync() })).Payload);
    }

    [Fact]
    public async Task AHundredVersionsAreKeptAndTheOldestGo()
    {
        var party = await api.PartyAsync();
        var id = await party.TopicAsync();
        var drafts = api.Get<TopicDrafts>();
        for (var i = 0; i < 103; i++) Assert.Null((await drafts.SaveAsync(id, party.Writer.Uid, i, null, null, $"Text {i + 1}", default)).Refusal);

        var kept = await api.Get<IDocumentStore>().ListAsync(DraftVersion.Kind.Name, DraftVersion.KeyOfTopic(id), newestFirst: false, 1000, null, default);
        Assert.Equal(Enumerable.Range(4, 99), kept.Select(version => (int)version.Sort));
        await party.Writer.RefusedAsync("restoreVersion", new { id, version = 103, restore = 3 }, 404, "version_not_found");
        Assert.Equal("Text 4", (await party.Writer.OkAsync("restoreVersion", new { id, version = 103, restore = 4 })).Text("text"));
    }

    [Fact]
    public async Task AVersionThatIsRestoredIsANewOne()
    {
        var party = await api.PartyAsync();
        var id = await party.TopicAsync(versions: 2);
        var restored = (await party.Reader.OkAsync("restoreVersion", new { id, version = 2, restore = 1 })).Item;
        Assert.Equal((3, "restored", 1, "Text 1."), (Number(restored, "version"), Text(restored, "source"), Number(restored, "restoredFrom"), Text(restored, "text")));
        // The same again is done already; another one comes too late.
        Assert.Equal(3, (await party.Reader.OkAsync("restoreVersion", new { id, version = 2, restore = 1 })).Number("version"));
        await party.Reader.RefusedAsync("restoreVersion", new { id, version = 2, restore = 2 }, 409, "draft_conflict");
    }

    [Fact]
    public async Task AnEmailOfOnesOwnHistoryBecomesAVersion()
    {
        var party = await api.PartyAsync();
        var id = await party.TopicAsync(versions: 1);
        var email = await api.Api.Client.GenerateAsync(party.Reader.Token);
        await party.Writer.RefusedAsync("saveDraft", new { id, version = 1, emailId = email.Text("id") }, 404, "email_not_found");
        await party.Reader.RefusedAsync("saveDraft", new { id, version = 1, emailId = email.Text("id"), text = "And this." }, 400, "invalid_field");

        var saved = (await party.Reader.OkAsync("saveDraft", new { id, version = 1, emailId = email.Text("id") })).Item;

        Assert.Equal(
            (2, "generated", email.Text("generatedEmail"), email.Text("subject"), email.Text("toEmailId"), party.Reader.Uid),
            (Number(saved, "version"), Text(saved, "source"), Text(saved, "text"), Text(saved, "subject"), Text(saved, "toEmail"), Text(saved, "userId")));
    }

    [Fact]
    public async Task ASuggestionShowsWhatItChangesAndBecomesAVersionOnce()
    {
        var party = await api.PartyAsync();
        var id = await party.TopicAsync(versions: 1);
        var made = (await party.Reader.OkAsync("suggestChange", new { id, version = 1, text = "Text one.", note = "In words" })).Item;
        Assert.Equal(["equal Text ", "delete 1", "insert one", "equal ."], Diff(made));
        Assert.Equal(("open", "In words", "Prices"), (Text(made, "state"), Text(made, "note"), Text(made, "subject")));
        var suggestionId = Text(made, "id");
        await party.Reader.RefusedAsync("acceptSuggestion", new { id, suggestionId }, 403, "not_topic_owner");

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(
            i => new[] { party.Writer, party.Admin, party.Owner }[i % 3].AskAsync("acceptSuggestion", new { id, suggestionId })));

        Assert.All(answers, answer => Assert.Equal((200, 2), (answer.HttpStatus, (int)answer.Number("version"))));
        var draft = (await party.Reader.TopicAsync(id))["draft"]!;
        Assert.Equal(("Text one.", "suggested", suggestionId, party.Reader.Uid), (Text(draft, "text"), Text(draft, "source"), Text(draft, "suggestionId"), Text(draft, "userId")));
        var after = (await party.Reader.OkAsync("getSuggestions", new { id, state = "accepted" })).Item;
        Assert.Equal((2, "accepted"), (Number(after, "version"), Text(after, "state")));
        Assert.Null((await party.Reader.OkAsync("getSuggestions", new { id, state = "open" })).Payload);
    }

    [Fact]
    public async Task OfTwoSuggestionsForOneVersionOneIsAcceptedAndTheOtherStays()
    {
        var party = await api.PartyAsync();
        var id = await party.TopicAsync(versions: 1);
        var suggestions = new[]
        {
            (await party.Reader.OkAsync("suggestChange", new { id, version = 1, text = "One way." })).Text("id"),
            (await party.Admin.OkAsync("suggestChange", new { id, version = 1, text = "Another." })).Text("id"),
        };

        var answers = await Task.WhenAll(suggestions.Select(suggestionId => party.Writer.AskAsync("acceptSuggestion", new { id, suggestionId })));

        Assert.Equal([(200, null), (409, "draft_conflict")], answers.Select(answer => (answer.HttpStatus, answer.Code)).OrderBy(answer => answer.HttpStatus));
        Assert.Equal(2, Number(await party.Writer.TopicAsync(id), "version"));
        var loser = suggestions[answers[0].HttpStatus == 200 ? 1 : 0];
        await party.Owner.OkAsync("declineSuggestion", new { id, suggestionId = loser });
        await party.Writer.RefusedAsync("acceptSuggestion", new { id, suggestionId = loser }, 409, "suggestion_closed");
    }

    [Fact]
    public async Task AcceptingAndWithdrawingAtOnceComeToOneEnd()
    {
        var party = await api.PartyAsync();
        for (var round = 0; round < 5; round++)
        {
            var id = await party.TopicAsync(versions: 1);
            var suggestionId = (await party.Reader.OkAsync("suggestChange", new { id, version = 1, text = "Better." })).Text("id");
            var answers = await Task.WhenAll(
                party.Writer.AskAsync("acceptSuggestion", new { id, suggestionId }), party.Reader.AskAsync("withdrawSuggestion", new { id, suggestionId }));
            Assert.Single(answers, answer => answer.HttpStatus == 200);
            Assert.Single(answers, answer => answer.Code == "suggestion_closed");
            var isAccepted = answers[0].HttpStatus == 200;
            Assert.Equal(isAccepted ? 2 : 1, Number(await party.Writer.TopicAsync(id), "version"));
            Assert.Equal(isAccepted ? "accepted" : "withdrawn", (await party.Writer.OkAsync("getSuggestions", new { id })).Text("state"));
        }
    }

    [Fact]
    public async Task ASuggestionOfAnotherTopicIsNoneOfThisOne()
    {
        var party = await api.PartyAsync();
        var (id, another) = (await party.TopicAsync(versions: 1), await party.TopicAsync(versions: 1));
        var suggestionId = (await party.Reader.OkAsync("suggestChange", new { id = another, version = 1, text = "Better." })).Text("id");
        foreach (var route in new[] { "acceptSuggestion", "declineSuggestion", "withdrawSuggestion" })
            await party.Owner.RefusedAsync(route, new { id, suggestionId }, 404, "suggestion_not_found");
    }

    [Fact]
    public async Task TwentySuggestionsAreOpenHoweverManyAreMadeAtOnce()
    {
        var party = await api.PartyAsync();
        var id = await party.TopicAsync(versions: 1);
        var answers = await Task.WhenAll(Enumerable.Range(0, 26).Select(
            i => party.Users[i % 4].AskAsync("suggestChange", new { id, version = 1, text = $"Idea {i}." })));
        Assert.Equal((20, 6), (answers.Count(answer => answer.HttpStatus == 200), answers.Count(answer => answer.Code == "too_many_suggestions")));
        Assert.Equal(20, Number(await party.Writer.TopicAsync(id), "openSuggestions"));
        // None of a refused one stays behind.
        var kept = await api.Get<IDocumentStore>().ListAsync(SuggestedText.Kind.Name, DraftVersion.KeyOfTopic(id), newestFirst: true, 100, null, default);
        Assert.Equal(20, kept.Count);
        var page = await party.Writer.OkAsync("getSuggestions", new { id, limit = 15 });
        var rest = await party.Writer.OkAsync("getSuggestions", new { id, limit = 15, cursor = page.NextCursor });
        Assert.Equal(Enumerable.Range(1, 20).Reverse(), page.Items.Concat(rest.Items).Select(item => Number(item, "number")));
    }

    [Fact]
    public async Task WhatIsApprovedByEverybodyIsSentOnceBySenderAndText()
    {
        var party = await api.PartyAsync();
        var id = await party.TopicAsync(versions: 2);
        string[] approvers = [party.Reader.Uid, party.Admin.Uid];
        var asked = (await party.Writer.OkAsync("requestApproval", new { id, version = 2, approvers })).Item["approval"]!;
        Assert.Equal((2, false), (Number(asked, "version"), asked["approved"]!.GetValue<bool>()));
        await party.Writer.RefusedAsync("sendDraft", new { id, version = 2 }, 409, "approval_required");
        await party.Reader.OkAsync("approveDraft", new { id, version = 2 });
        await party.Writer.RefusedAsync("sendDraft", new { id, version = 2 }, 409, "approval_required");
        await party.Admin.OkAsync("rejectDraft", new { id, version = 2, note = "Not on a Friday." });
        await party.Writer.RefusedAsync("sendDraft", new { id, version = 2 }, 409, "approval_required");
        Assert.Equal("Not on a Friday.", (await party.Reader.TopicAsync(id))["approval"]!["approvers"]![1]!["note"]!.GetValue<string>());
        Assert.True((await party.Admin.OkAsync("approveDraft", new { id, version = 2 })).Item["approval"]!["approved"]!.GetValue<bool>());
        await party.Reader.RefusedAsync("sendDraft", new { id, version = 2 }, 403, "not_topic_owner");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            i => new[] { party.Writer, party.Owner }[i % 2].OkAsync("sendDraft", new { id, version = 2, at = "2027-01-04T09:00", timeZone = "Asia/Kolkata" })));

        var taken = Assert.Single(api.Delivery.Taken(id));
        Assert.Equal(("Text 2.", "maria@example.com", new DraftTime("2027-01-04T09:00", "Asia/Kolkata")), (taken.Draft.Text, taken.Draft.ToEmail, taken.At));
        var sent = (await party.Reader.TopicAsync(id))["sent"]!;
        Assert.Equal((2, taken.Id, "active", taken.Uid), (Number(sent, "version"), Text(sent, "scheduleId"), Text(sent, "state"), Text(sent, "userId")));
        Assert.All(answers, answer => Assert.Equal(taken.Id, answer.Item["sent"]!["scheduleId"]?.GetValue<string>() ?? taken.Id));
    }

    [Fact]
    public async Task AnApprovalThatRacesWithANewVersionNeverCountsForIt()
    {
        var party = await api.PartyAsync();
        for (var round = 0; round < 5; round++)
        {
            var id = await party.TopicAsync(versions: 1);
            await party.Writer.OkAsync("requestApproval", new { id, version = 1, approvers = new[] { party.Reader.Uid } });
            var answers = await Task.WhenAll(
                party.Reader.AskAsync("approveDraft", new { id, version = 1 }), party.Admin.AskAsync("saveDraft", new { id, version = 1, text = "Changed." }));

            Assert.Equal((200, 1), (answers[1].HttpStatus, (int)answers[1].Number("endedApproval")));
            Assert.EndsWith("The approval of version 1 has ended.", answers[1].Message, StringComparison.Ordinal);
            Assert.Contains(answers[0].Code, new[] { null, "draft_conflict" });
            Assert.Null((await party.Writer.TopicAsync(id))["approval"]);
            await party.Writer.OkAsync("requestApproval", new { id, version = 2, approvers = new[] { party.Reader.Uid } });
            await party.Writer.RefusedAsync("sendDraft", new { id, version = 2 }, 409, "approval_required");
            await party.Reader.RefusedAsync("approveDraft", new { id, version = 1 }, 409, "draft_conflict");
        }
    }

    [Fact]
    public async Task WhoLeavesThePartyIsNoApproverAnyMore()
    {
        var party = await api.PartyAsync();
        var id = await party.TopicAsync(versions: 1);
        await party.Writer.OkAsync("requestApproval", new { id, version = 1, approvers = new[] { party.Reader.Uid, party.Owner.Uid } });
        await party.Owner.OkAsync("approveDraft", new { id, version = 1 });
        Assert.Equal(200, (await api.Api.Client.PostAsync("/party/leaveParty", new { id = party.Id }, party.Reader.Token)).HttpStatus);

        await party.Reader.RefusedAsync("approveDraft", new { id, version = 1 }, 404, "topic_not_found");
        var approval = (await party.Writer.TopicAsync(id))["approval"]!;
        Assert.Equal((true, 1), (approval["approved"]!.GetValue<bool>(), approval["approvers"]!.AsArray().Count));
        await party.Writer.RefusedAsync("requestApproval", new { id, version = 1, approvers = new[] { party.Reader.Uid } }, 404, "member_not_found");
        await party.Writer.OkAsync("sendDraft", new { id, version = 1 });
    }

    [Fact]
    public async Task ASendingThatDiedHalfWayIsFinishedByTheNextWithoutASecondSchedule()
    {
        var party = await api.PartyAsync();
        var id = await party.TopicAsync(versions: 1);
        api.Delivery.DiesAfterTopic = id;
        Assert.InRange((await party.Writer.AskAsync("sendDraft", new { id, version = 1 })).HttpStatus, 500, 599);
        Assert.Equal("sending", Text((await party.Reader.TopicAsync(id))["sent"]!, "state"));
        // The draft goes on; what was sent is what was asked for.
        await party.Reader.OkAsync("saveDraft", new { id, version = 1, text = "Later." });

        await party.Owner.OkAsync("sendDraft", new { id, version = 1 });

        var taken = Assert.Single(api.Delivery.Taken(id));
        Assert.Equal(("Text 1.", party.Writer.Uid), (taken.Draft.Text, taken.Uid));
        Assert.Equal(taken.Id, Text((await party.Reader.TopicAsync(id))["sent"]!, "scheduleId"));
    }

    [Fact]
    public async Task WhatCannotBeScheduledIsSaidAndIsNotSent()
    {
        var party = await api.PartyAsync();
        var id = await party.TopicAsync(versions: 1);
        await party.Writer.OkAsync("saveDraft", new { id, version = 1, toEmail = "refused@example.com" });
        api.Delivery.Refuses = ("refused@example.com", "mail_unavailable");
        await party.Writer.RefusedAsync("sendDraft", new { id, version = 2 }, 503, "mail_unavailable");
        Assert.Null((await party.Writer.TopicAsync(id))["sent"]);
        await party.Writer.OkAsync("saveDraft", new { id, version = 2, toEmail = "" });
        await party.Writer.RefusedAsync("sendDraft", new { id, version = 3 }, 409, "draft_incomplete");
    }

    [Fact]
    public async Task AVersionWhoseScheduleWasCancelledMayBeSentAgain()
    {
        var party = await api.PartyAsync();
        var id = await party.TopicAsync(versions: 1);
        await party.Writer.OkAsync("sendDraft", new { id, version = 1 });
        var first = Assert.Single(api.Delivery.Taken(id)).Id;
        await party.Writer.OkAsync("sendDraft", new { id, version = 1 });
        Assert.Single(api.Delivery.Taken(id));
        api.Delivery.End(first, "cancelled");
        Assert.Equal("cancelled", Text((await party.Writer.TopicAsync(id))["sent"]!, "state"));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => party.Writer.OkAsync("sendDraft", new { id, version = 1 })));

        Assert.Equal(2, api.Delivery.Taken(id).Count());
        Assert.NotEqual(first, Text((await party.Writer.TopicAsync(id))["sent"]!, "scheduleId"));
    }

    [Theory]
    [InlineData("createTopic", """{"title": "", "partyId": "ID"}""")]
    [InlineData("createTopic", """{"title": "T", "partyId": "x"}""")]
    [InlineData("saveDraft", """{"id": "ID", "text": "T"}""")]
    [InlineData("saveDraft", """{"id": "ID", "version": -1, "text": "T"}""")]
    [InlineData("saveDraft", """{"id": "ID", "version": 0}""")]
    [InlineData("saveDraft", """{"id": "ID", "version": 0, "subject": "a\nb"}""")]
    [InlineData("suggestChange", """{"id": "ID", "version": 1}""")]
    [InlineData("acceptSuggestion", """{"id": "ID"}""")]
    [InlineData("getSuggestions", """{"id": "ID", "state": "lost"}""")]
    [InlineData("getDraftVersions", """{"id": "ID", "cursor": "-1"}""")]
    [InlineData("requestApproval", """{"id": "ID", "version": 1, "approvers": []}""")]
    [InlineData("requestApproval", """{"id": "ID", "version": 1, "approvers": [null]}""")]
    [InlineData("sendDraft", """{"id": "ID"}""")]
    public async Task WhatIsMissingOrWrongIsSaid(string route, string body)
    {
        var user = await api.SignInAsync();
        await user.RefusedAsync(route, body.Replace("ID", "6b018b08c371b1bcac5105a3", StringComparison.Ordinal), 400, "invalid_field");
    }

    [Fact]
    public async Task TextsHaveTheirLimits()
    {
        var party = await api.PartyAsync();
        var id = await party.TopicAsync(versions: 1);
        await party.Writer.RefusedAsync("renameTopic", new { id, title = new string('x', 121) }, 400, "invalid_field");
        await party.Writer.RefusedAsync("saveDraft", new { id, version = 1, text = new string('x', 20_001) }, 400, "invalid_field");
        await party.Writer.RefusedAsync("suggestChange", new { id, version = 1, text = "x", note = new string('x', 501) }, 400, "invalid_field");
        await party.Writer.RefusedAsync("requestApproval", new { id, version = 1, approvers = Enumerable.Range(0, 11).Select(i => $"u{i}") }, 400, "invalid_field");
        // As large as a topic gets, in a script of three bytes a character.
        await party.Writer.OkAsync("saveDraft", new { id, version = 1, text = new string('न', 20_000) });
        await party.Writer.OkAsync("suggestChange", new { id, version = 2, text = new string('म', 20_000), note = new string('म', 500) });
    }

    private static string[] Diff(JsonNode item) => [.. item["diff"]!.AsArray().Select(part => $"{Text(part!, "op")} {Text(part!, "text")}")];

    private static string Text(JsonNode item, string field) => item[field]!.GetValue<string>();

    private static int Number(JsonNode item, string field) => item[field]!.GetValue<int>();
}
