using ChaturMail.Core.Realtime;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>A catch-up that waits, for clients without WebSockets.</summary>
public sealed class LongPollTests(SignedInApiTests.OneApi one) : SignedInApiTests(one)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task WhoFindsNothingWaitsAndIsAnsweredWithTheNextMessage()
    {
        var (uid, other, group) = await GroupAsync(Api, Token, "b." + Email);
        var waiting = SyncAsync(Client, Token, group, 0);
        await WaitsAsync(Api, uid);

        await SendAsync(other, group, "Are you there?");

        Assert.Equal("Are you there?", TextOf(await waiting.WaitAsync(Patience)));
        // What is there already is answered without waiting: somebody who waits would be told of nothing here.
        Assert.Equal("Are you there?", TextOf(await SyncAsync(Client, Token, group, 0).WaitAsync(Patience)));
        Assert.Empty(Api.App.Services.GetRequiredService<LiveConnections>().Of(uid));
    }

    [Fact]
    public async Task AnEmptyAnswerComesWhenTheUserIsToldSomethingElse()
    {
        var (uid, _, group) = await GroupAsync(Api, Token, "c." + Email);
        var waiting = SyncAsync(Client, Token, group, 0);
        await WaitsAsync(Api, uid);

        await Api.App.Services.GetRequiredService<IUserChannel>().TellAsync([uid], new UserUpdate("topic", "{}"), default);

        var answer = await waiting.WaitAsync(Patience);
        Assert.Equal((200, 0, false), (answer.HttpStatus, answer.Item["conversations"]!.AsArray().Count, answer.Item["more"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task AClientThatGoesLeavesNobodyWaiting()
    {
        var (uid, _, group) = await GroupAsync(Api, Token, "d." + Email);
        using var gone = new CancellationTokenSource();
        var waiting = SyncAsync(Client, Token, group, 0, gone.Token);
        await WaitsAsync(Api, uid);

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Eventually.TrueAsync(() => Task.FromResult(!Api.App.Services.GetRequiredService<LiveConnections>().Has(uid)));
    }

    [Fact]
    public async Task WhoseSessionEndsMeanwhileGetsNothing()
    {
        var (uid, other, group) = await GroupAsync(Api, Token, "e." + Email);
        var waiting = SyncAsync(Client, Token, group, 0);
        await WaitsAsync(Api, uid);

        await Client.PostAsync("/auth/logout", new { }, Token);
        await SendAsync(other, group, "Are you there?");

        var answer = await waiting.WaitAsync(Patience);
        Assert.Equal((401, "not_authenticated", null), (answer.HttpStatus, answer.Code, answer.Payload));
    }

    [Fact]
    public async Task AStoppingServerAnswersThoseWhoWait()
    {
        await using var api = await TestApi.StartAsync();
        var token = await api.Client.SignInAsync();
        var (uid, _, group) = await GroupAsync(api, token, "f@example.com");
        var waiting = SyncAsync(api.Client, token, group, 0);
        await WaitsAsync(api, uid);

        await api.App.StopAsync().WaitAsync(Patience);

        Assert.Equal(200, (await waiting).HttpStatus);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(26)]
    public async Task AWaitIsBounded(int waitSeconds)
    {
        var answer = await Client.PostAsync("/conversation/sync", new { waitSeconds }, Token);
        Assert.Equal((400, "The field 'waitSeconds' must be 0 to 25."), (answer.HttpStatus, answer.Message));
    }

    // A group of the user and another, of which nobody has a message yet.
    private static async Task<(string Uid, TestUserOf Other, string Group)> GroupAsync(TestApi api, string token, string otherEmail)
    {
        var other = await api.Client.SignInAsync(otherEmail);
        var (uid, otherUid) = (await Operators.UidAsync(api.Client, token), await Operators.UidAsync(api.Client, other));
        await SharedParty.AddAsync(api, uid, otherUid);
        var group = await api.Client.PostAsync("/conversation/createGroup", new { name = "Group", userIds = new[] { otherUid } }, token);
        return (uid, new TestUserOf(api, other), group.Text("id"));
    }

    private static async Task SendAsync(TestUserOf user, string conversationId, string text) => Assert.Equal(
        200, (await user.Api.Client.PostAsync("/message/sendMessage", new { conversationId, clientId = "1", text }, user.Token)).HttpStatus);

    private static Task<ApiAnswer> SyncAsync(ApiClient client, string token, string conversationId, long change, CancellationToken cancellation = default) =>
        client.PostAsync("/conversation/sync", new { positions = new[] { new { conversationId, change } }, waitSeconds = 25 }, token, cancellation);

    private static Task WaitsAsync(TestApi api, string uid) =>
        Eventually.TrueAsync(() => Task.FromResult(api.App.Services.GetRequiredService<LiveConnections>().Has(uid)));

    private static string TextOf(ApiAnswer answer) => answer.Item["conversations"]![0]!["messages"]![0]!["text"]!.GetValue<string>();

    private sealed record TestUserOf(TestApi Api, string Token);
}
