using System.Collections.Concurrent;
using System.Text;
using ChaturMail.Core.Conversations;
using ChaturMail.Core.Realtime;
using ChaturMail.Tests.Contracts;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.Unit;

public sealed class ReceiptsTests : IUserChannel
{
    private const string Id = "6b018b08c371b1bcac5105d1";

    private readonly ConcurrentQueue<UserUpdate> _told = new();

    public Task<IReadOnlyList<string>> TellAsync(IReadOnlyCollection<string> uids, UserUpdate update, CancellationToken cancellation)
    {
        Assert.Equal(["u1", "u2", "u3"], uids);
        _told.Enqueue(update);
        return Task.FromResult<IReadOnlyList<string>>([]);
    }

    [Fact]
    public async Task TheFirstIsToldAtOnceAndThoseAfterItTogetherAsTheyAreWhenTheRestIsOver()
    {
        await using var stores = new SqliteFixture();
        var time = new ManualTimeProvider(1_795_263_240);
        using var receipts = new Receipts(stores.Messages, this, time, NullLogger<Receipts>.Instance);
        await receipts.StartAsync(default);
        for (var i = 0; i < 5; i++)
            await stores.Messages.AddAsync(MessageStoreContract.MessageOf(stores, Id, "u1"), MessageStoreContract.EventOf(stores), default);

        await AcknowledgeAsync("u2", 1);
        Assert.Equal([Receipt("u2", 1)], Last());
        foreach (var (uid, place) in new[] { ("u2", 2), ("u3", 3), ("u2", 5) }) await AcknowledgeAsync(uid, place);
        // By way of another process, which tells it itself.
        await stores.Messages.AdvanceAsync(Id, "u3", 4, 4, default);
        Assert.Single(_told);

        time.Advance(Receipts.Rest);
        await Eventually.TrueAsync(() => Task.FromResult(_told.Count > 1));

        Assert.Equal([Receipt("u2", 5), Receipt("u3", 4)], Last());
        // A conversation that was told of rests again; one that is quiet does not.
        await AcknowledgeAsync("u3", 5);
        Assert.Equal(2, _told.Count);
        time.Advance(Receipts.Rest);
        await Eventually.TrueAsync(() => Task.FromResult(_told.Count == 3));
        Assert.Equal([Receipt("u3", 5)], Last());
        await receipts.StopAsync(default);

        async Task AcknowledgeAsync(string uid, int place) =>
            await receipts.TellAsync(Id, ["u1", "u2", "u3"], (await stores.Messages.AdvanceAsync(Id, uid, place, place, default)).Position);
    }

    [Fact]
    public void UpdatesThatAreToldTogetherStandOneAfterTheOther()
    {
        var json = LiveUpdate.Of(new UserUpdate("a", "{}") { Further = [new UserUpdate("b", """{"text":"\u001e"}"""), new UserUpdate("c", "{}")] }).Json;

        Assert.Equal(
            ["""{"type":"a","data":{}}""", """{"type":"b","data":{"text":"\u001e"}}""", """{"type":"c","data":{}}"""],
            Encoding.UTF8.GetString(json.Span).Split((char)LiveUpdate.Separator));
    }

    // What was told last, together.
    private IEnumerable<string> Last() => _told.Last().Further.Prepend(_told.Last()).Select(update => update.Type + " " + update.Data).Order();

    private static string Receipt(string uid, int place) =>
        $$"""receipt {"conversationId":"{{Id}}","userId":"{{uid}}","delivered":{{place}},"seen":{{place}}}""";
}
