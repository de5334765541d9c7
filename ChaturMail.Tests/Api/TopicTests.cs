using System.Text.Json.Nodes;
using ChaturMail.Core.Conversations;
using ChaturMail.Core.Events;
using ChaturMail.Core.Parties;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Topics;
using ChaturMail.Core.Workspaces;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Api;

/// <summary>Topics of a party: made, seen by its members, written in, deleted.</summary>
public sealed class TopicTests(TopicApi api) : IClassFixture<TopicApi>
{
    [Fact]
    public async Task ATopicIsSeenByThePartyAndByNobodyElse()
    {
        var party = await api.PartyAsync();
        var id = await party.TopicAsync(versions: 1);
        var topic = await party.Reader.TopicAsync(id);

        Assert.Equal(("Price rise", party.Writer.Uid, 1, false), (Text(topic, "title"), Text(topic, "userId"), Number(topic, "version"), topic["manages"]!.GetValue<bool>()));
        Assert.Equal(("Text 1.", "Prices", "maria@example.com", "written"), (Text(topic["draft"]!, "text"), Text(topic["draft"]!, "subject"), Text(topic["draft"]!, "toEmail"), Text(topic["draft"]!, "source")));
        var conversation = await api.Get<ConversationService>().FindAsync(Text(topic, "conversationId"), party.Owner.Uid, default);
        Assert.Equal((party.Id, id), (conversation!.PartyId, conversation.TopicId));
        Assert.True((await party.Admin.TopicAsync(id))["manages"]!.GetValue<bool>());

        var stranger = await api.SignInAsync();
        await stranger.RefusedAsync("getTopic", new { id }, 404, "topic_not_found");
        await stranger.RefusedAsync("getTopic", new { id = DocumentId.New(TimeProvider.System) }, 404, "topic_not_found");
        await stranger.RefusedAsync("getTopics", new { partyId = party.Id }, 404, "party_not_found");
        await stranger.RefusedAsync("createTopic", new { partyId = party.Id, title = "Mine" }, 404, "party_not_found");
        await stranger.RefusedAsync("saveDraft", new { id, version = 1, text = "Mine." }, 404, "topic_not_found");
        await stranger.RefusedAsync("deleteTopic", new { id }, 404, "topic_not_found");
    }

    [Fact]
    public async Task TopicsAreListedNewestFirstPageByPageWithoutTheirTexts()
    {
        var party = await api.PartyAsync();
        var made = new List<string>();
        for (var i = 0; i < 5; i++) made.Insert(0, await party.TopicAsync(versions: 1));

        var listed = new List<JsonObject>();
        string? cursor = null;
        do
        {
            var page = await party.Reader.OkAsync("getTopics", cursor is null ? new { partyId = party.Id, limit = 2 } : new { partyId = party.Id, limit = 2, cursor });
            listed.AddRange(page.Payload ?? []);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal(made.Order(), listed.Select(topic => Text(topic, "id")).Order());
        Assert.Equal(listed.OrderByDescending(topic => Number(topic, "createdOn")).Select(topic => Text(topic, "id")), listed.Select(topic => Text(topic, "id")));
        Assert.All(listed, topic => Assert.False(topic.ContainsKey("draft")));
    }

    [Fact]
    public async Task APartyHasTenTopicsHoweverManyAreMadeAtOnce()
    {
        var party = await api.PartyAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(
            i => party.Users[i % 4].AskAsync("createTopic", new { partyId = party.Id, title = $"Topic {i}" })));
        Assert.Equal(10, answers.Count(answer => answer.HttpStatus == 200));
        Assert.All(answers.Where(answer => answer.HttpStatus != 200), answer => Assert.Equal((409, "too_many_topics"), (answer.HttpStatus, answer.Code)));

        // A place that is given up is free again.
        await party.Owner.OkAsync("deleteTopic", new { id = answers.First(answer => answer.HttpStatus == 200).Text("id") });
        await party.TopicAsync();
        await party.Writer.RefusedAsync("createTopic", new { partyId = party.Id, title = "More" }, 409, "too_many_topics");
    }

    [Fact]
    public async Task OnlyWhoManagesATopicRenamesAndDeletesIt()
    {
        var party = await api.PartyAsync();
        var id = await party.TopicAsync(versions: 2);
        await party.Writer.OkAsync("suggestChange", new { id, version = 2, text = "Other." });
        var conversation = Text(await party.Writer.TopicAsync(id), "conversationId");
        await party.Reader.RefusedAsync("renameTopic", new { id, title = "Mine" }, 403, "not_topic_owner");
        await party.Reader.RefusedAsync("deleteTopic", new { id }, 403, "not_topic_owner");
        Assert.Equal("New title", (await party.Admin.OkAsync("renameTopic", new { id, title = "New title" })).Text("title"));

        await party.Admin.OkAsync("deleteTopic", new { id });

        await party.Writer.RefusedAsync("getTopic", new { id }, 404, "topic_not_found");
        await party.Writer.RefusedAsync("deleteTopic", new { id }, 404, "topic_not_found");
        Assert.Null(await api.Get<ConversationService>().FindAsync(conversation, party.Owner.Uid, default));
        await NothingIsLeftAsync(id);
    }

    [Fact]
    public async Task WhatAProcessThatDiedHasLeftOfATopicIsFoundByTheSweep()
    {
        var party = await api.PartyAsync();
        var id = await party.TopicAsync(versions: 3);
        // It died after the first step.
        await Topics.ChangeAsync(id, topic => TopicRules.Delete(topic, party.Writer.Uid, TimeProvider.System), default);
        await party.Writer.RefusedAsync("getTopic", new { id }, 404, "topic_not_found");
        await party.Writer.RefusedAsync("saveDraft", new { id, version = 3, text = "Late." }, 404, "topic_not_found");
        Assert.Null((await party.Writer.OkAsync("getTopics", new { partyId = party.Id })).Payload);

        foreach (var step in api.Get<IEnumerable<ISweepStep>>().OfType<TopicContent>()) await step.RunAsync(default);

        await NothingIsLeftAsync(id);
    }

    [Fact]
    public async Task WhoOpensATopicThatIsDeletedMeanwhileLeavesNoConversation()
    {
        var party = await api.PartyAsync();
        var id = await party.TopicAsync();
        var (topic, _) = (await api.Get<TopicService>().FindAsync(id, party.Writer.Uid, default))!.Value;
        var conversations = new Documents<Conversation>(api.Get<IDocumentStore>(), ConversationMembership.Kind);
        var conversationId = ConversationService.TopicConversationId(id);
        await party.Writer.OkAsync("deleteTopic", new { id });
        await conversations.ChangeAsync(conversationId, _ => new Decision<Conversation, string>("") { Delete = true }, default);

        Assert.Null(await api.Get<TopicService>().OpenConversationAsync(topic, default));
        Assert.NotNull((await conversations.FindAsync(conversationId, default))!.DeletedOn);
    }

    [Fact]
    public async Task ATopicThatCannotBeFinishedHoldsUpNoOther()
    {
        var party = await api.PartyAsync();
        var (stuck, deleted) = (await party.TopicAsync(versions: 1), await party.TopicAsync(versions: 1));
        api.Delivery.DiesAfterTopic = stuck;
        Assert.Equal(500, (await party.Writer.AskAsync("sendDraft", new { id = stuck, version = 1 })).HttpStatus);
        await Topics.ChangeAsync(stuck, topic => new Decision<Topic, string>("") { Change = topic with { Sent = topic.Sent! with { On = topic.Sent.On - 120_000 } } }, default);
        await Topics.ChangeAsync(deleted, topic => TopicRules.Delete(topic, party.Writer.Uid, TimeProvider.System), default);

        api.Delivery.DiesAfterTopic = stuck;
        await Assert.ThrowsAsync<IOException>(() => api.Get<IEnumerable<ISweepStep>>().OfType<TopicContent>().Single().RunAsync(default));

        await NothingIsLeftAsync(deleted);
    }

    [Fact]
    public async Task ADeletedPartyLeavesNothingOfItsTopics()
    {
        var party = await api.PartyAsync();
        var ids = new[] { await party.TopicAsync(versions: 2), await party.TopicAsync(), await party.TopicAsync(versions: 1) };
        await party.Writer.OkAsync("suggestChange", new { id = ids[0], version = 2, text = "Other." });
        var content = api.Get<IEnumerable<IPartyContent>>().OfType<TopicContent>().Single();

        var answer = await api.Api.Client.PostAsync("/party/deleteParty", new { id = party.Id }, party.Owner.Token);
        Assert.Equal(200, answer.HttpStatus);
        await content.DeleteAsync(party.Id, default);

        foreach (var id in ids) await NothingIsLeftAsync(id);
        await party.Writer.RefusedAsync("getTopic", new { id = ids[0] }, 404, "topic_not_found");
    }

    [Fact]
    public async Task MembersAreToldOfEveryChangeAndItIsNoted()
    {
        var party = await api.PartyAsync();
        var id = await party.TopicAsync(versions: 2);
        var suggestion = (await party.Reader.OkAsync("suggestChange", new { id, version = 2, text = "Other." })).Text("id");
        await party.Writer.OkAsync("acceptSuggestion", new { id, suggestionId = suggestion });
        await party.Writer.OkAsync("requestApproval", new { id, version = 3, approvers = new[] { party.Reader.Uid } });
        await party.Reader.OkAsync("approveDraft", new { id, version = 3 });
        await party.Writer.OkAsync("sendDraft", new { id, version = 3 });

        var told = api.Channel.ToldTo(party.Admin.Uid).Select(data => JsonNode.Parse(data)!).Where(data => Text(data, "topicId") == id).ToList();
        Assert.Equal([0, 1, 2, 2, 3, 3, 3, 3, 3], told.Select(data => Number(data, "version")));
        Assert.All(told, data => Assert.Equal(party.Id, Text(data, "partyId")));
        var noted = (await api.Get<IOutbox>().ListAsync(1000, default)).Where(happened => happened.Subject == id).ToList();
        // The relay may have passed some on already.
        Assert.All(noted, happened => Assert.Equal(party.Id, happened.Data["partyId"]));
    }

    [Fact]
    public async Task AnArchiveHoldsWhatIsTheUsersAndAnErasureLeavesTheTextsToTheParty()
    {
        var party = await api.PartyAsync();
        var id = await party.TopicAsync(versions: 2);
        await party.Reader.OkAsync("saveDraft", new { id, version = 2, text = "The reader's." });
        await party.Reader.OkAsync("suggestChange", new { id, version = 3, text = "The reader's idea.", note = "Shorter" });
        await party.Writer.OkAsync("requestApproval", new { id, version = 3, approvers = new[] { party.Reader.Uid } });

        var archive = await api.Api.Client.PostAsync("/user/exportData", new { }, party.Writer.Token);
        var topics = archive.Item["topics"]!.AsArray();
        Assert.Equal(["topic", "version", "version"], topics.Select(item => Text(item!, "kind")).Order());
        Assert.DoesNotContain("reader", topics.ToJsonString(), StringComparison.OrdinalIgnoreCase);
        var others = (await api.Api.Client.PostAsync("/user/exportData", new { }, party.Reader.Token)).Item["topics"]!.AsArray();
        Assert.Equal(["approval", "suggestion", "version"], others.Select(item => Text(item!, "kind")).Order());

        Assert.Equal(200, (await api.Api.Client.PostAsync("/user/deleteUser", new { }, party.Reader.Token)).HttpStatus);

        var topic = await party.Writer.TopicAsync(id);
        Assert.DoesNotContain(party.Reader.Uid, topic.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(("The reader's.", ""), (Text(topic["draft"]!, "text"), Text(topic["draft"]!, "userId")));
        Assert.Null(topic["approval"]);
        var suggestions = (await party.Writer.OkAsync("getSuggestions", new { id })).Item;
        Assert.Equal(("The reader's idea.", ""), (Text(suggestions, "text"), Text(suggestions, "userId")));
    }

    private Documents<Topic> Topics => new(api.Get<IDocumentStore>(), Topic.Kind);

    private async Task NothingIsLeftAsync(string id)
    {
        var store = api.Get<IDocumentStore>();
        Assert.Null(await store.FindAsync(Topic.Kind.Name, id, default));
        var key = DraftVersion.KeyOfTopic(id);
        Assert.Empty(await store.ListAsync(DraftVersion.Kind.Name, key, newestFirst: true, 10, null, default));
        Assert.Empty(await store.ListAsync(SuggestedText.Kind.Name, key, newestFirst: true, 10, null, default));
    }

    private static string Text(JsonNode item, string field) => item[field]!.GetValue<string>();

    private static int Number(JsonNode item, string field) => item[field]!.GetValue<int>();
}
