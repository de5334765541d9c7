using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ChaturMail.Core.Events;
using ChaturMail.Core.Parties;
using ChaturMail.Core.Push;
using ChaturMail.Core.Realtime;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>What users are told of, from the event to their list, their open pages and their devices.</summary>
public sealed class NotificationTests(NotificationTests.Told told) : IClassFixture<NotificationTests.Told>, IAsyncLifetime
{
    private const string PartyId = "6b018b08c371b1bcac5105f1";

    private static int _users;

    private string _token = null!;
    private string _uid = null!;

    private TestApi Api => told.Api;

    public async ValueTask InitializeAsync() => (_token, _uid) = await SignInAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task WhoIsTakenOutOfAPartyFindsItInTheirListWithWhoDidIt()
    {
        var (_, admin) = await SignInAsync();
        await HappenAsync(EventType.PartyMemberRemoved, PartyId, admin, ("member", _uid), ("invite", "not passed on"));

        var item = (await ListedAsync(1))[0];

        Assert.Equal(["by", "createdOn", "data", "id", "kind", "readOn"], item.Select(field => field.Key).Order());
        Assert.Equal("removed_from_party", item["kind"]!.GetValue<string>());
        Assert.Equal($$"""{"partyId":"{{PartyId}}"}""", item["data"]!.ToJsonString());
        Assert.Equal(admin, item["by"]!["userId"]!.GetValue<string>());
        Assert.Null(item["readOn"]);
    }

    [Fact]
    public async Task OwnerAndAdminsLearnOfANewMemberAndNobodyElse()
    {
        var people = new List<(string Token, string Uid)> { (_token, _uid), await SignInAsync(), await SignInAsync(), await SignInAsync() };
        var party = new Party(
            DocumentId.New(TimeProvider.System), "Team",
            [
                new PartyMember(people[0].Uid, PartyRole.Owner, 1), new PartyMember(people[1].Uid, PartyRole.Admin, 2),
                new PartyMember(people[2].Uid, PartyRole.Member, 3), new PartyMember(people[3].Uid, PartyRole.Member, 4),
            ], 1, 0);
        await new Documents<Party>(Service<IDocumentStore>(), PartyMembership.Kind).AddAsync(party, default);

        await HappenAsync(EventType.PartyMemberJoined, party.Id, people[3].Uid, ("member", people[3].Uid), ("role", "member"));
        // What comes later has been handled after it: another's of the same subject.
        await HappenAsync(EventType.PartyHandedOver, party.Id, people[3].Uid, ("from", "x"), ("to", people[2].Uid));

        Assert.Equal("party_handed_over", (await ListedAsync(1, people[2].Token))[0]!["kind"]!.GetValue<string>());
        foreach (var (token, _) in people[..2]) Assert.Equal("member_joined", (await ListedAsync(1, token))[0]!["kind"]!.GetValue<string>());
        Assert.Null((await PostAsync("getNotifications", new { }, people[3].Token)).Payload);
    }

    [Fact]
    public async Task ReadingIsNotedOneByOneOrForAllAndOfNobodyElses()
    {
        for (var i = 0; i < 3; i++) await HappenAsync(EventType.TopicSuggestionMade, $"t{i}", "someone", ("ownerId", _uid), ("partyId", PartyId));
        var ids = (await ListedAsync(3)).Select(item => item["id"]!.GetValue<string>()).ToList();
        var (other, _) = await SignInAsync();

        Assert.Equal(0, (await PostAsync("markRead", new { ids }, other)).Number("unread"));
        Assert.Equal(3, await UnreadAsync());
        Assert.Equal(2, (await PostAsync("markRead", new { ids = new[] { ids[1], "6b018b08c371b1bcac5105ff" } })).Number("unread"));
        var unread = (await PostAsync("getNotifications", new { unreadOnly = true })).Items;
        Assert.Equal([ids[0], ids[2]], unread.Select(item => item["id"]!.GetValue<string>()));
        Assert.Equal(0, (await PostAsync("markRead", new { all = true })).Number("unread"));
        Assert.All((await PostAsync("getNotifications", new { })).Items, item => Assert.True(item["readOn"]!.GetValue<long>() > 1_700_000_000));
        Assert.Equal(0, await UnreadAsync());
    }

    [Theory]
    [InlineData("markRead", "{}")]
    [InlineData("markRead", """{"ids": []}""")]
    [InlineData("markRead", """{"ids": ["x"]}""")]
    [InlineData("markRead", """{"ids": [null]}""")]
    [InlineData("markRead", """{"ids": ["6b018b08c371b1bcac5105ff"], "all": true}""")]
    [InlineData("getNotifications", """{"limit": 101}""")]
    [InlineData("getNotifications", """{"cursor": "x"}""")]
    public async Task WhatMakesNoSenseIsRefused(string route, string body)
    {
        var answer = await Api.Client.PostTextAsync("/notification/" + route, body, _token);
        Assert.Equal((400, "invalid_field"), (answer.HttpStatus, answer.Code));
    }

    [Fact]
    public async Task PagesShowEachNotificationOnceNewestFirst()
    {
        for (var i = 0; i < 7; i++) await HappenAsync(EventType.TopicSuggestionMade, $"t{i}", "someone", ("ownerId", _uid));
        await ListedAsync(7);
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await PostAsync("getNotifications", new { limit = 3, cursor });
            seen.AddRange(page.Payload?.Select(item => item["data"]!["topicId"]!.GetValue<string>()) ?? []);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal(["t6", "t5", "t4", "t3", "t2", "t1", "t0"], seen);
    }

    [Fact]
    public async Task AnEventThatComesTwiceIsToldOnce()
    {
        var happened = await HappenAsync(EventType.TopicSuggestionMade, "t", "someone", ("ownerId", _uid));
        await ListedAsync(1);
        await PostAsync("markRead", new { all = true });

        await Consumer().HandleAsync(happened, default);

        Assert.Equal(0, await UnreadAsync());
        Assert.Single((await PostAsync("getNotifications", new { })).Items);
    }

    [Fact]
    public async Task TheNewestTwoHundredAreKept()
    {
        var notifications = Service<Notifications>();
        for (var i = 0; i < Notifications.MostOfAUser + 3; i++)
            await notifications.AddAsync(new Notification(Notification.IdOf($"{i}", _uid), _uid, "mention", "someone", new Dictionary<string, string>(), 1_800_000_000_000 + i), default);

        var kept = await notifications.ListAsync(_uid, false, 1000, null, default);

        Assert.Equal(Notifications.MostOfAUser, kept.Count);
        Assert.Equal(1_800_000_000_003, kept[^1].CreatedOn);
    }

    [Fact]
    public async Task AfterNinetyDaysTheyAreRemoved()
    {
        var notifications = Service<Notifications>();
        var now = TimeProvider.System.GetUtcNow();
        foreach (var at in new[] { now - Notifications.Kept - TimeSpan.FromDays(1), now - Notifications.Kept + TimeSpan.FromDays(1) })
            await notifications.AddAsync(new Notification(DocumentId.New(TimeProvider.System), _uid, "mention", "someone", new Dictionary<string, string>(), at.ToUnixTimeMilliseconds()), default);

        await notifications.RunAsync(default);

        Assert.Single(await notifications.ListAsync(_uid, false, 10, null, default));
    }

    [Fact]
    public async Task WhoIsConnectedIsToldLiveAndWhoIsNotByPushWhereItMatters()
    {
        var (_, absent) = await SignInAsync();
        told.Connected[_uid] = true;
        await HappenAsync(EventType.TopicApprovalRequested, "topic", "someone", ("partyId", PartyId), ("approvers", $"{_uid} {absent}"), ("version", "3"));
        await HappenAsync(EventType.PartyDeleted, PartyId, "someone", ("members", absent));
        await Eventually.TrueAsync(() => Task.FromResult(told.Updates.Count(update => update.Uid == absent) == 2 && told.Pushed.Any(push => push.Data.ContainsKey("version"))));

        var live = JsonNode.Parse(told.Updates.Single(update => update.Uid == _uid).Data)!;
        Assert.Equal((await ListedAsync(1))[0]!.ToJsonString(), live.ToJsonString());
        var message = Assert.Single(told.Pushed, push => push.Data["notification"] == "approval_requested");
        Assert.Equal("Your approval is asked for", message.Title);
        Assert.DoesNotContain(message.Data.Values, value => value == _uid || value == absent);
        Assert.DoesNotContain(told.Pushed, push => push.Data["notification"] == "party_deleted");
    }

    [Fact]
    public async Task WhatIsOldNewsRingsNoDevice()
    {
        var happened = new DomainEvent(
            DocumentId.New(TimeProvider.System), EventType.PartyMemberRemoved, "old", "someone", TimeProvider.System.GetUtcNow().AddHours(-2),
            new Dictionary<string, string> { ["member"] = _uid });
        await Consumer().HandleAsync(happened, default);

        Assert.Equal("old", (await ListedAsync(1))[0]!["data"]!["partyId"]!.GetValue<string>());
        Assert.DoesNotContain(told.Pushed, push => push.Data.GetValueOrDefault("partyId") == "old");
    }

    [Fact]
    public async Task TheirArchiveHoldsThemAndAnErasureLeavesNoneOfThemNorOfWhatTheyDid()
    {
        var (other, otherUid) = await SignInAsync();
        await HappenAsync(EventType.TopicSuggestionMade, "theirs", otherUid, ("ownerId", _uid));
        await HappenAsync(EventType.TopicSuggestionMade, "others", _uid, ("ownerId", otherUid));
        await ListedAsync(1);
        await ListedAsync(1, other);
        var archive = await Api.Client.PostAsync("/user/exportData", new { }, _token);
        var held = Assert.Single(archive.Item["notifications"]!.AsArray())!;
        Assert.Equal(("suggestion_made", "theirs", otherUid), (held["kind"]!.GetValue<string>(), held["data"]!["topicId"]!.GetValue<string>(), held["by"]!.GetValue<string>()));

        await Api.Client.PostAsync("/user/deleteUser", new { }, _token);

        Assert.Null((await PostAsync("getNotifications", new { }, other)).Payload);
        Assert.Empty(await Service<Notifications>().ListAsync(_uid, false, 10, null, default));
        // What was under way to them comes to nobody.
        await Consumer().HandleAsync(DomainEvent.Of(TimeProvider.System, EventType.TopicSuggestionMade, "late", "someone", ("ownerId", _uid)), default);
        Assert.Empty(await Service<Notifications>().ListAsync(_uid, false, 10, null, default));
    }

    [Fact]
    public async Task AnAccountsBeginAndEndAreEventsAndTheEndNamesNobody()
    {
        var stream = Service<IEventStream>();
        List<StreamedEvent> given = [];
        await Eventually.TrueAsync(async () =>
        {
            given.AddRange(await stream.ReadAsync("of-" + _uid, "m", 1000, default));
            return given.Exists(e => e.Event.Subject == _uid);
        });
        Assert.Equal((EventType.UserCreated, _uid), given.Where(e => e.Event.Subject == _uid).Select(e => (e.Event.Type, e.Event.Actor)).Single());
        await HappenAsync(EventType.PartyDeleted, PartyId, "someone", ("members", $"{_uid} {_uid}x"));
        await ListedAsync(1);
        var before = given.Count(e => e.Event.Type == EventType.UserDeleted);

        await Api.Client.PostAsync("/user/deleteUser", new { }, _token);

        await Eventually.TrueAsync(async () =>
        {
            given.AddRange(await stream.ReadAsync("of-" + _uid, "m", 1000, default));
            return given.Count(e => e.Event.Type == EventType.UserDeleted) > before;
        });
        // Who reads it from now on finds that somebody was in the party, and not who.
        var kept = (await stream.ReadAsync("later-" + _uid, "m", 1000, default)).Select(e => e.Event).ToList();
        Assert.DoesNotContain(kept, e => e.Subject == _uid || e.Actor == _uid || e.Data.Values.Any(value => value.Split(' ').Contains(_uid)));
        Assert.Contains(kept, e => e.Data.GetValueOrDefault("members") == $"erased {_uid}x");
        Assert.All(given.Where(e => e.Event.Type == EventType.UserDeleted), e =>
        {
            Assert.Equal(DomainEvent.System, e.Event.Actor);
            Assert.True(DocumentId.IsValid(e.Event.Subject));
            Assert.Empty(e.Event.Data);
        });
    }

    private T Service<T>() where T : notnull => Api.App.Services.GetRequiredService<T>();

    private NotificationConsumer Consumer() => (NotificationConsumer)Api.App.Services.GetServices<IEventConsumer>().Single(consumer => consumer.Name == "notifications");

    private async Task<(string Token, string Uid)> SignInAsync()
    {
        var token = await Api.Client.SignInAsync($"asha.rao.{Interlocked.Increment(ref _users)}@example.com");
        return (token, await Operators.UidAsync(Api.Client, token));
    }

    private async Task<DomainEvent> HappenAsync(string type, string subject, string actor, params (string, string)[] data)
    {
        var happened = DomainEvent.Of(TimeProvider.System, type, subject, actor, data);
        await Service<IDocumentStore>().AddAsync(new StoredDocument("test", happened.Id, 1, 0, [], [], "{}"), [happened], default);
        // Two of one millisecond have no order in a list.
        await Eventually.TrueAsync(() => Task.FromResult(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() > happened.Time.ToUnixTimeMilliseconds()));
        return happened;
    }

    private Task<ApiAnswer> PostAsync(string route, object body, string? token = null) => Api.Client.PostAsync("/notification/" + route, body, token ?? _token);

    private async Task<long> UnreadAsync() => (await PostAsync("getUnreadCount", new { })).Number("unread");

    private async Task<IReadOnlyList<JsonObject>> ListedAsync(int count, string? token = null)
    {
        IReadOnlyList<JsonObject>? items = null;
        await Eventually.TrueAsync(async () => (items = (await PostAsync("getNotifications", new { }, token)).Payload)?.Count >= count);
        Assert.Equal(count, items!.Count);
        return items;
    }

    /// <summary>An Api that tells a list instead of connections and devices.</summary>
    public sealed class Told : IUserChannel, IPushMessages, IAsyncLifetime
    {
        internal TestApi Api { get; private set; } = null!;

        internal ConcurrentDictionary<string, bool> Connected { get; } = new();

        internal ConcurrentQueue<(string Uid, string Data)> Updates { get; } = new();

        internal ConcurrentQueue<PushMessage> Pushed { get; } = new();

        public async ValueTask InitializeAsync() => Api = await TestApi.StartAsync(services =>
        {
            services.AddSingleton<IUserChannel>(this);
            services.AddSingleton<IPushMessages>(this);
        });

        public ValueTask DisposeAsync() => Api.DisposeAsync();

        public Task<IReadOnlyList<string>> TellAsync(IReadOnlyCollection<string> uids, UserUpdate update, CancellationToken cancellation)
        {
            if (update.Type != "notification") return Task.FromResult<IReadOnlyList<string>>([]);
            foreach (var uid in uids) Updates.Enqueue((uid, update.Data));
            return Task.FromResult<IReadOnlyList<string>>([.. uids.Where(uid => !Connected.ContainsKey(uid))]);
        }

        public Task<PushResult> SendAsync(string fcmToken, PushMessage message, CancellationToken cancellation)
        {
            if (message.Data.ContainsKey("notification")) Pushed.Enqueue(message);
            return Task.FromResult<PushResult>(PushResult.Sent.Instance);
        }
    }
}
