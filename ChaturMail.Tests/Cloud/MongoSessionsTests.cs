using System.Globalization;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;
using MongoDB.Driver;

namespace ChaturMail.Tests.Cloud;

/// <summary>Two Apis as processes of their own on one MongoDB and one Redis, the topology of the field.</summary>
public sealed class MongoSessionsTests
{
    private static readonly object Nothing = new();

    [Fact]
    public async Task ASessionIsGoodOnBothInstancesAtOnceAndEndsOnBoth()
    {
        var server = Environment.GetEnvironmentVariable("CHATURMAIL_TEST_MONGO");
        Assert.SkipWhen(string.IsNullOrEmpty(server), "CHATURMAIL_TEST_MONGO names no MongoDB server");
        var address = new MongoUrlBuilder(server) { DatabaseName = "chaturmail-test-" + DocumentId.New(TimeProvider.System) };
        using var folder = new TextFolder();
        await using var redis = await RedisServer.StartAsync();
        (string, string)[] environment =
            [("DB_URI", address.ToString()), ("REDIS_IP", "127.0.0.1"), ("REDIS_PORT", redis.Port.ToString(CultureInfo.InvariantCulture))];
        var (first, one) = await ProductProcess.StartApiAsync(folder.Path, environment);
        await using var firstProcess = first;
        using var oneClient = one;
        var (second, other) = await ProductProcess.StartApiAsync(folder.Path, environment);
        await using var secondProcess = second;
        using var otherClient = other;
        try
        {
            var warm = await one.SignInAsync();
            foreach (var client in new[] { one, other }) Assert.Equal(200, await StatusAsync(client, warm));
            // Begun on the one; the other has the user in its cache, without it.
            var token = await one.SignInAsync();
            Assert.Equal(200, await StatusAsync(other, token));

            await other.PostAsync("/auth/logout", Nothing, token);
            Assert.Equal(401, await StatusAsync(other, token));
            await Eventually.TrueAsync(async () => await StatusAsync(one, token) == 401);

            var last = await other.SignInAsync();
            Assert.Equal(2, (await one.PostAsync("/auth/getSessions", Nothing, last)).Items.Count);
            await one.PostAsync("/auth/logout", new { all = true }, warm);
            await Eventually.TrueAsync(async () => await StatusAsync(other, last) == 401 && await StatusAsync(other, warm) == 401);
        }
        finally
        {
            using var client = new MongoClient(server);
            await client.DropDatabaseAsync(address.DatabaseName);
        }
    }

    private static async Task<int> StatusAsync(ApiClient client, string token) => (await client.PostAsync("/user/getUserData", Nothing, token)).HttpStatus;
}
