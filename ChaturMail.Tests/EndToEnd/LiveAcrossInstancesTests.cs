using System.Globalization;
using ChaturMail.Core.Realtime;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>
/// Several Apis on one Redis and one store, of which a test may kill those that are processes of their own: whoever is connected to any of them is told.
/// </summary>
public sealed class LiveAcrossInstancesTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TextFolder _folder = new();
    private readonly List<IAsyncDisposable> _started = [];
    private RedisServer _redis = null!;

    public async ValueTask InitializeAsync() => _redis = await RedisServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var started in Enumerable.Reverse(_started)) await started.DisposeAsync();
        await _redis.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task WhoIsConnectedToAnInstanceThatDiesGoesOnAtAnother()
    {
        var here = await StartHereAsync();
        var (dying, dyingClient) = await StartProcessAsync();
        var (_, otherClient) = await StartProcessAsync();
        var token = await here.Client.SignInAsync();
        var uid = (await here.Client.PostAsync("/user/getUserData", new { }, token)).Text("uid");
        var channel = here.App.Services.GetRequiredService<IUserChannel>();
        // A ticket of one instance is good at another.
        var ticket = (await here.Client.PostAsync("/live/getTicket", new { }, token)).Text("ticket");
        var client = Keep(await HubClient.ConnectAsync(dyingClient.Http.BaseAddress!, null, ticket));
        await TellAsync(channel, uid, client, 1);

        await dying.KillAsync();

        Assert.Null(await client.Closed.WaitAsync(Patience));
        // It is known at once that nobody hears.
        await Eventually.TrueAsync(async () => await channel.TellAsync([uid], Message(2), default) is [_]);
        client = Keep(await HubClient.ConnectAsync(otherClient.Http.BaseAddress!, token));
        await TellAsync(channel, uid, client, 3);
    }

    [Fact]
    public async Task WhenRedisIsBackWithoutItsDataEverybodyIsToldToLookAndIsToldAgain()
    {
        var (here, other) = (await StartHereAsync(), await StartHereAsync());
        var token = await here.Client.SignInAsync();
        var uid = (await here.Client.PostAsync("/user/getUserData", new { }, token)).Text("uid");
        var channel = here.App.Services.GetRequiredService<IUserChannel>();
        var near = Keep(await HubClient.ConnectAsync(here.Client.Http.BaseAddress!, token));
        var far = Keep(await HubClient.ConnectAsync(other.Client.Http.BaseAddress!, token));
        Assert.Empty(await channel.TellAsync([uid], Message(1), default));
        foreach (var client in new[] { near, far }) Assert.Equal(1, await NextAsync(client));

        await _redis.KillAsync();

        // Those of this instance need no Redis. That nobody is connected is not said, for it is not known.
        Assert.Empty(await channel.TellAsync([uid, "somebody"], Message(2), default));
        Assert.Equal(2, await NextAsync(near));
        // Who comes now is served, too.
        var late = Keep(await HubClient.ConnectAsync(other.Client.Http.BaseAddress!, token));

        await _redis.RestartAsync(wiped: true);

        foreach (var client in new[] { near, far, late }) await client.NextAsync("resync", TimeSpan.FromSeconds(60));
        Assert.Empty(await channel.TellAsync([uid], Message(3), default));
        foreach (var client in new[] { near, far, late }) Assert.Equal(3, await NextAsync(client));
    }

    [Fact]
    public async Task APausedRedisHoldsUpNobodyForLong()
    {
        var here = await StartHereAsync();
        var token = await here.Client.SignInAsync();
        var uid = (await here.Client.PostAsync("/user/getUserData", new { }, token)).Text("uid");
        var channel = here.App.Services.GetRequiredService<IUserChannel>();
        var client = Keep(await HubClient.ConnectAsync(here.Client.Http.BaseAddress!, token));
        _redis.Pause();
        try
        {
            for (var i = 0; i < 100; i++)
            {
                await channel.TellAsync([uid], Message(i), default);
                Assert.Equal(i, await NextAsync(client));
            }
        }
        finally
        {
            _redis.Resume();
        }

        await client.NextAsync("resync", TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task ASessionThatIsEndedAtOneInstanceClosesItsConnectionsAtAnother()
    {
        var (_, one) = await StartProcessAsync();
        var (_, other) = await StartProcessAsync();
        var token = await one.SignInAsync();
        var client = Keep(await HubClient.ConnectAsync(other.Http.BaseAddress!, token));

        await one.PostAsync("/auth/logout", new { }, token);

        Assert.Equal("not_authenticated", await client.Closed.WaitAsync(Patience));
    }

    [Fact]
    public async Task NoTokenAndNoTicketReachesLogsOrTraces()
    {
        await using var collector = await OtlpCollector.StartAsync();
        var (process, client) = await StartProcessAsync([.. collector.Environment, ("Logging__LogLevel__Default", "Debug")]);
        var token = await client.SignInAsync("zebra.person@example.com");
        var ticket = (await client.PostAsync("/live/getTicket", new { }, token)).Text("ticket");
        await using (await HubClient.ConnectAsync(client.Http.BaseAddress!, null, ticket)) { }
        await using (await HubClient.ConnectAsync(client.Http.BaseAddress!, token)) { }
        await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(() => HubClient.ConnectAsync(client.Http.BaseAddress!, null, ticket));

        process.Terminate();
        Assert.Equal(0, await process.ExitAsync());

        Assert.Contains("/live", collector.Received("/v1/traces"), StringComparison.Ordinal);
        foreach (var text in new[] { string.Join('\n', process.Lines), collector.Received("") })
            foreach (var secret in new[] { token, ticket, "zebra" }) Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase);
    }

    private static UserUpdate Message(int change) => new("message", string.Create(CultureInfo.InvariantCulture, $$"""{"change":{{change}}}"""));

    private static async Task<int> NextAsync(HubClient client) => (await client.NextAsync("message"))["change"]!.GetValue<int>();

    private static async Task TellAsync(IUserChannel channel, string uid, HubClient client, int change)
    {
        Assert.Empty(await channel.TellAsync([uid], Message(change), default));
        Assert.Equal(change, await NextAsync(client));
    }

    private async Task<TestApi> StartHereAsync() => Keep(await TestApi.StartAsync(
        "DATA_DIR=" + _folder.Path, "REDIS_IP=127.0.0.1", "REDIS_PORT=" + _redis.Port.ToString(CultureInfo.InvariantCulture)));

    private async Task<(ProductProcess, ApiClient)> StartProcessAsync(params (string, string)[] environment)
    {
        var (process, client) = await ProductProcess.StartApiAsync(
            _folder.Path, [("REDIS_IP", "127.0.0.1"), ("REDIS_PORT", _redis.Port.ToString(CultureInfo.InvariantCulture)), .. environment]);
        Keep(process);
        return (process, client);
    }

    private T Keep<T>(T started) where T : IAsyncDisposable
    {
        _started.Add(started);
        return started;
    }
}
