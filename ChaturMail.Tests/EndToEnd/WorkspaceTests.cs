using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using ChaturMail.Core.Events;
using ChaturMail.Core.Events.Redis;
using ChaturMail.Core.Redis;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>
/// A party at work, from the invite to the mail in the recipient's server: Asha at one Api, Priya at another, one Worker, Redis, a mail server and an object store, each a process of its own.
/// </summary>
public sealed class WorkspaceTests(WorkspaceTests.Stack stack) : IClassFixture<WorkspaceTests.Stack>
{
    [Fact]
    public async Task WhatAPartyWritesTogetherLeavesOnceAndInTheSendersName()
    {
        var (asha, priya, party) = await stack.PartyAsync();
        await using var live = await HubClient.ConnectAsync(priya.Address, priya.Token);
        var id = (await asha.OkAsync("/topic/createTopic", new { partyId = party, title = "Leave of October" })).Text("id");
        Assert.Equal((id, 0), TopicOf(await live.NextAsync("topic")));

        var email = await asha.OkAsync("/email/generateEmail", ApiClient.Leave);
        await asha.OkAsync("/topic/saveDraft", new { id, version = 0, emailId = email.Text("id") });
        Assert.Equal((id, 1), TopicOf(await live.NextAsync("topic")));
        var draft = (await priya.OkAsync("/topic/getTopic", new { id })).Item["draft"]!;
        Assert.Equal(email.Text("generatedEmail"), draft["text"]!.GetValue<string>());
        var text = draft["text"]!.GetValue<string>() + "\n\nPriya takes over.";
        var suggestionId = (await priya.OkAsync("/topic/suggestChange", new { id, version = 1, text })).Text("id");
        await asha.OkAsync("/topic/acceptSuggestion", new { id, suggestionId });
        await asha.OkAsync("/topic/requestApproval", new { id, version = 2, approvers = new[] { priya.Uid } });
        string kind;
        do kind = (await live.NextAsync("notification"))["kind"]!.GetValue<string>();
        while (kind == "suggestion_accepted");
        Assert.Equal("approval_requested", kind);

        Assert.Equal((409, "approval_required"), await asha.RefusedAsync("/topic/sendDraft", new { id, version = 2 }));
        await priya.OkAsync("/topic/approveDraft", new { id, version = 2 });
        Assert.Equal((403, "not_topic_owner"), await priya.RefusedAsync("/topic/sendDraft", new { id, version = 2 }));
        // The button is pressed on two devices, and twice on each.
        var elsewhere = asha with { Client = priya.Client };
        await Task.WhenAll(new[] { asha, elsewhere, asha, elsewhere }.Select(device => device.OkAsync("/topic/sendDraft", new { id, version = 2 })));

        await Eventually.TrueAsync(async () => (await priya.OkAsync("/topic/getTopic", new { id })).Item["sent"]!["state"]!.GetValue<string>() == "sent");
        var mail = await stack.Mails.NextAsync();
        Assert.False(stack.Mails.HasMore);
        Assert.Equal(("maria.lopez@northwind.example", email.Text("subject")), (Assert.Single(mail.To), mail.Subject));
        Assert.Contains(asha.Email, mail.Header("Reply-To"), StringComparison.Ordinal);
        Assert.Contains("Priya takes over.", mail.Text, StringComparison.Ordinal);
        await priya.ToldAsync("draft_sent");
    }

    [Fact]
    public async Task MessagesAreToldAcrossInstancesAndTheirPicturesAreTheMembersAlone()
    {
        var (asha, priya, party) = await stack.PartyAsync();
        var (_, conversationId) = await asha.TopicAsync(party, "Pictures");
        await using var ashas = await HubClient.ConnectAsync(asha.Address, asha.Token);
        await using var priyas = await HubClient.ConnectAsync(priya.Address, priya.Token);

        var picture = await Pictures.AddAsync(asha.Client, asha.Token);
        await asha.OkAsync("/message/sendMessage", new { conversationId, clientId = "1", text = "Look!", attachments = new[] { picture } });
        var told = await priyas.NextAsync("message");
        Assert.Equal(("Look!", picture), (told["text"]!.GetValue<string>(), told["attachments"]![0]!.GetValue<string>()));
        await priyas.InvokeAsync("Send", new { conversationId, clientId = "1", text = "I see." });
        await ashas.NextAsync("message");
        Assert.Equal("I see.", (await ashas.NextAsync("message"))["text"]!.GetValue<string>());

        var address = (await priya.OkAsync("/attachment/getUrl", new { id = picture })).Text("url");
        Assert.StartsWith(stack.Objects.Options.Endpoint!, address, StringComparison.Ordinal);
        using var shown = await priya.Client.Http.GetAsync(new Uri(address));
        Assert.Equal((HttpStatusCode.OK, "image/jpeg"), (shown.StatusCode, shown.Content.Headers.ContentType?.ToString()));
        var stranger = await stack.SignInAsync("stranger", 1);
        Assert.Equal((404, "attachment_not_found"), await stranger.RefusedAsync("/attachment/getUrl", new { id = picture }));
        Assert.Equal((404, "conversation_not_found"), await stranger.RefusedAsync("/message/getMessages", new { conversationId }));

        // Whoever cannot hold a connection waits at one instance for what is said at the other.
        var positions = new[] { new { conversationId, change = 2 } };
        var waiting = priya.OkAsync("/conversation/sync", new { positions, waitSeconds = 25 });
        await Eventually.TrueAsync(async () =>
        {
            await asha.OkAsync("/message/sendMessage", new { conversationId, clientId = Guid.NewGuid().ToString("N"), text = "And now?" });
            return waiting.IsCompleted;
        });
        Assert.Equal("And now?", (await waiting).Item["conversations"]![0]!["messages"]![0]!["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task AnEmailThatIsRefusedIsToldToItsSenderWhereverTheyAre()
    {
        var asha = await stack.SignInAsync("asha", 0);
        await using var live = await HubClient.ConnectAsync(stack.Address(1), asha.Token);
        await stack.Mails.AnswerAsync(550);

        var id = (await asha.OkAsync(
            "/schedule/scheduleEmail", new { to = new[] { "nobody@northwind.example" }, subject = "Hello", text = "Are you there?" })).Text("id");

        var told = await live.NextAsync("notification");
        Assert.Equal(("schedule_refused", id), (told["kind"]!.GetValue<string>(), told["data"]!["scheduleId"]!.GetValue<string>()));
        await asha.ToldAsync("schedule_refused");
        Assert.False(stack.Mails.HasMore);
    }

    [Fact]
    public async Task OfADeletedPartyNothingIsLeft()
    {
        var (asha, priya, party) = await stack.PartyAsync();
        var (id, conversationId) = await asha.TopicAsync(party, "Short-lived");
        await asha.OkAsync("/topic/saveDraft", new { id, version = 0, subject = "Prices", text = "Dear Maria." });
        var picture = await Pictures.AddAsync(priya.Client, priya.Token);
        var message = (await priya.OkAsync("/message/sendMessage", new { conversationId, clientId = "1", attachments = new[] { picture } })).Text("id");
        Assert.Contains("images/" + picture, stack.Objects.Keys);
        Assert.Equal((403, "not_allowed_in_party"), await priya.RefusedAsync("/party/deleteParty", new { id = party }));

        await asha.OkAsync("/party/deleteParty", new { id = party });

        foreach (var member in new[] { asha, priya })
        {
            Assert.Equal((404, "party_not_found"), await member.RefusedAsync("/party/getParty", new { id = party }));
            Assert.Equal((404, "topic_not_found"), await member.RefusedAsync("/topic/getTopic", new { id }));
            Assert.Equal((404, "message_not_found"), await member.RefusedAsync("/message/getMessage", new { id = message }));
            Assert.Equal((404, "attachment_not_found"), await member.RefusedAsync("/attachment/getUrl", new { id = picture }));
        }

        Assert.DoesNotContain("images/" + picture, stack.Objects.Keys);
        await priya.ToldAsync("party_deleted");
        // Every consumer gets there, the one of push messages too, which has nobody to send by.
        await Eventually.TrueAsync(async () => (await stack.LagAsync()) is { Count: 3 } groups && groups.All(lag => lag.Waiting == 0));
    }

    private static (string, int) TopicOf(JsonObject update) => (update["topicId"]!.GetValue<string>(), update["version"]!.GetValue<int>());

    /// <summary>All of it, started by the first test that wants it.</summary>
    public sealed class Stack : IAsyncDisposable
    {
        private readonly TextFolder _folder = new();
        private readonly List<IAsyncDisposable> _started = [];
        private readonly List<ApiClient> _apis = [];
        private readonly SemaphoreSlim _starting = new(1);
        private RedisServer? _redis;
        private int _users;

        internal MailServer Mails { get; private set; } = null!;

        internal ObjectServer Objects { get; private set; } = null!;

        internal Uri Address(int api) => _apis[api].Http.BaseAddress!;

        /// <summary>Asha, at the first Api, who has made a party, and Priya, at the second, who has come in by its link.</summary>
        internal async Task<(Member Asha, Member Priya, string Party)> PartyAsync()
        {
            var (asha, priya) = (await SignInAsync("asha", 0), await SignInAsync("priya", 1));
            var party = (await asha.OkAsync("/party/createParty", new { name = "Northwind" })).Text("id");
            var invite = await asha.OkAsync("/party/createInvite", new { id = party, role = "member" });
            Assert.Equal("Northwind", (await priya.OkAsync("/party/getInvite", new { token = invite.Text("token") })).Text("name"));
            await priya.OkAsync("/party/acceptInvite", new { token = invite.Text("token") });
            return (asha, priya, party);
        }

        internal async Task<Member> SignInAsync(string name, int api)
        {
            await StartAsync();
            var email = string.Create(CultureInfo.InvariantCulture, $"{name}.{Interlocked.Increment(ref _users)}@example.com");
            var token = await _apis[api].SignInAsync(email);
            return new Member(_apis[api], token, await Operators.UidAsync(_apis[api], token), email);
        }

        /// <summary>How far the consumers of events have come.</summary>
        internal async Task<IReadOnlyList<GroupLag>> LagAsync()
        {
            await using var connection = new RedisConnection(
                new RedisOptions { Host = "127.0.0.1", Port = _redis!.Port }, TimeProvider.System, NullLogger<RedisConnection>.Instance);
            var stream = new RedisEventStream(connection, new EventsOptions(), TimeProvider.System, TimeSpan.FromSeconds(30), NullLogger<RedisEventStream>.Instance);
            return (await stream.MeasureAsync(TestContext.Current.CancellationToken)).Groups;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var client in _apis) client.Dispose();
            foreach (var started in Enumerable.Reverse(_started)) await started.DisposeAsync();
            _folder.Dispose();
            _starting.Dispose();
        }

        private async Task StartAsync()
        {
            await _starting.WaitAsync();
            try
            {
                if (_apis.Count == 2) return;
                _ = NodeTools.Folder();
                _redis ??= Keep(await RedisServer.StartAsync());
                Mails ??= Keep(await MailServer.StartAsync());
                Objects ??= Keep(await ObjectServer.StartAsync());
                (string, string)[] environment =
                [
                    ("REDIS_IP", "127.0.0.1"), ("REDIS_PORT", _redis.Port.ToString(CultureInfo.InvariantCulture)), ("Worker__InApi", "false"),
                    ("RateLimits__PerUser", "0"), ("RateLimits__PerAddress", "0"), ("RateLimits__MessagesPerUser", "0"),
                    .. Mails.Settings.Concat(Objects.Settings).Select(setting => setting.Split('=', 2)).Select(pair => (pair[0].Replace(":", "__", StringComparison.Ordinal), pair[1])),
                ];
                Keep(ProductProcess.Start("ChaturMail.Worker", [], [("ASPNETCORE_ENVIRONMENT", "Development"), ("DATA_DIR", _folder.Path), .. environment]));
                while (_apis.Count < 2)
                {
                    var (process, client) = await ProductProcess.StartApiAsync(_folder.Path, environment);
                    Keep(process);
                    _apis.Add(client);
                }
            }
            finally
            {
                _starting.Release();
            }
        }

        private T Keep<T>(T started) where T : IAsyncDisposable
        {
            _started.Add(started);
            return started;
        }
    }

    /// <summary>Somebody at one of the Apis.</summary>
    internal sealed record Member(ApiClient Client, string Token, string Uid, string Email)
    {
        public Uri Address => Client.Http.BaseAddress!;

        public async Task<ApiAnswer> OkAsync(string route, object body)
        {
            var answer = await Client.PostAsync(route, body, Token);
            Assert.Equal((route, 200, null), (route, answer.HttpStatus, answer.Code));
            return answer;
        }

        public async Task<(int Status, string? Code)> RefusedAsync(string route, object body)
        {
            var answer = await Client.PostAsync(route, body, Token);
            return (answer.HttpStatus, answer.Code);
        }

        /// <summary>Makes a topic; gives its id and its conversation's.</summary>
        public async Task<(string Id, string ConversationId)> TopicAsync(string partyId, string title)
        {
            var id = (await OkAsync("/topic/createTopic", new { partyId, title })).Text("id");
            return (id, (await OkAsync("/topic/getTopic", new { id })).Text("conversationId"));
        }

        /// <summary>Waits until the member's list has a notification of this kind.</summary>
        public Task ToldAsync(string kind) => Eventually.TrueAsync(async () =>
            (await OkAsync("/notification/getNotifications", new { })).Payload is { } all && all.Any(item => item["kind"]!.GetValue<string>() == kind));
    }
}
