using System.Reflection;
using System.Text.Json.Nodes;
using ChaturMail.Core.Attachments;
using ChaturMail.Core.Conversations;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>Messages: sent once, told, changed, deleted, acknowledged, caught up with.</summary>
public sealed class MessageTests(ConversationApi api) : IClassFixture<ConversationApi>
{
    [Fact]
    public async Task ARepeatedRequestIsOneMessageAndIsToldAgain()
    {
        var users = await api.FriendsAsync(2);
        var id = await users[0].DirectAsync(users[1]);
        var body = new { conversationId = id, clientId = "one", text = "नमस्ते\nline two" };
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => users[0].OkAsync("/message/sendMessage", body)));

        Assert.Single(answers.Select(answer => answer.Item.ToJsonString()).Distinct());
        Assert.Equal(5, api.ToldTo(users[1], "message").Count);
        // What is told is what is answered, and the sender's own devices are told too.
        Assert.All(api.ToldTo(users[0], "message"), told => Assert.Equal(answers[0].Item.ToJsonString(), told.ToJsonString()));
        Assert.Single((await users[1].OkAsync("/message/getMessages", new { conversationId = id })).Items);
    }

    [Fact]
    public async Task AMessageIsChangedByItsSenderAndDeletedByThemOrAnAdmin()
    {
        var users = await api.FriendsAsync(3);
        var id = await users[0].GroupAsync(users[1], users[2]);
        var sent = await users[1].SendAsync(id, "first");
        var messageId = sent["id"]!.GetValue<string>();

        foreach (var other in new[] { users[0], users[2] }) await other.ExpectAsync(403, "not_conversation_admin", "/message/editMessage", new { id = messageId, text = "x" });
        await users[2].ExpectAsync(403, "not_conversation_admin", "/message/deleteMessage", new { id = messageId });
        var edited = await users[1].OkAsync("/message/editMessage", new { id = messageId, text = "second", mentions = new[] { users[2].Uid, "nobody" } });
        Assert.Equal(("second", 1L, 2L), (edited.Text("text"), edited.Number("sequence"), edited.Number("change")));
        Assert.Equal([users[2].Uid], edited.Item["mentions"]!.AsArray().Select(mention => mention!.GetValue<string>()));
        Assert.Equal(edited.Item.ToJsonString(), api.ToldTo(users[2], "message")[^1].ToJsonString());

        var deleted = await users[0].OkAsync("/message/deleteMessage", new { id = messageId });
        Assert.Equal(("", 3L), (deleted.Text("text"), deleted.Number("change")));
        Assert.Equal(deleted.Item.ToJsonString(), (await users[1].OkAsync("/message/deleteMessage", new { id = messageId })).Item.ToJsonString());
        await users[1].ExpectAsync(404, "message_not_found", "/message/editMessage", new { id = messageId, text = "x" });
        Assert.Equal("", (await users[2].OkAsync("/message/getMessage", new { id = messageId })).Text("text"));
    }

    [Fact]
    public async Task WhoDiesWhileDeletingAMessageLeavesNoPictureOfItAndOneThatCanBeDeletedAgain()
    {
        var (users, id, pictures) = await SendPicturesAsync();
        var store = DispatchProxy.Create<IMessageStore, Dying>();
        ((Dying)store).Store = api.Service<IMessageStore>();
        var dying = ActivatorUtilities.CreateInstance<ConversationService>(api.Api.App.Services, store);

        await Assert.ThrowsAsync<IOException>(() => dying.DeleteMessageAsync(users[0].Uid, id, default));

        foreach (var picture in pictures) await users[1].ExpectAsync(404, "attachment_not_found", "/attachment/getUrl", new { id = picture });
        Assert.NotNull((await users[0].OkAsync("/message/deleteMessage", new { id })).Item["deletedOn"]);
    }

    [Fact]
    public async Task AMessageIsDeletedWhileItsPicturesCannotBeAndNobodySeesThem()
    {
        var (users, id, pictures) = await SendPicturesAsync();
        using var attachments = new AttachmentService(api.Service<IDocumentStore>(), new StoreThatIsAway(), new AttachmentOptions(), () => [], TimeProvider.System);
        var service = ActivatorUtilities.CreateInstance<ConversationService>(api.Api.App.Services, attachments);

        Assert.NotNull(Assert.IsType<SendResult.Sent>(await service.DeleteMessageAsync(users[0].Uid, id, default)).Message.DeletedOn);

        foreach (var picture in pictures) await users[1].ExpectAsync(404, "attachment_not_found", "/attachment/getUrl", new { id = picture });
    }

    [Fact]
    public async Task AReplyIsToAMessageOfTheSameConversation()
    {
        var users = await api.FriendsAsync(2);
        var (direct, group) = (await users[0].DirectAsync(users[1]), await users[0].GroupAsync(users[1]));
        var elsewhere = (await users[0].SendAsync(group, "elsewhere"))["id"]!.GetValue<string>();
        var here = (await users[0].SendAsync(direct, "here"))["id"]!.GetValue<string>();

        await users[1].ExpectAsync(404, "message_not_found", "/message/sendMessage", new { conversationId = direct, clientId = "1", text = "t", replyTo = elsewhere });
        Assert.Equal(here, (await users[1].OkAsync("/message/sendMessage", new { conversationId = direct, clientId = "1", text = "t", replyTo = here })).Text("replyTo"));
    }

    [Theory]
    [InlineData("text", "null", "'text' is required")]
    [InlineData("text", "\" \\u200B\"", "'text' is required")]
    [InlineData("text", "\"a\\u0007\"", "'text' must not hold control")]
    [InlineData("clientId", "\"\"", "'clientId' is required")]
    [InlineData("replyTo", "\"x\"", "'replyTo' must be an id")]
    [InlineData("mentions", "[null]", "'mentions' is required")]
    [InlineData("attachments", "[\"x\"]", "'attachments' must be an id")]
    [InlineData("conversationId", "\"x\"", "'conversationId' must be an id")]
    public async Task WhatIsNoMessageIs400(string field, string value, string message)
    {
        var user = (await api.FriendsAsync(1))[0];
        var body = new JsonObject { ["conversationId"] = await user.GroupAsync(), ["clientId"] = "1", ["text"] = "t" };
        body[field] = JsonNode.Parse(value);
        var answer = await user.PostAsync("/message/sendMessage", body);
        Assert.Equal((400, "invalid_field"), (answer.HttpStatus, answer.Code));
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATextMayBeAsLongAsTheLimitSays()
    {
        var user = (await api.FriendsAsync(1))[0];
        var id = await user.GroupAsync();
        await user.SendAsync(id, new string('x', 4000));
        await user.ExpectAsync(400, "invalid_field", "/message/sendMessage", new { conversationId = id, clientId = "2", text = new string('x', 4001) });
    }

    [Fact]
    public async Task WhatWasMissedComesOnceAndWholeWhateverThePageSize()
    {
        var users = await api.FriendsAsync(2);
        var direct = await users[0].DirectAsync(users[1]);
        var group = await users[0].GroupAsync(users[1]);
        for (var i = 0; i < 7; i++) await users[0].SendAsync(direct, $"direct {i}");
        for (var i = 0; i < 4; i++) await users[0].SendAsync(group, $"group {i}");
        var first = (await users[1].OkAsync("/message/getMessages", new { conversationId = direct, after = 0, limit = 1 })).Text("id");
        await users[0].OkAsync("/message/editMessage", new { id = first, text = "direct 0, edited" });

        var (texts, positions) = await CatchUpAsync(users[1], new() { [direct] = 3 }, 3);

        Assert.Equal(["direct 3", "direct 4", "direct 5", "direct 6", "direct 0, edited"], texts.Where(text => text.StartsWith("direct", StringComparison.Ordinal)));
        Assert.Equal(["group 0", "group 1", "group 2", "group 3"], texts.Where(text => text.StartsWith("group", StringComparison.Ordinal)));
        Assert.Equal((8L, 4L), (positions[direct], positions[group]));
        Assert.Empty((await CatchUpAsync(users[1], positions, 3)).Texts);

        // Without positions it is what was acknowledged; beyond what there is, everything.
        await users[1].OkAsync("/conversation/acknowledge", new { conversationId = direct, delivered = 8 });
        Assert.Equal(["group 0", "group 1", "group 2", "group 3"], (await CatchUpAsync(users[1], [], 100)).Texts);
        Assert.Equal(7 + 4, (await CatchUpAsync(users[1], new() { [direct] = 99, [group] = 0 }, 100)).Texts.Count);
        await users[1].OkAsync("/conversation/leaveGroup", new { conversationId = group });
        var left = await users[1].OkAsync("/conversation/sync", new { positions = new[] { new { conversationId = group, change = 4 } } });
        Assert.Equal(group, Assert.Single(left.Item["left"]!.AsArray())!.GetValue<string>());
    }

    [Fact]
    public async Task NothingIsLostOrDoubledForOneWhoCatchesUpWhileOthersWrite()
    {
        var users = await api.FriendsAsync(4);
        var id = await users[0].GroupAsync(users[1..]);
        var writing = Task.WhenAll(users[1..].Select(user => Task.Run(async () =>
        {
            for (var i = 0; i < 30; i++) await user.SendAsync(id, $"{user.Uid} {i}");
        })));
        var texts = new List<string>();
        Dictionary<string, long> positions = [];
        while (texts.Count < 90)
        {
            var isOver = writing.IsCompleted;
            var (more, reached) = await CatchUpAsync(users[0], positions, 7);
            texts.AddRange(more);
            positions = reached;
            if (isOver) break;
        }

        await writing;
        Assert.Equal(90, texts.Count);
        Assert.Equal(90, texts.Distinct().Count());
        foreach (var user in users[1..])
            Assert.Equal(Enumerable.Range(0, 30).Select(i => $"{user.Uid} {i}"), texts.Where(text => text.StartsWith(user.Uid + " ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task TheOthersAreToldHowFarOneHasComeWhenThatIsFurther()
    {
        var users = await api.FriendsAsync(2);
        var id = await users[0].DirectAsync(users[1]);
        for (var i = 0; i < 3; i++) await users[0].SendAsync(id, "text");

        var answer = await users[1].OkAsync("/conversation/acknowledge", new { conversationId = id, delivered = 99, seen = 2 });
        await users[1].OkAsync("/conversation/acknowledge", new { conversationId = id, delivered = 1, seen = 1 });

        Assert.Equal((3L, 2L), (answer.Number("delivered"), answer.Number("seen")));
        var told = Assert.Single(api.ToldTo(users[0], "receipt"));
        Assert.Equal($$"""{"conversationId":"{{id}}","userId":"{{users[1].Uid}}","delivered":3,"seen":2}""", told.ToJsonString());
        var member = (await users[0].OkAsync("/conversation/getConversation", new { conversationId = id })).Item["members"]!.AsArray()
            .Single(item => item!["userId"]!.GetValue<string>() == users[1].Uid)!;
        Assert.Equal((3L, 2L), (member["delivered"]!.GetValue<long>(), member["seen"]!.GetValue<long>()));
        Assert.Equal(1, (await users[1].OkAsync("/conversation/getConversation", new { conversationId = id })).Number("unread"));
    }

    [Fact]
    public async Task TypingIsToldToTheOthersOnceASecondAtMost()
    {
        var users = await api.FriendsAsync(2);
        var id = await users[0].DirectAsync(users[1]);
        var start = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 5; i++) await users[0].OkAsync("/conversation/typing", new { conversationId = id });
        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;

        Assert.InRange(api.ToldTo(users[1], "typing").Count, 1, 1 + (int)seconds);
        Assert.Empty(api.ToldTo(users[0], "typing"));
    }

    private static async Task<(List<string> Texts, Dictionary<string, long> Positions)> CatchUpAsync(TestUser user, Dictionary<string, long> positions, int limit)
    {
        var texts = new List<string>();
        var reached = new Dictionary<string, long>(positions);
        while (true)
        {
            var body = new { positions = reached.Select(position => new { conversationId = position.Key, change = position.Value }), limit };
            var page = (await user.OkAsync("/conversation/sync", body)).Item;
            var count = 0;
            foreach (var conversation in page["conversations"]!.AsArray())
            {
                var messages = conversation!["messages"]!.AsArray();
                count += messages.Count;
                texts.AddRange(messages.Select(message => message!["text"]!.GetValue<string>()));
                reached[conversation["conversationId"]!.GetValue<string>()] = conversation["change"]!.GetValue<long>();
            }

            Assert.InRange(count, 0, limit);
            if (!page["more"]!.GetValue<bool>()) return (texts, reached);
        }
    }

    private async Task<(TestUser[] Users, string MessageId, string[] Pictures)> SendPicturesAsync()
    {
        var users = await api.FriendsAsync(2);
        string[] pictures = [await Pictures.AddAsync(api.Client, users[0].Token), await Pictures.AddAsync(api.Client, users[0].Token)];
        var sent = await users[0].OkAsync(
            "/message/sendMessage", new { conversationId = await users[0].DirectAsync(users[1]), clientId = "1", text = "", attachments = pictures });
        foreach (var picture in pictures) await users[1].OkAsync("/attachment/getUrl", new { id = picture });
        return (users, sent.Text("id"), pictures);
    }

    /// <summary>A store whose process dies before it changes a message.</summary>
    public class Dying : DispatchProxy
    {
        internal IMessageStore Store { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == nameof(IMessageStore.ChangeAsync) ? throw new IOException("died") : targetMethod.Invoke(Store, args);
    }
}
