using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChaturMail.Api.Realtime;
using ChaturMail.Core.Realtime;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>What A does together with others, tried by a stranger and by who was there and has left.</summary>
public sealed partial class CrossUserTests
{
    private const string NoId = "0123456789abcdef01234567", NoUid = "dev-0000000000000000000000000000";

    private static readonly string[] Together = ["/party/", "/prompt/", "/topic/", "/conversation/", "/message/", "/attachment/", "/translation/", "/schedule/", "/notification/", "/live/"];
    private static readonly string[] InConversations = ["/conversation/", "/message/", "/attachment/", "/translation/"];

    // The methods of the hub, each with the route whose body it takes.
    private static readonly Dictionary<string, string> HubRows = new()
    {
        ["Send"] = "/message/sendMessage",
        ["Edit"] = "/message/editMessage",
        ["Delete"] = "/message/deleteMessage",
        ["Acknowledge"] = "/conversation/acknowledge",
        ["Typing"] = "/conversation/typing",
        ["Sync"] = "/conversation/sync",
        ["WatchPresence"] = "/live/getPresence",
    };

    private sealed record Person(string Token, string Uid);

    private sealed record Written(string ConversationId, string MessageId, string AttachmentId);

    [Fact]
    public void EveryMethodOfTheHubStandsInARow() => Assert.Equal(
        typeof(LiveHub).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Select(method => method.Name).Order(), HubRows.Keys.Order());

    [Fact]
    public async Task WhoHasLeftGetsAndChangesNoMoreThanAStrangerAndNeitherLearnsWhatThereIs()
    {
        var (written, left) = await WorkTogetherAsync();
        var stranger = await PersonAsync("stranger");
        var before = await WhatAHasAsync();
        var declared = ApiRoutes.All(_api.App);
        foreach (var (i, one) in written.Index())
        {
            (_ids["conversationId"], _ids["/message/"], _ids["/attachment/"]) = (one.ConversationId, one.MessageId, one.AttachmentId);
            _ids["/translation/translateMessage"] = one.MessageId;
            foreach (var (route, row) in Rows.Where(row => declared.Contains(row.Key) && (i == 0 ? Together : InConversations).Any(of => row.Key.StartsWith(of, StringComparison.Ordinal))))
                // What somebody was told while they belonged to it stays theirs.
                foreach (var other in route == "/notification/getNotifications" ? [stranger] : new[] { left, stranger }) await TryAsync(route, row.Code, row.Beside, other);
        }

        Assert.Equal(before, await WhatAHasAsync());
    }

    [Fact]
    public async Task TheHubGivesNeitherAStrangerNorWhoHasLeftAnything()
    {
        var (written, left) = await WorkTogetherAsync();
        var stranger = await PersonAsync("stranger");
        var address = _api.Client.Http.BaseAddress!;
        var (heard, told) = (new ConcurrentQueue<string>(), new SemaphoreSlim(0));
        await using var lefts = await HubClient.ConnectAsync(address, left.Token, heard: Note);
        await using var strangers = await HubClient.ConnectAsync(address, stranger.Token, heard: Note);
        var before = await WhatAHasAsync();
        foreach (var one in written)
        {
            (_ids["conversationId"], _ids["/message/"]) = (one.ConversationId, one.MessageId);
            foreach (var (method, route) in HubRows)
                foreach (var hub in new[] { lefts, strangers })
                {
                    var answer = (await hub.InvokeAsync(method, WithAnothersIds(route, Rows[route].Beside))).ToJsonString();
                    Assert.DoesNotContain(Mark, answer, StringComparison.OrdinalIgnoreCase);
                    Assert.Equal((method, Rows[route].Code), (method, CodeOf(answer)));
                }
        }

        Assert.Equal(before, await WhatAHasAsync());

        // Nor are they told of what A does from then on, A's coming included.
        foreach (var hub in new[] { lefts, strangers }) await hub.InvokeAsync("WatchPresence", new { userIds = new[] { _uid } });
        await using (var mine = await HubClient.ConnectAsync(address, _token))
        {
            foreach (var one in written)
            {
                await mine.InvokeAsync("Typing", new { conversationId = one.ConversationId });
                await mine.InvokeAsync("Send", new { conversationId = one.ConversationId, clientId = "live", text = Mark });
                await mine.InvokeAsync("Edit", new { id = one.MessageId, text = Mark + " too" });
                await mine.InvokeAsync("Acknowledge", new { conversationId = one.ConversationId, delivered = 3, seen = 3 });
                await mine.InvokeAsync("Delete", new { id = one.MessageId });
            }

            var presence = await _api.Client.PostAsync("/live/getPresence", new { userIds = new[] { _uid } }, stranger.Token);
            Assert.Equal((false, null), (presence.Item["online"]!.GetValue<bool>(), presence.Item["lastSeenOn"]));
        }

        var channel = _api.App.Services.GetRequiredService<IUserChannel>();
        await channel.TellAsync([left.Uid, stranger.Uid], new UserUpdate("topic", """{"last":true}"""), default);
        for (var i = 0; i < 2; i++) Assert.True(await told.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.All(heard, update => Assert.Contains("\"last\":true", update, StringComparison.Ordinal));

        void Note(ReadOnlyMemory<byte> record)
        {
            var update = System.Text.Encoding.UTF8.GetString(record.Span);
            // What they were told of what is their own.
            if (update.Contains("\"notification\"", StringComparison.Ordinal)) return;
            heard.Enqueue(update);
            if (update.Contains("\"last\":true", StringComparison.Ordinal)) told.Release();
        }
    }

    [Fact]
    public async Task AnothersIdWithinOnesOwnThingsIsAsIfItDidNotExist()
    {
        var other = await PersonAsync("b");
        var party = (await PostAsync("/party/createParty", new { name = "Mine" })).Text("id");
        var topic = (await PostAsync("/topic/createTopic", new { partyId = party, title = "Mine" })).Text("id");
        await PostAsync("/topic/saveDraft", new { id = topic, version = 0, subject = "Mine", text = "Mine." });
        var group = (await PostAsync("/conversation/createGroup", new { name = "Mine" })).Text("id");
        var before = await WhatAHasAsync();
        foreach (var (route, body) in new (string, object)[]
                 {
                     ("/prompt/sharePrompt", new { id = _prompt, partyId = party }), ("/prompt/unsharePrompt", new { id = _prompt, partyId = party }),
                     ("/party/revokeInvite", new { id = party, inviteId = _ids["inviteId"] }), ("/party/removeMember", new { id = party, userId = _uid }),
                     ("/party/setRole", new { id = party, userId = _uid, role = "admin" }), ("/party/handOver", new { id = party, userId = _uid }),
                     ("/topic/acceptSuggestion", new { id = topic, suggestionId = _ids["suggestionId"] }), ("/topic/declineSuggestion", new { id = topic, suggestionId = _ids["suggestionId"] }),
                     ("/topic/withdrawSuggestion", new { id = topic, suggestionId = _ids["suggestionId"] }),
                     ("/topic/requestApproval", new { id = topic, version = 1, approvers = new[] { _uid } }),
                     ("/message/sendMessage", new { conversationId = group, clientId = "1", text = "Hello.", replyTo = _ids["/message/"] }),
                     ("/message/sendMessage", new { conversationId = group, clientId = "2", text = "Hello.", attachments = new[] { _ids["/attachment/"] } }),
                     ("/message/sendMessage", new { conversationId = group, clientId = "3", text = "Hello.", mentions = new[] { _uid } }),
                     ("/message/searchMessages", new { conversationId = _ids["conversationId"], text = "live" }), ("/message/searchMessages", new { text = Mark }),
                     ("/conversation/addMembers", new { conversationId = group, userIds = new[] { _uid } }), ("/conversation/removeMember", new { conversationId = group, userId = _uid }),
                     ("/conversation/setGroupAdmin", new { conversationId = group, userId = _uid, isAdmin = true }), ("/conversation/openDirect", new { userId = _uid }),
                     ("/conversation/sync", new { positions = new[] { new { conversationId = _ids["conversationId"], change = 0 } } }),
                     ("/schedule/scheduleEmail", new { to = new[] { "b@example.org" }, subject = "Mine", text = "Mine.", attachments = new[] { _ids["/attachment/"] } }),
                     ("/schedule/scheduleMessage", new { conversationId = _ids["conversationId"], text = "Mine." }), ("/user/setAvatar", new { id = _ids["/user/setAvatar"] }),
                     ("/user/getAvatars", new { userIds = new[] { _uid } }), ("/live/getPresence", new { userIds = new[] { _uid } }),
                 })
        {
            var asked = JsonSerializer.Serialize(body);
            var (status, answer) = await SendAsync(route, body, other.Token);
            var asNobodys = OfNobody(asked, party, topic, group).Replace("\"clientId\":\"", "\"clientId\":\"no", StringComparison.Ordinal);
            var (statusOfNone, answerOfNone) = await SendAsync(route, JsonDocument.Parse(asNobodys).RootElement, other.Token);
            Assert.DoesNotContain(Mark, answer, StringComparison.OrdinalIgnoreCase);
            Assert.InRange(status, 200, 499);
            Assert.Equal((route, statusOfNone, Told(answerOfNone)), (route, status, Told(answer)));
        }

        Assert.Equal(before, await WhatAHasAsync());

        Task<ApiAnswer> PostAsync(string route, object body) => _api.Client.PostAsync(route, body, other.Token);
    }

    // A's ids, and ids of nothing: the answer is the same, and says nothing.
    private async Task TryAsync(string route, string? code, object? beside, Person other)
    {
        var body = WithAnothersIds(route, beside);
        var (status, answer) = await SendAsync(route, body, other.Token, Key + "-of-b");
        Assert.True(!answer.Contains(Mark, StringComparison.OrdinalIgnoreCase), $"{route} gave what is A's: {answer}");
        Assert.InRange(status, 200, 499);
        if (code == Anything) return;
        Assert.Equal((route, code), (route, CodeOf(answer)));
        if (code is null) return;
        var none = await SendAsync(route, JsonDocument.Parse(OfNobody(JsonSerializer.Serialize(body))).RootElement, other.Token, Key + "-of-b");
        Assert.Equal((route, status, answer), (route, none.Status, none.Answer));
    }

    private string OfNobody(string json, params string[] kept) => ObjectId().Replace(
        json.Replace(_uid, NoUid, StringComparison.Ordinal).Replace("dev-" + Mark, NoUid, StringComparison.Ordinal), id => kept.Contains(id.Value) ? id.Value : NoId);

    // What an answer says but ids and times: those of what it made are new.
    private string Told(string answer) => Moment().Replace(OfNobody(answer), "0").Replace("\"clientId\":\"no", "\"clientId\":\"", StringComparison.Ordinal);

    // A party, a topic and conversations of each kind, in which others write; one of them leaves everything that can be left.
    private async Task<(IReadOnlyList<Written> Written, Person Left)> WorkTogetherAsync()
    {
        var (friend, left) = (await PersonAsync("friend"), await PersonAsync("left"));
        foreach (var other in new[] { friend, left }) await Parties.JoinAsync(_api.Client, _token, _ids["partyId"], other.Token);
        var group = _ids["conversationId"];
        await OkAsync("/conversation/addMembers", new { conversationId = group, userIds = new[] { friend.Uid, left.Uid } }, _token);
        var topic = (await OkAsync("/topic/getTopic", new { id = _ids["topicId"] }, _token)).Text("conversationId");
        var direct = (await OkAsync("/conversation/openDirect", new { userId = friend.Uid }, _token)).Text("id");
        var written = new List<Written>();
        foreach (var conversationId in new[] { group, topic, direct })
        {
            var attachment = await Pictures.AddAsync(_api.Client, _token);
            var message = new { conversationId, clientId = "picture", text = $"A picture of {Mark}.", attachments = new[] { attachment }, mentions = new[] { left.Uid } };
            written.Add(new Written(conversationId, (await OkAsync("/message/sendMessage", message, _token)).Text("id"), attachment));
        }

        foreach (var conversationId in new[] { group, topic })
            await OkAsync("/message/sendMessage", new { conversationId, clientId = "1", text = "I am leaving." }, left.Token);
        await OkAsync("/topic/suggestChange", new { id = _ids["topicId"], version = 1, text = "Other words." }, left.Token);
        var schedule = (await OkAsync("/schedule/scheduleMessage", new { conversationId = group, text = $"Good morning, {Mark}." }, _token)).Text("id");
        await Eventually.TrueAsync(async () =>
            (await OkAsync("/schedule/getSchedule", new { id = schedule }, _token)).Item["deliveries"]!.AsArray() is [{ } delivery] && delivery["state"]!.GetValue<string>() == "sent");
        await OkAsync("/conversation/leaveGroup", new { conversationId = group }, left.Token);
        await OkAsync("/party/leaveParty", new { id = _ids["partyId"] }, left.Token);
        // Told of by and by: the one that A had, two who came, and a suggestion.
        await Eventually.TrueAsync(async () => (await OkAsync("/notification/getUnreadCount", new { }, _token)).Number("unread") == 4);
        return (written, left);
    }

    private async Task<Person> PersonAsync(string name)
    {
        var token = await _api.Client.SignInAsync(name + "@example.com");
        return new Person(token, await Operators.UidAsync(_api.Client, token));
    }

    private async Task<ApiAnswer> OkAsync(string route, object body, string token)
    {
        var answer = await _api.Client.PostAsync(route, body, token);
        Assert.Equal((route, 200, null), (route, answer.HttpStatus, answer.Code));
        return answer;
    }

    [GeneratedRegex("[0-9a-f]{24}")]
    private static partial Regex ObjectId();

    [GeneratedRegex(@"\b1[0-9]{9}([0-9]{3})?\b|(?<=""(sequence|change)"":)[0-9]+")]
    private static partial Regex Moment();
}
