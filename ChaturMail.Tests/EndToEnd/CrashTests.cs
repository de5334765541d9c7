using ChaturMail.Core.Queue.Embedded;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>Real processes that are killed and stopped with fifty paid emails under way.</summary>
public sealed class CrashTests
{
    private const int Jobs = 50;
    private const int Cost = 250;

    [Fact]
    public async Task KillingTheProcessWithFiftyInFlightLosesNothingAndChargesNothingTwice()
    {
        using var folder = new TextFolder();
        var release = new TaskCompletionSource();
        await using var model = await ScriptedModelServer.StartAsync(Answers.After(release.Task, Answers.EchoSubject()));
        string token;
        {
            var (process, client) = await StartAsync(folder.Path, model);
            await using var _ = process;
            using var __ = client;
            token = await client.SignInAsync();
            var requests = Send(client, token);
            await AllAreAskedAsync(model);

            await process.KillAsync();
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => Task.WhenAll(requests));
        }

        release.SetResult();
        var (restarted, again) = await StartAsync(folder.Path, model);
        await using var ___ = restarted;
        using var ____ = again;

        await ExpectAllOnceAsync(folder.Path, again, token);
    }

    [Fact]
    public async Task AStoppedProcessFinishesWhatRunsAndEndsInOrder()
    {
        using var folder = new TextFolder();
        var release = new TaskCompletionSource();
        await using var model = await ScriptedModelServer.StartAsync(Answers.After(release.Task, Answers.EchoSubject()));
        var (process, client) = await StartAsync(folder.Path, model);
        await using var _ = process;
        using var __ = client;
        var requests = Send(client, await client.SignInAsync());
        await AllAreAskedAsync(model);

        process.Terminate();
        // A stopping server takes no new connection: the signal that it has heard.
        await Eventually.TrueAsync(async () => !await IsTakingAsync(client.Http.BaseAddress!));
        release.SetResult();

        Assert.All(await Task.WhenAll(requests), answer => Assert.Equal(200, answer.HttpStatus));
        Assert.Equal(0, await process.ExitAsync());
    }

    [Fact]
    public async Task AStoppedProcessHandsBackWhatItCannotFinish()
    {
        using var folder = new TextFolder();
        var release = new TaskCompletionSource();
        await using var model = await ScriptedModelServer.StartAsync(Answers.After(release.Task, Answers.EchoSubject()));
        string token;
        {
            var (process, client) = await StartAsync(folder.Path, model, ("Generation__WaitAtStop", "00:00:00.5"), ("Worker__Grace", "00:00:00.5"));
            await using var _ = process;
            using var __ = client;
            token = await client.SignInAsync();
            var requests = Send(client, token);
            await AllAreAskedAsync(model);

            process.Terminate();

            Assert.All(await Task.WhenAll(requests), answer => Assert.Equal(202, answer.HttpStatus));
            Assert.Equal(0, await process.ExitAsync());
        }

        release.SetResult();
        // The lease is long: only entries that were handed back can be taken at once.
        var (restarted, again) = await StartAsync(folder.Path, model, ("Queue__Lease", "00:10:00"));
        await using var ___ = restarted;
        using var ____ = again;

        await ExpectAllOnceAsync(folder.Path, again, token);
    }

    private static Task<(ProductProcess, ApiClient)> StartAsync(string folder, ScriptedModelServer model, params (string, string)[] environment) =>
        ProductProcess.StartApiAsync(folder, [
            ("OPENAI_API_KEY", "sk-test"), ("OpenAI__BaseAddress", model.BaseAddress.ToString()), ("Queue__Lease", "00:00:02"),
            ("Worker__SweepEvery", "00:00:01"), ("Coins__Starting", (Jobs * Cost).ToString(System.Globalization.CultureInfo.InvariantCulture)), .. environment]);

    private static Task<ApiAnswer>[] Send(ApiClient client, string token) =>
        Enumerable.Range(0, Jobs).Select(_ => client.GenerateAsync(token)).ToArray();

    private static async Task AllAreAskedAsync(ScriptedModelServer model)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        for (var i = 0; i < Jobs; i++) await model.ArrivalAsync(limit.Token);
    }

    private static async Task<bool> IsTakingAsync(Uri address)
    {
        try
        {
            using var socket = new System.Net.Sockets.TcpClient();
            await socket.ConnectAsync(address.Host, address.Port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private static async Task<List<(string Kind, long Coins, long Spent)>> CoinMovesAsync(ApiClient client, string token)
    {
        var moves = new List<(string, long, long)>();
        string? cursor = null;
        do
        {
            var page = await client.PostAsync("/user/getCoinHistory", cursor is null ? new { limit = 40 } : new { limit = 40, cursor }, token);
            moves.AddRange(page.Items.Select(m => (m["kind"]!.GetValue<string>(), m["coins"]!.GetValue<long>(), m["spent"]!.GetValue<long>())));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return moves;
    }

    private static async Task ExpectAllOnceAsync(string folder, ApiClient client, string token)
    {
        // Not at the fiftieth email, but when the queue is empty: a second charge would come later.
        using (var database = new SqliteDatabase(Path.Combine(folder, "chaturmail.db")))
        {
            using var queue = new EmbeddedQueue(database, TimeProvider.System, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1));
            await Eventually.TrueAsync(async () => await queue.MeasureAsync(default) is { Waiting: 0, Held: 0 });
        }

        var user = await client.PostAsync("/user/getUserData", new { }, token);
        var history = await client.HistoryAsync(token);
        Assert.Equal((Jobs, 0, Jobs * Cost), (user.Number("generatedEmailCount"), user.Number("availableTokens"), user.Number("usedTokens")));
        Assert.Equal(Jobs, history.Select(e => e["id"]!.GetValue<string>()).Distinct().Count());
        Assert.Equal(Jobs, history.Count);

        // The ledger tells the same: one reservation and one settlement an email, whatever the killed process had begun.
        var moves = await CoinMovesAsync(client, token);
        Assert.Equal((1, Jobs, Jobs), (moves.Count(m => m.Kind == "grant"), moves.Count(m => m.Kind == "reserve"), moves.Count(m => m.Kind == "settle")));
        Assert.Equal((1 + 2 * Jobs, 0, Jobs * Cost), (moves.Count, moves.Sum(m => m.Coins), moves.Sum(m => m.Spent)));
    }
}
