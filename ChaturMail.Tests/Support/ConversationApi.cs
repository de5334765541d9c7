using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ChaturMail.Core.Realtime;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Support;

/// <summary>One Api for the tests of a class, which notes what users are told; each test has users of its own.</summary>
public sealed class ConversationApi : IAsyncLifetime, IUserChannel
{
    private readonly ConcurrentQueue<(IReadOnlyCollection<string> Uids, UserUpdate Update)> _told = new();
    private int _users;

    internal TestApi Api { get; private set; } = null!;

    internal ApiClient Client => Api.Client;

    public async ValueTask InitializeAsync() => Api = await TestApi.StartAsync(services => services.AddSingleton<IUserChannel>(this));

    public ValueTask DisposeAsync() => Api.DisposeAsync();

    public Task<IReadOnlyList<string>> TellAsync(IReadOnlyCollection<string> uids, UserUpdate update, CancellationToken cancellation)
    {
        _told.Enqueue((uids, update));
        return Task.FromResult<IReadOnlyList<string>>([]);
    }

    /// <summary>What a user was told, in order.</summary>
    internal IReadOnlyList<JsonObject> ToldTo(TestUser user, string type) =>
        [.. _told.Where(t => t.Update.Type == type && t.Uids.Contains(user.Uid)).Select(t => JsonNode.Parse(t.Update.Data)!.AsObject())];

    internal T Service<T>() where T : notnull => Api.App.Services.GetRequiredService<T>();

    /// <summary>Users who are in one party.</summary>
    internal async Task<TestUser[]> FriendsAsync(int count)
    {
        var users = new TestUser[count];
        for (var i = 0; i < count; i++)
        {
            var token = await Client.SignInAsync($"friend.{Interlocked.Increment(ref _users)}@example.com");
            users[i] = new TestUser(this, token, await Operators.UidAsync(Client, token));
        }

        await SharedParty.AddAsync(Api, [.. users.Select(user => user.Uid)]);
        return users;
    }
}

/// <summary>A signed-in user.</summary>
internal sealed record TestUser(ConversationApi Api, string Token, string Uid)
{
    public Task<ApiAnswer> PostAsync(string route, object body) => Api.Client.PostAsync(route, body, Token);

    public async Task<ApiAnswer> OkAsync(string route, object body)
    {
        var answer = await PostAsync(route, body);
        Assert.Equal((route, 200, answer.Message), (route, answer.HttpStatus, answer.Message));
        return answer;
    }

    public async Task<string> DirectAsync(TestUser other) => (await OkAsync("/conversation/openDirect", new { userId = other.Uid })).Text("id");

    public async Task<string> GroupAsync(params TestUser[] others) =>
        (await OkAsync("/conversation/createGroup", new { name = "Group", userIds = others.Select(user => user.Uid) })).Text("id");

    public async Task<JsonObject> SendAsync(string conversationId, string text) =>
        (await OkAsync("/message/sendMessage", new { conversationId, clientId = Guid.NewGuid().ToString("n"), text })).Item;

    public async Task ExpectAsync(int status, string code, string route, object body)
    {
        var answer = await PostAsync(route, body);
        Assert.Equal((route, status, code), (route, answer.HttpStatus, answer.Code));
    }
}
