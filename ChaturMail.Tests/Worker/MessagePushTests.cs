using System.Globalization;
using ChaturMail.Core.Conversations;
using ChaturMail.Core.Events;
using ChaturMail.Core.Push;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;
using ChaturMail.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.Worker;

/// <summary>Push messages about conversations: to whom, how often, and what stands in them.</summary>
public sealed class MessagePushTests(SignedInApiTests.OneApi one) : SignedInApiTests(one)
{
    [Fact]
    public async Task WhoIsNotThereGetsOnePushMessageAMinuteAboutAConversationWithNothingOfIts()
    {
        var services = Api.App.Services;
        var (me, friend, present) = (await UidAsync(Token), await SignInAsync("friend."), await Client.SignInAsync("present." + Email));
        var (group, push, consumer) = await PrepareAsync("Zebra", me, friend, await UidAsync(present));
        await using var connected = await HubClient.ConnectAsync(Client.Http.BaseAddress!, present);

        var first = await SendAsync(services, group.Id, me, "zebra one");
        await consumer.HandleAsync(first, default);
        // The same event again, and another message within the minute.
        await consumer.HandleAsync(first, default);
        await consumer.HandleAsync(await SendAsync(services, group.Id, me, "zebra two"), default);

        var message = Assert.Single(push.Sent);
        Assert.Equal([("conversationId", group.Id)], message.Data.Select(pair => (pair.Key, pair.Value)));
        Assert.DoesNotContain("zebra", message.Title + message.Body, StringComparison.OrdinalIgnoreCase);
        // Who is connected was told there.
        Assert.Equal("zebra one", (await connected.NextAsync("message"))["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task WhatWasSeenOrIsOldOrDeletedOrOfNobodyIsNoNews()
    {
        var services = Api.App.Services;
        var (me, friend) = (await UidAsync(Token), await SignInAsync("friend."));
        var time = TimeProvider.System;
        var (group, push, consumer) = await PrepareAsync("Team", me, friend);
        var sent = await SendAsync(services, group.Id, me, "one");

        await consumer.HandleAsync(sent with { Time = time.GetUtcNow() - 2 * MessagePush.Stale }, default);
        await consumer.HandleAsync(sent with { Type = EventType.MessageEdited }, default);
        await consumer.HandleAsync(sent with { Subject = DocumentId.New(time) }, default);
        await services.GetRequiredService<IMessageStore>().AdvanceAsync(group.Id, friend, 1, 1, default);
        await consumer.HandleAsync(sent, default);

        Assert.Empty(push.Sent);
        await consumer.HandleAsync(await SendAsync(services, group.Id, me, "two"), default);
        Assert.Single(push.Sent);
    }

    [Fact]
    public async Task WhomTheMessageMentionsIsToldByThatNotificationAlone()
    {
        var services = Api.App.Services;
        var (me, friend) = (await UidAsync(Token), await SignInAsync("friend."));
        var (group, push, consumer) = await PrepareAsync("Team", me, friend);

        await consumer.HandleAsync(await SendAsync(services, group.Id, me, "@friend one", friend), default);
        Assert.Empty(push.Sent);
        await consumer.HandleAsync(await SendAsync(services, group.Id, me, "two"), default);
        Assert.Single(push.Sent);
    }

    [Fact]
    public async Task AMessageThatIsSentIsPushedByWayOfTheStream()
    {
        var push = new KeptPush();
        await using var api = await TestApi.StartAsync(services => services.AddSingleton<IPushMessages>(push));
        var (mine, friends) = (await api.Client.SignInAsync(), await api.Client.SignInAsync("friend@example.com"));
        var friend = await Operators.UidAsync(api.Client, friends);
        await SharedParty.AddAsync(api, await Operators.UidAsync(api.Client, mine), friend);
        var conversationId = (await api.Client.PostAsync("/conversation/openDirect", new { userId = friend }, mine)).Text("id");

        await api.Client.PostAsync("/message/sendMessage", new { conversationId, clientId = "1", text = "Are you there?" }, mine);

        await Eventually.TrueAsync(() => Task.FromResult(push.Sent.Count > 0));
        Assert.Equal(conversationId, Assert.Single(push.Sent).Data["conversationId"]);
    }

    private async Task<(Conversation Group, KeptPush Push, MessagePush Consumer)> PrepareAsync(string name, params string[] members)
    {
        var services = Api.App.Services;
        var group = new Conversation(
            DocumentId.New(TimeProvider.System), ConversationKind.Group, name, [.. members.Select(uid => new ConversationMember(uid, 1, true))], null, null, 1);
        await new Documents<Conversation>(services.GetRequiredService<IDocumentStore>(), ConversationMembership.Kind).AddAsync(group, default);
        var push = new KeptPush();
        return (group, push, ActivatorUtilities.CreateInstance<MessagePush>(services, push, NullLogger<MessagePush>.Instance));
    }

    private static async Task<DomainEvent> SendAsync(IServiceProvider services, string conversation, string uid, string text, params string[] mentions)
    {
        var time = TimeProvider.System;
        var sent = Assert.IsType<SendResult.Sent>(await services.GetRequiredService<ConversationService>().SendAsync(
            new SendMessage(conversation, uid, DocumentId.New(time), text) { Mentions = mentions }, default));
        var count = sent.Message.Mentions.Count.ToString(CultureInfo.InvariantCulture);
        return DomainEvent.Of(time, EventType.MessageSent, sent.Message.Id, uid, ("conversationId", conversation), ("mentions", count));
    }

    // A device is that of whoever signed in on it last: each of these has their own.
    private async Task<string> SignInAsync(string prefix) => await UidAsync((await Client.PostAsync(
        "/auth/getJWTToken", new { email = prefix + Email, idToken = "dev:" + prefix + Email, loginMethod = "google", fcmToken = prefix + Email })).Text("token"));

    private async Task<string> UidAsync(string token) => (await Client.PostAsync("/user/getUserData", new { }, token)).Text("uid");

    private sealed class KeptPush : IPushMessages
    {
        public List<PushMessage> Sent { get; } = [];

        public Task<PushResult> SendAsync(string fcmToken, PushMessage message, CancellationToken cancellation)
        {
            lock (Sent) Sent.Add(message);
            return Task.FromResult<PushResult>(PushResult.Sent.Instance);
        }
    }
}
