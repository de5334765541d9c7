using ChaturMail.Core.Realtime;
using ChaturMail.Core.Realtime.Embedded;
using ChaturMail.Core.Realtime.Redis;
using ChaturMail.Core.Redis;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.Contracts;

/// <summary>What every map of connections does for one process.</summary>
public abstract class ConnectionMapContract : IAsyncLifetime
{
    private protected LiveConnections Connections { get; } = new();

    private protected abstract IConnectionMap Map { get; }

    public abstract ValueTask InitializeAsync();

    public abstract ValueTask DisposeAsync();

    [Fact]
    public async Task WhoIsConnectedIsOnlineAndWhoWasWasSeen()
    {
        var user = await ConnectAsync("a\nb:c");
        Assert.True(await StateAsync(user.Uid) is { Online: true, LastSeenOn: not null });
        Assert.Equal(PresenceState.Unknown, await StateAsync("never"));
        await Map.EnterAsync(user.Uid);
        var other = await ConnectAsync("other");
        Assert.Equal(2, await Map.CountAsync(default));
        await LeaveAsync(other, forget: false);
        Assert.Equal(1, await Map.CountAsync(default));

        await LeaveAsync(user, forget: false);

        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var state = await StateAsync(user.Uid);
        Assert.False(state.Online);
        Assert.InRange(state.LastSeenOn!.Value, now - 60, now + 1);
    }

    [Fact]
    public async Task OfAnAccountThatIsGoneNothingIsKept()
    {
        var user = await ConnectAsync("gone");
        await LeaveAsync(user, forget: true);
        Assert.Equal(PresenceState.Unknown, await StateAsync("gone"));
    }

    [Fact]
    public async Task AnErasureLeavesWhatALaterAccountHas()
    {
        await LeaveAsync(await ConnectAsync("erased"), forget: false);
        await Map.EraseAsync("erased", TimeProvider.System.GetUtcNow().AddMinutes(-5));
        Assert.NotNull((await StateAsync("erased")).LastSeenOn);
        await Map.EraseAsync("erased", TimeProvider.System.GetUtcNow().AddMinutes(5));
        Assert.Equal(PresenceState.Unknown, await StateAsync("erased"));
    }

    [Fact]
    public async Task WithoutAnotherProcessNobodyIsConnectedToOne()
    {
        await ConnectAsync("here");
        Assert.Equal(["here", "away"], await Map.PassOnAsync(["here", "away"], LiveUpdate.Resync));
    }

    private protected async Task<PresenceState> StateAsync(string uid) => (await Map.FindAsync([uid], default))[uid];

    private async Task<HeardUpdates> ConnectAsync(string uid)
    {
        var connection = new HeardUpdates(uid);
        Connections.Add(connection);
        await Map.EnterAsync(uid);
        return connection;
    }

    private Task LeaveAsync(HeardUpdates connection, bool forget)
    {
        Connections.Remove(connection);
        return Map.LeaveAsync(connection.Uid, forget);
    }
}

/// <summary>A connection that keeps what it is told.</summary>
internal sealed class HeardUpdates(string uid) : IUserConnection
{
    private readonly System.Threading.Channels.Channel<string> _heard = System.Threading.Channels.Channel.CreateUnbounded<string>();

    public string Uid => uid;

    public void Tell(LiveUpdate update) => _heard.Writer.TryWrite(System.Text.Encoding.UTF8.GetString(update.Json.Span));

    public async Task<string> NextAsync() => await _heard.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public bool HasHeard(out string? update) => _heard.Reader.TryRead(out update);
}

public sealed class EmbeddedConnectionMapTests : ConnectionMapContract
{
    private IConnectionMap? _map;

    private protected override IConnectionMap Map => _map ??= new EmbeddedConnectionMap(Connections, new PresenceWatch(TimeProvider.System), TimeProvider.System);

    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public override ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}

public sealed class RedisConnectionMapTests(SharedRedis shared) : ConnectionMapContract
{
    private readonly List<IAsyncDisposable> _opened = [];
    private readonly string _prefix = "test-" + DocumentId.New(TimeProvider.System);
    private RedisServer _server = null!;
    private RedisConnectionMap _map = null!;

    private protected override IConnectionMap Map => _map;

    public override async ValueTask InitializeAsync()
    {
        _server = await shared.ServerAsync();
        _map = await StartAsync(Connections);
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var opened in Enumerable.Reverse(_opened)) await opened.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task UsersOfSeveralProcessesAreToldInOrderAndEachOnce()
    {
        var others = new List<LiveConnections> { new(), new() };
        var heard = new List<HeardUpdates>();
        foreach (var (connections, uids) in others.Zip([["x", "both"], new[] { "Zoë 😀", "both" }]))
        {
            var map = await StartAsync(connections);
            foreach (var uid in uids)
            {
                heard.Add(new HeardUpdates(uid));
                connections.Add(heard[^1]);
                await map.EnterAsync(uid);
            }
        }

        for (var i = 0; i < 500; i++)
            Assert.Equal(["nobody"], await _map.PassOnAsync(["x", "nobody", "both", "Zoë 😀"], LiveUpdate.Of(new UserUpdate("message", $$"""{"change":{{i}}}"""))));

        Assert.Equal(3, await _map.CountAsync(default));
        foreach (var one in heard)
        {
            for (var i = 0; i < 500; i++) Assert.Equal($$$"""{"type":"message","data":{"change":{{{i}}}}}""", await one.NextAsync());
            Assert.False(one.HasHeard(out _));
        }
    }

    [Fact]
    public async Task OfAProcessThatDiedNothingIsLeft()
    {
        var dead = new LiveConnections();
        var (connection, map) = await StartAsync(dead, TimeSpan.FromMilliseconds(500), runs: false);
        dead.Add(new HeardUpdates("stranded"));
        await map.EnterAsync("stranded");
        Assert.True((await StateAsync("stranded")).Online);
        Assert.Empty(await _map.PassOnAsync(["stranded"], LiveUpdate.Resync));

        // Nobody hears on its channel: who was there is named at once, before the entry has expired.
        await connection.DisposeAsync();
        await Eventually.TrueAsync(async () => await _map.PassOnAsync(["stranded"], LiveUpdate.Resync) is ["stranded"]);
        await Eventually.TrueAsync(async () => !(await StateAsync("stranded")).Online);
        Assert.NotNull((await StateAsync("stranded")).LastSeenOn);
        await Eventually.TrueAsync(async () => await _map.CountAsync(default) == 0);
    }

    [Fact]
    public async Task EntriesThatAreRenewedStay()
    {
        var connections = new LiveConnections();
        connections.Add(new HeardUpdates("steady"));
        var (_, map) = await StartAsync(connections, TimeSpan.FromSeconds(3), renewEvery: TimeSpan.FromSeconds(1));
        await map.EnterAsync("steady");
        var until = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(until) < TimeSpan.FromSeconds(5))
        {
            Assert.True((await StateAsync("steady")).Online);
            await Task.Delay(100);
        }
    }

    private async Task<RedisConnectionMap> StartAsync(LiveConnections connections) => (await StartAsync(connections, null)).Map;

    private async Task<(RedisConnection Connection, RedisConnectionMap Map)> StartAsync(
        LiveConnections connections, TimeSpan? lifetime, TimeSpan? renewEvery = null, bool runs = true)
    {
        var options = new RedisOptions { Host = "127.0.0.1", Port = _server.Port, KeyPrefix = _prefix };
        var connection = new RedisConnection(options, TimeProvider.System, NullLogger<RedisConnection>.Instance);
        var map = new RedisConnectionMap(
            connection, connections, new PresenceWatch(TimeProvider.System), TimeProvider.System, NullLogger<RedisConnectionMap>.Instance, renewEvery, lifetime);
        if (runs)
        {
            await map.StartAsync(default);
            _opened.Add(connection);
        }

        return (connection, map);
    }
}
