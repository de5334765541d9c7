using System.Globalization;
using System.Text;
using ChaturMail.Core.Live;
using ChaturMail.Core.Live.Redis;
using ChaturMail.Core.Queue.Redis;
using ChaturMail.Core.Redis;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>deleteUser in an Api that is killed at each of its steps, on a real Redis: the next Api finishes what it began.</summary>
public sealed class KilledErasureTests
{
    private const string Uid = "Zk3T9pQ0rXgJ5bN1mVwYc8LdA2f1";

    private static readonly string IdToken = TestTokens.NotSigned(TestTokens.FirebaseClaims(TimeProvider.System.GetUtcNow()));

    /// <summary>Where the first Api is held and killed.</summary>
    public enum Hold
    {
        /// <summary>Before the store has begun.</summary>
        Store,

        /// <summary>The store is done, Redis is asked to drop a text.</summary>
        Redis,

        /// <summary>Firebase has been asked and holds its answer.</summary>
        Provider,

        /// <summary>Firebase has answered, the end cannot be written down.</summary>
        Record,
    }

    [Theory]
    [InlineData(Hold.Store)]
    [InlineData(Hold.Redis)]
    [InlineData(Hold.Provider)]
    [InlineData(Hold.Record)]
    public async Task AnErasureWhoseApiIsKilledIsFinishedByTheNextOne(Hold step)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var proxy = step == Hold.Redis ? HoldingProxy.HoldFromClient(redis.Port, ":live:6") : HoldingProxy.Forward(redis.Port);
        var (asked, answer, deletions) = (new TaskCompletionSource(), new TaskCompletionSource(), 0);
        await using var firebase = await FirebaseServer.StartAsync(async call =>
        {
            if (!call.Request.Path.Value!.EndsWith("/accounts:delete", StringComparison.Ordinal))
            {
                await FirebaseAnswers.User(Uid)(call);
                return;
            }

            Interlocked.Increment(ref deletions);
            asked.TrySetResult();
            if (step is Hold.Provider or Hold.Record) await answer.Task.WaitAsync(call.RequestAborted);
            await FirebaseAnswers.Done()(call);
        });
        using var folder = new TextFolder();
        var (first, client) = await StartAsync(proxy.Port);
        await using var _ = first;
        using var __ = client;
        var token = await SignInAsync(client);
        // No worker: the job stays queued, and the test does in Redis what a worker that died would leave there.
        Assert.Equal(202, (await client.GenerateAsync(token)).HttpStatus);
        var options = new RedisOptions { Host = "127.0.0.1", Port = redis.Port };
        await using var connection = new RedisConnection(options, TimeProvider.System, NullLogger<RedisConnection>.Instance);
        using var queue = new RedisQueue(connection, options, TimeProvider.System, TimeSpan.FromMinutes(10), NullLogger<RedisQueue>.Instance);
        var entry = Assert.Single(await queue.TakeAsync(1, TestContext.Current.CancellationToken));
        var live = new RedisLiveText(connection);
        await live.WriteAsync(entry.JobId, LivePosition.NewRun(), begins: true, "Dear Maria", default);
        await queue.BuryAsync(entry, "given up", default);

        using (var store = Open(folder))
        {
            if (step == Hold.Store) store.Execute("BEGIN IMMEDIATE");
            var request = client.PostAsync("/user/deleteUser", new { }, token);
            if (step == Hold.Redis) await proxy.Held;
            if (step is Hold.Provider or Hold.Record) await asked.Task;
            if (step == Hold.Record)
            {
                store.Execute("BEGIN IMMEDIATE");
                answer.SetResult();
            }

            await first.KillAsync();
            await Assert.ThrowsAnyAsync<Exception>(() => request);
        }

        answer.TrySetResult();
        var (second, again) = await StartAsync(redis.Port);
        await using var ___ = second;
        using var ____ = again;
        if (step == Hold.Store)
        {
            // Nothing had begun: the user is there, and asks once more.
            Assert.Equal(200, (await again.PostAsync("/user/getUserData", new { }, token)).HttpStatus);
            Assert.Equal(200, (await again.PostAsync("/user/deleteUser", new { }, token)).HttpStatus);
        }

        Assert.Equal(401, (await again.PostAsync("/user/deleteUser", new { }, token)).HttpStatus);
        await Eventually.TrueAsync(() =>
        {
            using var store = Open(folder);
            return Task.FromResult((long)store.Scalar("SELECT COUNT(*) FROM erasures")! == 0);
        });
        Assert.True(deletions > 0, "Firebase was not asked");
        Assert.Empty((await live.ReadAsync(entry.JobId, LivePosition.Start, default)).Pieces);
        Assert.Empty(await queue.ListDeadAsync(10, default));
        using (var store = Open(folder))
        {
            Assert.Equal(("user", "", ""), store.List(
                row => (row.GetString(0), row.GetString(1), row.GetString(2)), "SELECT actor, target, details FROM audit WHERE action = 'user.delete'").Single());
            Assert.DoesNotContain(Uid, Dump(store), StringComparison.Ordinal);
        }

        foreach (var line in first.Lines.Concat(second.Lines)) Assert.DoesNotContain(Uid, line, StringComparison.Ordinal);

        Task<(ProductProcess, ApiClient)> StartAsync(int redisPort) => ProductProcess.StartApiAsync(
            folder.Path, ("REDIS_IP", "127.0.0.1"), ("REDIS_PORT", redisPort.ToString(CultureInfo.InvariantCulture)), ("Worker__InApi", "false"),
            ("FIREBASE_AUTH_EMULATOR_HOST", firebase.Host), ("PROJECT_ID", TestTokens.Project), ("Generation__Wait", "00:00:01"), ("Privacy__SweepEvery", "00:00:01"));
    }

    private static async Task<string> SignInAsync(ApiClient client) => (await client.PostAsync(
        "/auth/getJWTToken", new { email = "asha.rao@example.com", idToken = IdToken, loginMethod = "google", fcmToken = "fcm" })).Text("token");

    private static SqliteSession Open(TextFolder folder) => new($"Data Source={Path.Combine(folder.Path, "chaturmail.db")};Pooling=False");

    private static string Dump(SqliteSession store)
    {
        var text = new StringBuilder();
        foreach (var table in store.List(row => row.GetString(0), "SELECT name FROM sqlite_master WHERE type = 'table'"))
            foreach (var line in store.List(
                row => string.Join('|', Enumerable.Range(0, row.FieldCount).Select(i => Convert.ToString(row.GetValue(i), CultureInfo.InvariantCulture))),
                $"SELECT * FROM {table}"))
                text.AppendLine(line);
        return text.ToString();
    }
}
