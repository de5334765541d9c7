using System.Collections.Concurrent;
using System.Globalization;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>
/// People who write to each other on two Apis, with a Worker and a Redis, of which something dies meanwhile: each has every message exactly once and in the same order.
/// </summary>
public sealed class ChatPartitionTests : IAsyncLifetime
{
    private const int People = 4, MessagesOfEach = 40;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TextFolder _folder = new();
    private readonly List<IAsyncDisposable> _started = [];
    private readonly List<Person> _people = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly List<(ProductProcess Process, ApiClient Client)> _apis = [];
    private RedisServer _redis = null!;
    private string _conversation = null!;
    private Task _tending = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        (string, string)[] redis = [("REDIS_IP", "127.0.0.1"), ("REDIS_PORT", _redis.Port.ToString(CultureInfo.InvariantCulture))];
        // The first makes the store, before the others look for it.
        _apis.Add(await ProductProcess.StartApiAsync(_folder.Path, redis));
        Keep(ProductProcess.Start("ChaturMail.Worker", [], [("DOTNET_ENVIRONMENT", "Development"), ("DATA_DIR", _folder.Path), ("OPENAI_API_KEY", ""), .. redis]));
        _apis.Add(await ProductProcess.StartApiAsync(_folder.Path, redis));
        foreach (var (process, _) in _apis) Keep(process);

        var (client, tokens) = (_apis[0].Client, new string[People]);
        for (var i = 0; i < People; i++) tokens[i] = await client.SignInAsync($"person.{i}@example.com");
        var party = await Parties.MakeAsync(client, tokens[0], tokens[1..]);
        var topic = (await client.PostAsync("/topic/createTopic", new { partyId = party, title = "Letter" }, tokens[0])).Text("id");
        _conversation = (await client.PostAsync("/topic/getTopic", new { id = topic }, tokens[0])).Text("conversationId");
        for (var i = 0; i < People; i++) _people.Add(Keep(new Person(tokens[i], _conversation, _apis[i % 2].Client.Http.BaseAddress!)));
        await Task.WhenAll(_people.Select(person => person.Chat.StartAsync().WaitAsync(Patience)));
        _tending = TendAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _tending;
        foreach (var started in Enumerable.Reverse(_started)) await started.DisposeAsync();
        if (_redis is not null) await _redis.DisposeAsync();
        _folder.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task AnApiThatIsKilledWhilePeopleWriteLosesAndDoublesNothing()
    {
        var writing = WriteAsync();
        await TakenAsync(People * MessagesOfEach / 4);

        foreach (var person in _people) person.Api = _apis[0].Client.Http.BaseAddress!;
        await _apis[1].Process.KillAsync();

        await writing;
        await ExpectEverythingOnceAsync();
        ExpectNoReceiptBack();
    }

    [Fact]
    public async Task ARedisThatIsKilledAndComesBackEmptyLosesAndDoublesNothing()
    {
        var writing = WriteAsync();
        await TakenAsync(People * MessagesOfEach / 4);

        await _redis.KillAsync();
        // What is written goes on: who is at the other Api hears of it later.
        var before = _people[0].Taken.Count;
        await Eventually.TrueAsync(() => Task.FromResult(_people[0].Taken.Count >= before + 5 || writing.IsCompleted));
        await _redis.RestartAsync(wiped: true);

        await writing;
        await ExpectEverythingOnceAsync();
        ExpectNoReceiptBack();
    }

    [Fact]
    public async Task SomebodyWhoGoesBackAndForthBetweenTheApisMissesNothing()
    {
        var (traveller, begun) = (_people[^1], 0);
        var writing = WriteAsync();
        while (!writing.IsCompleted)
        {
            begun++;
            traveller.Api = _apis[begun % 2].Client.Http.BaseAddress!;
            await (await traveller.Chat.Connected.WaitAsync(Patience)).CutAsync();
            var taken = traveller.Taken.Count;
            await Eventually.TrueAsync(() => Task.FromResult(traveller.Taken.Count > taken || writing.IsCompleted));
        }

        await writing;
        Assert.True(begun > 2);
        await ExpectEverythingOnceAsync();
    }

    [Fact]
    public async Task WhatIsAcknowledgedStaysSoWhateverDies()
    {
        await WriteAsync();
        const int all = People * MessagesOfEach;
        await AcknowledgedAsync(_apis[0].Client, all);

        await _apis[1].Process.KillAsync();
        await _redis.KillAsync();
        await _redis.RestartAsync(wiped: true);

        // Somebody with an old device, which has less.
        var old = await _apis[0].Client.PostAsync("/conversation/acknowledge", new { conversationId = _conversation, delivered = 3, seen = 1 }, _people[0].Token);
        Assert.Equal((all, all), (old.Item["delivered"]!.GetValue<int>(), old.Item["seen"]!.GetValue<int>()));
        await AcknowledgedAsync(_apis[0].Client, all);
    }

    // Each one message after the other, all at once.
    private Task WriteAsync() => Task.WhenAll(_people.Select((person, i) => Task.Run(async () =>
    {
        for (var n = 0; n < MessagesOfEach; n++) await person.Chat.SendAsync(_conversation, NameOf(i, n), $"Line {n}").WaitAsync(Patience);
    })));

    private static string NameOf(int person, int n) => string.Create(CultureInfo.InvariantCulture, $"{person}-{n:000}");

    private Task TakenAsync(int count) => Eventually.TrueAsync(() => Task.FromResult(_people.All(person => person.Taken.Count >= count)));

    private async Task AcknowledgedAsync(ApiClient client, int place) => await Eventually.TrueAsync(async () =>
    {
        var answer = await client.PostAsync("/conversation/getConversation", new { conversationId = _conversation }, _people[0].Token);
        return answer.Item["members"]!.AsArray().All(
            member => member!["delivered"]!.GetValue<int>() == place && member["seen"]!.GetValue<int>() == place);
    });

    private async Task ExpectEverythingOnceAsync()
    {
        const int all = People * MessagesOfEach;
        await TakenAsync(all);
        var first = _people[0].Taken.ToList();
        Assert.Equal(Enumerable.Range(1, all).Select(change => (long)change), first.Select(message => message.Change));
        for (var i = 0; i < People; i++)
        {
            Assert.Equal(first.Select(message => message.ClientId), _people[i].Taken.Select(message => message.ClientId));
            // Each one's in the order in which they wrote them.
            Assert.Equal(
                Enumerable.Range(0, MessagesOfEach).Select(n => NameOf(i, n)),
                first.Select(message => message.ClientId).Where(id => id.StartsWith($"{i}-", StringComparison.Ordinal)));
        }
    }

    private void ExpectNoReceiptBack()
    {
        foreach (var person in _people)
        {
            Assert.NotEmpty(person.Receipts);
            foreach (var ofOne in person.Receipts.GroupBy(receipt => receipt.UserId))
                Assert.Equal(ofOne.Select(receipt => receipt.Delivered).Order(), ofOne.Select(receipt => receipt.Delivered));
        }
    }

    private async Task TendAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!_stop.IsCancellationRequested)
        {
            foreach (var person in _people) person.Chat.Tend();
            try
            {
                await timer.WaitForNextTickAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private T Keep<T>(T started) where T : IAsyncDisposable
    {
        _started.Add(started);
        return started;
    }

    /// <summary>Somebody with a client.</summary>
    private sealed class Person : IAsyncDisposable
    {
        public Person(string token, string conversation, Uri api)
        {
            (Token, Api) = (token, api);
            Chat = new ChatClient(token, () => Api, [conversation], Taken.Enqueue) { Receipt = Receipts.Enqueue };
        }

        public string Token { get; }

        /// <summary>Where they connect next.</summary>
        public Uri Api { get; set; }

        public ConcurrentQueue<ChatMessage> Taken { get; } = new();

        public ConcurrentQueue<ChatReceipt> Receipts { get; } = new();

        public ChatClient Chat { get; }

        public ValueTask DisposeAsync() => Chat.DisposeAsync();
    }
}
