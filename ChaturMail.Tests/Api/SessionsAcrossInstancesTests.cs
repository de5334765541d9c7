using System.Globalization;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>Two instances on one Redis and a store that cannot tell of changes, as MongoDB cannot: what ends on one ends on the other.</summary>
public sealed class SessionsAcrossInstancesTests(SharedRedis redis)
{
    private static readonly object Nothing = new();

    [Fact]
    public async Task ASessionIsGoodOnAnotherInstanceAtOnceAndEndsOnAll()
    {
        using var folder = new TextFolder();
        var port = (await redis.ServerAsync()).Port;
        await using var one = await StartAsync(port, folder);
        await using var other = await StartAsync(port, folder);
        var warm = await one.Client.SignInAsync();
        foreach (var api in new[] { one, other }) await ExpectAsync(200, api, warm);

        // The other one has the user in its cache, without this session.
        var token = await one.Client.SignInAsync();
        await ExpectAsync(200, other, token);
        await ExpectAsync(200, one, token);

        Assert.Equal(200, (await other.Client.PostAsync("/auth/logout", Nothing, token)).HttpStatus);
        await ExpectAsync(401, other, token);
        await EndsAsync(one, token);

        Assert.Equal(200, (await one.Client.PostAsync("/auth/logout", new { all = true }, warm)).HttpStatus);
        await ExpectAsync(401, one, warm);
        await EndsAsync(other, warm);
    }

    [Fact]
    public async Task WhoIsDisabledOrMadeAnOperatorIsSoOnAnotherInstance()
    {
        using var folder = new TextFolder();
        var port = (await redis.ServerAsync()).Port;
        await using var one = await StartAsync(port, folder);
        await using var other = await StartAsync(port, folder);
        var token = await one.Client.SignInAsync();
        foreach (var api in new[] { one, other }) await ExpectAsync(200, api, token);
        var uid = (await one.Client.PostAsync("/user/getUserData", Nothing, token)).Text("uid");
        var (users, cache) = (one.App.Services.GetRequiredService<IUserStore>(), one.App.Services.GetRequiredService<UserCache>());

        await users.SetAdminAsync(uid, true, default);
        await cache.ChangedAsync(uid);
        await Eventually.TrueAsync(async () => (await other.App.Services.GetRequiredService<UserCache>().FindAsync(uid, default))!.IsAdmin);

        await users.SetDisabledAsync(uid, true, default);
        await cache.ChangedAsync(uid);
        await Eventually.TrueAsync(async () => (await other.Client.PostAsync("/user/getUserData", Nothing, token)).Code == "account_disabled");
    }

    [Fact]
    public async Task AnInstanceThatIsCutOffFromRedisNoticesByAge()
    {
        using var folder = new TextFolder();
        var port = (await redis.ServerAsync()).Port;
        var wire = HoldingProxy.Forward(port);
        await using var one = await StartAsync(port, folder);
        await using var cutOff = await StartAsync(wire.Port, folder);
        var token = await one.Client.SignInAsync();
        foreach (var api in new[] { one, cutOff }) await ExpectAsync(200, api, token);
        await wire.DisposeAsync();

        await one.Client.PostAsync("/auth/logout", Nothing, token);

        await ExpectAsync(401, one, token);
        await EndsAsync(cutOff, token);
    }

    // Word of it goes by Redis: the answer and the message are on their way at the same time.
    private static Task EndsAsync(TestApi api, string token) =>
        Eventually.TrueAsync(async () => (await api.Client.PostAsync("/user/getUserData", Nothing, token)).HttpStatus == 401);

    private static async Task ExpectAsync(int status, TestApi api, string token) =>
        Assert.Equal(status, (await api.Client.PostAsync("/user/getUserData", Nothing, token)).HttpStatus);

    private static Task<TestApi> StartAsync(int redisPort, TextFolder folder) => TestApi.StartAsync(
        services => services.AddSingleton<IUserStore>(s => new ForwardingUserStore(new SqliteUserStore(s.GetRequiredService<SqliteDatabase>(), TimeProvider.System))),
        "DATA_DIR=" + folder.Path, "REDIS_IP=127.0.0.1", "REDIS_PORT=" + redisPort.ToString(CultureInfo.InvariantCulture),
        "Redis:KeyPrefix=test-" + Path.GetFileName(folder.Path));
}
