using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using ChaturMail.Core.Parties;
using ChaturMail.Core.Realtime;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Topics;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Support;

/// <summary>An Api with what topics hand over to written down.</summary>
public sealed class TopicApi : IAsyncLifetime
{
    private int _users;

    internal TestApi Api { get; private set; } = null!;

    internal RecordedChannel Channel { get; } = new();

    internal RecordedDelivery Delivery { get; } = new();

    public async ValueTask InitializeAsync() => Api = await TestApi.StartAsync(
        services => services.AddSingleton<IUserChannel>(Channel).AddSingleton<IDraftDelivery>(Delivery));

    public ValueTask DisposeAsync() => Api.DisposeAsync();

    internal T Get<T>() where T : notnull => Api.App.Services.GetRequiredService<T>();

    /// <summary>A user of their own.</summary>
    internal async Task<TopicUser> SignInAsync()
    {
        var token = await Api.Client.SignInAsync(string.Create(CultureInfo.InvariantCulture, $"user{Interlocked.Increment(ref _users)}@example.com"));
        return new TopicUser(Api.Client, token, await Operators.UidAsync(Api.Client, token));
    }

    /// <summary>A party of users of its own: an owner, then an admin, then members.</summary>
    internal async Task<TopicParty> PartyAsync(int people = 4)
    {
        var users = new List<TopicUser>();
        for (var i = 0; i < people; i++) users.Add(await SignInAsync());
        var party = new Party(
            DocumentId.New(TimeProvider.System), "Spring launch",
            [.. users.Select((user, i) => new PartyMember(user.Uid, i == 0 ? PartyRole.Owner : i == 1 ? PartyRole.Admin : PartyRole.Member, i + 1))], 1, 0);
        Assert.True(await new Documents<Party>(Get<IDocumentStore>(), PartyMembership.Kind).AddAsync(party, default));
        return new TopicParty(party.Id, users);
    }
}

/// <summary>A party and those who are in it.</summary>
internal sealed record TopicParty(string Id, IReadOnlyList<TopicUser> Users)
{
    public TopicUser Owner => Users[0];

    public TopicUser Admin => Users[1];

    public TopicUser Writer => Users[2];

    public TopicUser Reader => Users[3];

    /// <summary>A topic of the writer's, with this many versions.</summary>
    public async Task<string> TopicAsync(int versions = 0)
    {
        var id = (await Writer.OkAsync("createTopic", new { partyId = Id, title = "Price rise" })).Text("id");
        for (var i = 0; i < versions; i++)
            await Writer.OkAsync("saveDraft", new { id, version = i, toEmail = "maria@example.com", subject = "Prices", text = $"Text {i + 1}." });
        return id;
    }
}

/// <summary>Somebody who is signed in.</summary>
internal sealed record TopicUser(ApiClient Client, string Token, string Uid)
{
    public Task<ApiAnswer> AskAsync(string route, object body) => Client.PostAsync("/topic/" + route, body, Token);

    public async Task<ApiAnswer> OkAsync(string route, object body)
    {
        var answer = await AskAsync(route, body);
        Assert.Equal((route, 200, null), (route, answer.HttpStatus, answer.Code));
        return answer;
    }

    public async Task RefusedAsync(string route, object body, int status, string code)
    {
        var answer = await AskAsync(route, body);
        Assert.Equal((route, status, code), (route, answer.HttpStatus, answer.Code));
    }

    public async Task<JsonObject> TopicAsync(string id) => (await OkAsync("getTopic", new { id })).Item;
}

/// <summary>Writes down what users are told.</summary>
internal sealed class RecordedChannel : IUserChannel
{
    private readonly ConcurrentQueue<(string Uid, UserUpdate Update)> _told = new();

    public IEnumerable<string> ToldTo(string uid) => _told.Where(one => one.Uid == uid && one.Update.Type == "topic").Select(one => one.Update.Data);

    public Task<IReadOnlyList<string>> TellAsync(IReadOnlyCollection<string> uids, UserUpdate update, CancellationToken cancellation)
    {
        foreach (var uid in uids) _told.Enqueue((uid, update));
        return Task.FromResult<IReadOnlyList<string>>([]);
    }
}

/// <summary>Takes drafts as scheduled delivery does: one schedule for a name.</summary>
internal sealed class RecordedDelivery : IDraftDelivery
{
    private readonly ConcurrentDictionary<string, (string Id, string Uid, DraftVersion Draft, DraftTime? At)> _taken = new();
    private readonly ConcurrentDictionary<string, string> _states = new();

    public IEnumerable<(string Id, string Uid, DraftVersion Draft, DraftTime? At)> Taken(string topicId) => _taken.Values.Where(one => one.Draft.TopicId == topicId);

    /// <summary>Refuses what goes to this recipient, by this code.</summary>
    public (string To, string Code)? Refuses { get; set; }

    /// <summary>Fails once, after the schedule was made.</summary>
    public string? DiesAfterTopic { get; set; }

    public void End(string scheduleId, string state) => _states[scheduleId] = state;

    public Task<DraftHandover> HandOverAsync(string key, string uid, DraftVersion draft, DraftTime? at, CancellationToken cancellation)
    {
        if (Refuses is { } refused && refused.To == draft.ToEmail) return Task.FromResult(new DraftHandover(null, refused.Code));
        var made = _taken.GetOrAdd(key, _ => (DocumentId.New(TimeProvider.System), uid, draft, at));
        if (DiesAfterTopic != draft.TopicId) return Task.FromResult(new DraftHandover(made.Id, null));
        DiesAfterTopic = null;
        throw new IOException("It died.");
    }

    public Task<DraftDelivery?> FindAsync(string scheduleId, string uid, CancellationToken cancellation)
    {
        var state = _states.GetValueOrDefault(scheduleId, "active");
        return Task.FromResult<DraftDelivery?>(new DraftDelivery(state, HasEndedUnsent: state == "cancelled"));
    }
}
