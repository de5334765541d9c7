using System.Text.Json.Nodes;
using ChaturMail.Core.Conversations;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Api;

/// <summary>Direct conversations, groups and topics': who is in them, what becomes of them.</summary>
public sealed class ConversationTests(ConversationApi api) : IClassFixture<ConversationApi>
{
    [Fact]
    public async Task ThereIsOneDirectConversationForEachPairHoweverManyOpenItAtOnce()
    {
        var users = await api.FriendsAsync(2);
        var ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => users[i % 2].DirectAsync(users[1 - (i % 2)])));

        Assert.Single(ids.Distinct());
        Assert.Single((await users[0].OkAsync("/conversation/getConversations", new { })).Items);
        var stranger = (await api.FriendsAsync(1))[0];
        foreach (var other in new[] { stranger.Uid, users[0].Uid, "nobody" })
            await users[0].ExpectAsync(404, "user_not_found", "/conversation/openDirect", new { userId = other });
        await users[0].ExpectAsync(409, "not_a_group", "/conversation/leaveGroup", new { conversationId = ids[0] });
    }

    [Fact]
    public async Task AGroupIsChangedByItsAdminsAlone()
    {
        var users = await api.FriendsAsync(3);
        var id = await users[0].GroupAsync(users[1]);
        foreach (var (route, body) in new (string, object)[]
                 {
                     ("/conversation/renameGroup", new { conversationId = id, name = "x" }), ("/conversation/addMembers", new { conversationId = id, userIds = new[] { users[2].Uid } }),
                     ("/conversation/removeMember", new { conversationId = id, userId = users[0].Uid }), ("/conversation/deleteGroup", new { conversationId = id }),
                     ("/conversation/setGroupAdmin", new { conversationId = id, userId = users[1].Uid, isAdmin = true }),
                 })
        {
            await users[1].ExpectAsync(403, "not_conversation_admin", route, body);
            await users[2].ExpectAsync(404, "conversation_not_found", route, body);
        }

        await users[0].OkAsync("/conversation/setGroupAdmin", new { conversationId = id, userId = users[1].Uid, isAdmin = true });
        Assert.Equal("Other", (await users[1].OkAsync("/conversation/renameGroup", new { conversationId = id, name = "Other" })).Text("name"));
        Assert.NotEmpty(api.ToldTo(users[0], "conversation"));
    }

    [Fact]
    public async Task WhoeverLeavesSeesNothingAndWhoeverIsAddedSeesTheHistoryAsRead()
    {
        var users = await api.FriendsAsync(3);
        var id = await users[0].GroupAsync(users[1]);
        var message = (await users[0].SendAsync(id, "before"))["id"]!.GetValue<string>();
        await users[0].OkAsync("/conversation/addMembers", new { conversationId = id, userIds = new[] { users[2].Uid } });

        Assert.Equal(0, (await users[2].OkAsync("/conversation/getConversation", new { conversationId = id })).Number("unread"));
        Assert.Equal("before", (await users[2].OkAsync("/message/getMessages", new { conversationId = id })).Text("text"));
        await users[2].OkAsync("/conversation/leaveGroup", new { conversationId = id });
        await users[2].ExpectAsync(404, "conversation_not_found", "/conversation/getConversation", new { conversationId = id });
        await users[2].ExpectAsync(404, "conversation_not_found", "/message/getMessages", new { conversationId = id });
        await users[2].ExpectAsync(404, "message_not_found", "/message/getMessage", new { id = message });
        Assert.Null((await users[2].OkAsync("/message/searchMessages", new { text = "before" })).Payload);
        Assert.Null((await users[2].OkAsync("/conversation/getConversations", new { })).Payload);
        await users[0].OkAsync("/conversation/addMembers", new { conversationId = id, userIds = new[] { users[2].Uid } });
        Assert.Equal("before", (await users[2].OkAsync("/message/getMessages", new { conversationId = id })).Text("text"));
    }

    [Fact]
    public async Task TheLastAdminsRightsPassOnAndTheLastMemberTakesTheGroupAlong()
    {
        var users = await api.FriendsAsync(2);
        var id = await users[0].GroupAsync(users[1]);
        await users[0].SendAsync(id, "text");
        await users[0].OkAsync("/conversation/leaveGroup", new { conversationId = id });
        Assert.True((await users[1].OkAsync("/conversation/getConversation", new { conversationId = id })).Item["isAdmin"]!.GetValue<bool>());
        await users[1].OkAsync("/conversation/leaveGroup", new { conversationId = id });

        await users[1].ExpectAsync(404, "conversation_not_found", "/conversation/getConversation", new { conversationId = id });
        Assert.Empty(await api.Service<IMessageStore>().ListAsync(id, 0, false, 10, default));
    }

    [Fact]
    public async Task LimitsHoldHoweverManyGroupsAreMadeAtOnce()
    {
        await using var limited = await TestApi.StartAsync("Workspaces:GroupsOfAUser=3", "Workspaces:MembersOfAGroup=2", "RateLimits:MessagesPerUser=1");
        var tokens = new[] { await limited.Client.SignInAsync("a@example.com"), await limited.Client.SignInAsync("b@example.com"), await limited.Client.SignInAsync("c@example.com") };
        var uids = await Task.WhenAll(tokens.Select(token => Operators.UidAsync(limited.Client, token)));
        await SharedParty.AddAsync(limited, uids);

        var made = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => limited.Client.PostAsync("/conversation/createGroup", new { name = "g" }, tokens[0])));
        Assert.Equal(3, made.Count(answer => answer.HttpStatus == 200));
        Assert.All(made.Where(answer => answer.HttpStatus != 200), answer => Assert.Equal((409, "too_many_groups"), (answer.HttpStatus, answer.Code)));
        var id = made.First(answer => answer.HttpStatus == 200).Text("id");
        Assert.Equal("group_full", (await limited.Client.PostAsync("/conversation/addMembers", new { conversationId = id, userIds = uids[1..] }, tokens[0])).Code);
        await limited.Client.PostAsync("/conversation/leaveGroup", new { conversationId = id }, tokens[0]);
        Assert.Equal(200, (await limited.Client.PostAsync("/conversation/createGroup", new { name = "g" }, tokens[0])).HttpStatus);

        id = made.Last(answer => answer.HttpStatus == 200).Text("id");
        Assert.Equal(200, (await limited.Client.PostAsync("/message/sendMessage", new { conversationId = id, clientId = "1", text = "t" }, tokens[0])).HttpStatus);
        var tooMany = await limited.Client.PostAsync("/message/sendMessage", new { conversationId = id, clientId = "2", text = "t" }, tokens[0]);
        Assert.Equal((429, "too_many_requests"), (tooMany.HttpStatus, tooMany.Code));
        Assert.NotNull(tooMany.Headers.RetryAfter);

        // Those that are refused count, and those that were left since.
        made = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => limited.Client.PostAsync("/conversation/createGroup", new { name = "g" }, tokens[0])));
        Assert.Contains(made, answer => (answer.HttpStatus, answer.Code) == (429, "too_many_requests"));
    }

    [Fact]
    public async Task WhoIsInAThousandConversationsComesIntoNoOtherGroup()
    {
        var users = await api.FriendsAsync(3);
        var store = new Documents<Conversation>(api.Service<IDocumentStore>(), ConversationMembership.Kind);
        var crowd = Enumerable.Range(0, GroupService.MostConversations).Select(i => new Conversation(
            DocumentId.New(TimeProvider.System), ConversationKind.Group, "Crowd", [new ConversationMember(users[1].Uid, i, true)], null, null, i)).ToList();
        await Parallel.ForEachAsync(crowd, async (group, cancellation) => Assert.True(await store.AddAsync(group, cancellation)));
        var id = await users[0].GroupAsync(users[2]);

        await users[1].ExpectAsync(409, "too_many_groups", "/conversation/createGroup", new { name = "Mine" });
        await users[0].ExpectAsync(409, "too_many_groups", "/conversation/createGroup", new { name = "Ours", userIds = new[] { users[1].Uid } });
        await users[0].ExpectAsync(409, "too_many_groups", "/conversation/addMembers", new { conversationId = id, userIds = new[] { users[1].Uid } });

        await users[1].OkAsync("/conversation/leaveGroup", new { conversationId = crowd[0].Id });
        await users[0].OkAsync("/conversation/addMembers", new { conversationId = id, userIds = new[] { users[1].Uid } });
        // They are in it: nothing is added.
        await users[0].OkAsync("/conversation/addMembers", new { conversationId = id, userIds = new[] { users[1].Uid } });
    }

    [Fact]
    public async Task ATopicsConversationIsThePartysAndGoesForGood()
    {
        var users = await api.FriendsAsync(2);
        var party = await SharedParty.AddAsync(api.Api, users[0].Uid);
        var conversations = api.Service<ConversationService>();
        var topic = DocumentId.New(TimeProvider.System);
        var made = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => conversations.EnsureTopicAsync(topic, party.Id, default)));
        var id = Assert.Single(made.Select(conversation => conversation.Id).Distinct());

        await users[0].SendAsync(id, "text");
        await users[1].ExpectAsync(404, "conversation_not_found", "/message/getMessages", new { conversationId = id });
        await users[0].ExpectAsync(409, "not_a_group", "/conversation/renameGroup", new { conversationId = id, name = "x" });
        var shown = (await users[0].OkAsync("/conversation/getConversations", new { })).Items.Single(item => item["id"]!.GetValue<string>() == id);
        Assert.Equal(("topic", topic, party.Id), (shown["kind"]!.GetValue<string>(), shown["topicId"]!.GetValue<string>(), shown["partyId"]!.GetValue<string>()));

        await conversations.DeleteAsync(id, default);
        await conversations.DeleteAsync(id, default);
        await users[0].ExpectAsync(404, "conversation_not_found", "/message/sendMessage", new { conversationId = id, clientId = "1", text = "t" });
        Assert.Empty(await api.Service<IMessageStore>().ListAsync(id, 0, false, 10, default));
        Assert.Single(NotedEvents.Of(api.Service<SqliteDatabase>(), id), e => e.Type == "conversation.deleted.v1");
    }

    [Fact]
    public async Task WhatADyingProcessLeftOfADeletionTheSweepFinishes()
    {
        var users = await api.FriendsAsync(1);
        var id = await users[0].GroupAsync();
        await users[0].SendAsync(id, "text");
        // As far as the first step, no further.
        await new Documents<Conversation>(api.Service<IDocumentStore>(), ConversationMembership.Kind)
            .ChangeAsync(id, conversation => GroupDecisions.End(conversation, "system", TimeProvider.System), default);
        await users[0].ExpectAsync(404, "conversation_not_found", "/conversation/getConversation", new { conversationId = id });

        await api.Service<ConversationService>().SweepAsync(default);

        Assert.Empty(await api.Service<IMessageStore>().ListAsync(id, 0, false, 10, default));
    }

    [Fact]
    public async Task AnErasedUserLeavesTheOthersMessagesAndNothingOfTheirOwn()
    {
        var users = await api.FriendsAsync(2);
        var id = await users[0].DirectAsync(users[1]);
        await users[0].SendAsync(id, "of the first");
        var second = (await users[1].SendAsync(id, "of the second"))["clientId"]!.GetValue<string>();
        var archive = (await users[0].OkAsync("/user/exportData", new { })).Item;
        Assert.Equal("of the first", Assert.Single(archive["messages"]!.AsArray())!["text"]!.GetValue<string>());
        Assert.Equal(id, Assert.Single(archive["conversations"]!.AsArray())!["id"]!.GetValue<string>());

        await users[0].OkAsync("/user/deleteUser", new { });

        var left = (await users[1].OkAsync("/message/getMessages", new { conversationId = id })).Items;
        Assert.Equal(["of the second", ""], left.Select(message => message["text"]!.GetValue<string>()));
        Assert.Equal([users[1].Uid, ""], left.Select(message => message["senderId"]!.GetValue<string>()));
        Assert.Equal(1, (await users[1].OkAsync("/conversation/getConversation", new { conversationId = id })).Number("memberCount"));
        await users[1].ExpectAsync(409, "conversation_closed", "/message/sendMessage", new { conversationId = id, clientId = "1", text = "t" });
        Assert.Equal("of the second", (await users[1].OkAsync("/message/sendMessage", new { conversationId = id, clientId = second, text = "t" })).Text("text"));

        await users[1].OkAsync("/user/deleteUser", new { });
        Assert.Empty(await api.Service<IMessageStore>().ListAsync(id, 0, false, 10, default));
        Assert.Null(await api.Service<IDocumentStore>().FindAsync("conversation", id, default));
    }

    [Fact]
    public async Task PagesOfConversationsHoldEachOnceTheNewestMessageFirst()
    {
        var users = await api.FriendsAsync(2);
        var ids = new List<string>();
        for (var i = 0; i < 5; i++) ids.Add(await users[0].GroupAsync(users[1]));
        await users[1].SendAsync(ids[1], "latest");

        var listed = new List<JsonObject>();
        string? cursor = null;
        do
        {
            var page = await users[0].OkAsync("/conversation/getConversations", cursor is null ? new { limit = 2 } : new { limit = 2, cursor });
            listed.AddRange(page.Payload ?? []);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        Assert.Equal(ids.Order(), listed.Select(item => item["id"]!.GetValue<string>()).Order());
        Assert.Equal((ids[1], 1), (listed[0]["id"]!.GetValue<string>(), listed[0]["unread"]!.GetValue<int>()));
    }
}
