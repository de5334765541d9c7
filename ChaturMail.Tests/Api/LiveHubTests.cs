using System.Net.WebSockets;
using System.Text.Json.Nodes;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Conversations;
using ChaturMail.Core.Parties;
using ChaturMail.Core.Realtime;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>The hub of one Api: who gets in, what they are told, and when they are put out.</summary>
public sealed class LiveHubTests(SignedInApiTests.OneApi one) : SignedInApiTests(one)
{
    private Uri Address => Client.Http.BaseAddress!;

    private IUserChannel Channel => Api.App.Services.GetRequiredService<IUserChannel>();

    [Fact]
    public async Task WhoIsConnectedIsToldOnEachConnectionInOrderAndWhoIsNotIsNamed()
    {
        var uid = await UidAsync(Token);
        await using var one = await HubClient.ConnectAsync(Address, Token);
        await using var other = await HubClient.ConnectAsync(Address, Token);

        for (var i = 0; i < 100; i++)
            Assert.Equal(["nobody"], await Channel.TellAsync([uid, "nobody"], new UserUpdate("message", $$"""{"change":{{i}},"text":"नमस्ते \"you\""}"""), default));

        foreach (var client in new[] { one, other })
            for (var i = 0; i < 100; i++)
            {
                var data = await client.NextAsync("message");
                Assert.Equal((i, "नमस्ते \"you\""), (data["change"]!.GetValue<int>(), data["text"]!.GetValue<string>()));
            }
    }

    [Fact]
    public async Task ATicketOpensOneConnectionAndNoSecond()
    {
        var answer = await Client.PostAsync("/live/getTicket", new { }, Token);
        var ticket = answer.Text("ticket");
        Assert.DoesNotContain(Token, ticket, StringComparison.Ordinal);
        await using (var client = await HubClient.ConnectAsync(Address, null, ticket)) { }

        await RefusedAsync(401, ticket: ticket);
        await RefusedAsync(401, ticket: ticket[..^2] + "AA");
    }

    [Fact]
    public async Task NobodyGetsInWithoutASessionOrByNegotiationOrWithoutAWebSocket()
    {
        await RefusedAsync(401);
        await RefusedAsync(401, token: "x.y.z");
        Assert.Equal((404, "not_found"), await PostAsync("/live/negotiate?negotiateVersion=1"));
        using var get = await Client.Http.GetAsync(new Uri("/live", UriKind.Relative));
        Assert.Equal("bad_request", (await ApiAnswer.ReadAsync(get)).Code);
        Assert.Equal((400, "bad_request"), await PostAsync("/live"));
        // A session's token has no place in an address.
        using var inQuery = new ClientWebSocket();
        await Assert.ThrowsAsync<WebSocketException>(() => inQuery.ConnectAsync(new UriBuilder(Address) { Scheme = "ws", Path = "/live", Query = "access_token=" + Token }.Uri, default));
    }

    [Fact]
    public async Task ASessionThatEndsClosesItsConnectionAndNoOther()
    {
        var another = await Client.SignInAsync(Email);
        await using var ending = await HubClient.ConnectAsync(Address, Token);
        await using var staying = await HubClient.ConnectAsync(Address, another);

        await Client.PostAsync("/auth/logout", new { }, Token);

        Assert.Equal("not_authenticated", await ending.Closed.WaitAsync(TimeSpan.FromSeconds(30)));
        await Channel.TellAsync([await UidAsync(another)], new UserUpdate("message", "{}"), default);
        await staying.NextAsync("message");
        await RefusedAsync(401, token: Token);
    }

    [Fact]
    public async Task WhoIsDisabledOrDeletedIsPutOut()
    {
        var uid = await UidAsync(Token);
        var (users, cache) = (Api.App.Services.GetRequiredService<IUserStore>(), Api.App.Services.GetRequiredService<UserCache>());
        await using var disabled = await HubClient.ConnectAsync(Address, Token);
        await users.SetDisabledAsync(uid, true, default);
        await cache.ChangedAsync(uid);
        Assert.Equal("account_disabled", await disabled.Closed.WaitAsync(TimeSpan.FromSeconds(30)));
        await RefusedAsync(403, token: Token);

        var other = await Client.SignInAsync("gone." + Email);
        var otherUid = await UidAsync(other);
        await using var deleted = await HubClient.ConnectAsync(Address, other);
        await Client.PostAsync("/user/deleteUser", new { }, other);
        Assert.Equal("not_authenticated", await deleted.Closed.WaitAsync(TimeSpan.FromSeconds(30)));
        // Nor is it kept when they were here.
        var presence = Api.App.Services.GetRequiredService<IPresence>();
        await Eventually.TrueAsync(async () => (await presence.FindAsync([otherUid], default))[otherUid] == PresenceState.Unknown);
    }

    [Fact]
    public async Task TheEleventhConnectionClosesTheOldest()
    {
        var clients = new List<HubClient>();
        try
        {
            for (var i = 0; i < 11; i++) clients.Add(await HubClient.ConnectAsync(Address, Token));
            Assert.Equal("too_many_connections", await clients[0].Closed.WaitAsync(TimeSpan.FromSeconds(30)));
            await Channel.TellAsync([await UidAsync(Token)], new UserUpdate("message", "{}"), default);
            foreach (var client in clients.Skip(1)) await client.NextAsync("message");
        }
        finally
        {
            foreach (var client in clients) await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task WhoDoesNotReadHoldsUpNobodyAndIsPutOut()
    {
        var uid = await UidAsync(Token);
        await using var slow = await HubClient.ConnectAsync(Address, Token, reads: false);
        await using var quick = await HubClient.ConnectAsync(Address, Token);
        var connections = Api.App.Services.GetRequiredService<LiveConnections>();
        var text = new string('x', 32_000);
        var sent = 0;

        // As much as the kernel's buffers take, the connection's, and what waits beyond.
        while (connections.Of(uid).Count == 2 && sent < 5000)
        {
            await Channel.TellAsync([uid], new UserUpdate("message", $$"""{"change":{{sent}},"text":"{{text}}"}"""), default);
            Assert.Equal(sent++, (await quick.NextAsync("message"))["change"]!.GetValue<int>());
        }

        Assert.Single(connections.Of(uid));
    }

    [Fact]
    public async Task WhatAClientSendsWrongEndsTheCallOrTheConnectionAndNothingElse()
    {
        await using var client = await HubClient.ConnectAsync(Address, Token);
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.InvokeAsync("NoSuchMethod"));
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => client.InvokeAsync("WatchPresence", new { userIds = 5 }));
        Assert.DoesNotContain("JsonException", fault.Message, StringComparison.Ordinal);
        Assert.Equal("invalid_field", (await client.InvokeAsync("WatchPresence", new { userIds = Array.Empty<string>() }))["code"]!.GetValue<string>());
        Assert.Equal("bad_request", (await client.InvokeAsync("Send", [null!]))["code"]!.GetValue<string>());

        await Assert.ThrowsAnyAsync<Exception>(() => client.InvokeAsync("WatchPresence", new { userIds = new[] { new string('x', 40_000) } }));
        Assert.NotNull(await client.Closed.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task WhoSharesAPartySeesWhoComesAndGoesAndOthersSeeNothing()
    {
        var (me, friend, stranger) = (await UidAsync(Token), await SignInAsync("friend."), await SignInAsync("stranger."));
        var time = TimeProvider.System;
        var party = new Party(
            DocumentId.New(time), "Team", [new PartyMember(me, PartyRole.Owner, 1), new PartyMember(friend.Uid, PartyRole.Member, 1)], 1, 0);
        await new Documents<Party>(Api.App.Services.GetRequiredService<IDocumentStore>(), PartyMembership.Kind).AddAsync(party, default);
        await using var client = await HubClient.ConnectAsync(Address, Token);
        await using var strangers = await HubClient.ConnectAsync(Address, stranger.Token);

        var answer = await client.InvokeAsync("WatchPresence", new { userIds = new[] { friend.Uid, stranger.Uid, "nobody" } });
        Assert.Equal([(friend.Uid, false), (stranger.Uid, false), ("nobody", false)], StatesOf(answer));

        await using (await HubClient.ConnectAsync(Address, friend.Token))
        {
            var came = await client.NextAsync("presence");
            Assert.Equal((friend.Uid, true), (came["userId"]!.GetValue<string>(), came["online"]!.GetValue<bool>()));
            var asked = await Client.PostAsync("/live/getPresence", new { userIds = new[] { friend.Uid, stranger.Uid } }, Token);
            Assert.Equal([true, false], asked.Items.Select(item => item["online"]!.GetValue<bool>()));
            Assert.Null(asked.Items[1]["lastSeenOn"]);
        }

        // After a moment, for who is back at once was not away.
        var left = await client.NextAsync("presence");
        Assert.Equal((friend.Uid, false), (left["userId"]!.GetValue<string>(), left["online"]!.GetValue<bool>()));
        Assert.InRange(left["lastSeenOn"]!.GetValue<long>(), time.GetUtcNow().ToUnixTimeSeconds() - 30, time.GetUtcNow().ToUnixTimeSeconds());
        Assert.Equal(0, client.Waiting);
    }

    [Fact]
    public async Task TheHubTakesTheBodiesOfTheRoutesAndAnswersAsTheyDo()
    {
        var (me, friend) = (await UidAsync(Token), await SignInAsync("friend."));
        var group = new Conversation(
            DocumentId.New(TimeProvider.System), ConversationKind.Group, "Team", [new ConversationMember(me, 1, true), new ConversationMember(friend.Uid, 1, false)], null, null, 1);
        await new Documents<Conversation>(Api.App.Services.GetRequiredService<IDocumentStore>(), ConversationMembership.Kind).AddAsync(group, default);
        await using var mine = await HubClient.ConnectAsync(Address, Token);
        await using var theirs = await HubClient.ConnectAsync(Address, friend.Token);

        await mine.InvokeAsync("Typing", new { conversationId = group.Id });
        Assert.Equal((group.Id, me), Pair(await theirs.NextAsync("typing"), "userId"));
        var sent = ItemOf(await mine.InvokeAsync("Send", new { conversationId = group.Id, clientId = "c1", text = "नमस्ते" }));
        Assert.Equal(sent.ToJsonString(), (await theirs.NextAsync("message")).ToJsonString());
        var id = sent["id"]!.GetValue<string>();
        var edited = ItemOf(await mine.InvokeAsync("Edit", new { id, text = "Namaste" }));
        Assert.Equal(edited.ToJsonString(), (await theirs.NextAsync("message")).ToJsonString());

        var missed = ItemOf(await theirs.InvokeAsync("Sync", new { positions = new[] { new { conversationId = group.Id, change = 1 } } }));
        Assert.Equal("Namaste", Assert.Single(Assert.Single(missed["conversations"]!.AsArray())!["messages"]!.AsArray())!["text"]!.GetValue<string>());
        await theirs.InvokeAsync("Acknowledge", new { conversationId = group.Id, delivered = 2, seen = 1 });
        Assert.Equal((group.Id, friend.Uid), Pair(await mine.NextAsync("receipt"), "userId"));
        Assert.NotNull(ItemOf(await mine.InvokeAsync("Delete", new { id }))["deletedOn"]);
        Assert.NotNull((await theirs.NextAsync("message"))["deletedOn"]);

        // The route gives what the hub gives, and neither gives a stranger anything.
        Assert.Equal(200, (await Client.PostAsync("/message/getMessage", new { id }, friend.Token)).HttpStatus);
        await using var strangers = await HubClient.ConnectAsync(Address, (await SignInAsync("stranger.")).Token);
        foreach (var (method, body) in new (string, object)[]
                 { ("Send", new { conversationId = group.Id, clientId = "c1", text = "x" }), ("Typing", new { conversationId = group.Id }), ("Acknowledge", new { conversationId = group.Id, delivered = 1 }) })
            Assert.Equal((method, "conversation_not_found"), (method, (await strangers.InvokeAsync(method, body))["code"]!.GetValue<string>()));
    }

    [Fact]
    public async Task ARequestWaitsUntilItsUserIsToldSomething()
    {
        var uid = await UidAsync(Token);
        var signal = Api.App.Services.GetRequiredService<IUserSignal>();
        Assert.False(await signal.WaitAsync(uid, TimeSpan.FromMilliseconds(10), default));

        await using var listener = (await signal.ListenAsync(uid))!;
        Assert.Empty(await Channel.TellAsync([uid], new UserUpdate("message", "{}"), default));
        Assert.True(await listener.WaitAsync(TimeSpan.FromSeconds(30), default));

        var many = new List<IUserListener>();
        for (var i = 1; i < IUserSignal.MostOfAUser; i++) many.Add((await signal.ListenAsync(uid))!);
        Assert.Null(await signal.ListenAsync(uid));
        foreach (var one in many) await one.DisposeAsync();
        Assert.True(await (await signal.ListenAsync(uid))!.DisposeAsync().AsTask().ContinueWith(ended => ended.IsCompletedSuccessfully));
    }

    private static JsonObject ItemOf(JsonObject answer)
    {
        Assert.Equal((1, null), (answer["status"]!.GetValue<int>(), answer["code"]?.GetValue<string>()));
        return Assert.Single(answer["payload"]!.AsArray())!.AsObject();
    }

    private static (string, string) Pair(JsonObject update, string other) => (update["conversationId"]!.GetValue<string>(), update[other]!.GetValue<string>());

    private static List<(string, bool)> StatesOf(JsonObject answer) =>
        [.. answer["payload"]!.AsArray().Select(item => (item!["userId"]!.GetValue<string>(), item["online"]!.GetValue<bool>()))];

    private async Task<(string Token, string Uid)> SignInAsync(string prefix)
    {
        var token = await Client.SignInAsync(prefix + Email);
        return (token, await UidAsync(token));
    }

    private async Task<string> UidAsync(string token) => (await Client.PostAsync("/user/getUserData", new { }, token)).Text("uid");

    private async Task<(int, string?)> PostAsync(string route)
    {
        var answer = await Client.PostAsync(route, new { }, Token);
        return (answer.HttpStatus, answer.Code);
    }

    private async Task RefusedAsync(int status, string? token = null, string? ticket = null)
    {
        var refused = await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(Address, token, ticket));
        Assert.Equal(status, refused.Data["status"]);
    }
}
