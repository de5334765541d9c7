using System.Text.Json.Nodes;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>A model's streamed answer on its whole way to the client: provider, Worker, Redis and Apis, each a process or a server of its own.</summary>
public sealed class StreamedModelTests
{
    private const string Email = "Dear Maria,\n\nI ask for leave 👋 until Monday.\n\nKind regards,\nAsha";

    private static readonly string[] Pieces = ["Dear", " Maria,\n", "\nI ask for", " leave 👋 until", " Monday.\n\nKind", " regards,\nAsha"];

    private static readonly (string, string) SoonAgain = ("Queue__FirstRetry", "00:00:00.010");

    [Fact]
    public async Task AConnectionThatBreaksInTheMiddleIsTakenUpAtAnotherApi()
    {
        var (second, third) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var topology = await RedisTopology.PrepareAsync(2, Answers.Stream(
            Answers.Piece(Pieces[0]), Answers.Piece(Pieces[1]), Answers.Wait(second.Task), Answers.Piece(Pieces[2]), Answers.Wait(third.Task),
            Answers.Piece(Pieces[3]), Answers.Piece(Pieces[4]), Answers.Piece(Pieces[5]), Answers.Finish(), Answers.Usage(11, 7), Answers.Done()));
        topology.StartWorker();
        await topology.StartApiAsync();
        using var other = await topology.StartAnotherApiAsync();
        var first = await LiveReader.OpenAsync(topology.Client, topology.Token);
        await first.ReadToAsync(Pieces[..2].Sum(piece => piece.Length));
        await first.DisposeAsync();

        second.SetResult();
        await using var resumed = await LiveReader.ResumeAsync(other, topology.Token, first);
        await resumed.ReadToAsync(Pieces[..3].Sum(piece => piece.Length));
        third.SetResult();
        var email = await resumed.ReadEmailAsync();

        Assert.Equal((Email, Email), (resumed.Text, email["generatedEmail"]!.GetValue<string>()));
        Assert.DoesNotContain("restart", resumed.Events);
        Assert.Equal(1, topology.Model.Calls);
        await resumed.DisposeAsync();
        await topology.ExpectAllEndedOnceAsync(done: 1);
    }

    [Fact]
    public async Task AWorkerThatIsKilledWhileItStreamsIsFollowedByAnother()
    {
        await using var topology = await RedisTopology.PrepareAsync(2, Script(
            Answers.Stream(Answers.Piece("Dear Ma"), Answers.Piece("ria, lost"), Answers.Hang()), Answers.Streamed(Pieces)));
        var killed = topology.StartWorker();
        await topology.StartApiAsync();
        await using var reader = await LiveReader.OpenAsync(topology.Client, topology.Token);
        await reader.ReadToAsync("Dear Maria, lost".Length);

        await topology.KillAsync(killed);
        topology.StartWorker();
        await reader.ReadUntilAsync("restart");
        var email = await reader.ReadEmailAsync();

        Assert.Equal((Email, Email), (reader.Text, email["generatedEmail"]!.GetValue<string>()));
        Assert.Equal(2, topology.Model.Calls);
        await reader.DisposeAsync();
        await topology.ExpectAllEndedOnceAsync(done: 1);
    }

    [Fact]
    public async Task AProviderThatIsCutInTheMiddleIsFollowedByTheNextOfTheRoute()
    {
        var read = new TaskCompletionSource();
        await using var backup = await ScriptedModelServer.StartAsync(Answers.Streamed(Pieces));
        await using var topology = await RedisTopology.PrepareAsync(
            2, Answers.Stream(Answers.Piece("Hello, half"), Answers.Wait(read.Task), Answers.Cut()),
            ("Models__Providers__backup__BaseAddress", backup.BaseAddress.ToString()), ("Models__Providers__backup__ApiKey", "sk-backup"),
            ("Models__Routes__Standard", "openai,backup"));
        topology.StartWorker();
        await topology.StartApiAsync();
        await using var reader = await LiveReader.OpenAsync(topology.Client, topology.Token);
        await reader.ReadToAsync("Hello, half".Length);

        read.SetResult();
        await reader.ReadUntilAsync("restart");
        var email = await reader.ReadEmailAsync();

        Assert.Equal((Email, Email), (reader.Text, email["generatedEmail"]!.GetValue<string>()));
        Assert.Equal((1, 1), (topology.Model.Calls, backup.Calls));
        await reader.DisposeAsync();
        await topology.ExpectAllEndedOnceAsync(done: 1);
    }

    [Fact]
    public async Task AnEmailThatIsTooLongIsRestartedShorter()
    {
        var read = new TaskCompletionSource();
        var tooLong = $"Dear Maria,\n\n{string.Join(' ', Enumerable.Repeat("please", 100))}.\n\nAsha";
        await using var topology = await RedisTopology.PrepareAsync(2, Script(
            Answers.Stream(Answers.Piece(tooLong), Answers.Wait(read.Task), Answers.Finish(), Answers.Done()), Answers.Streamed(Pieces)));
        topology.StartWorker();
        await topology.StartApiAsync();
        await using var reader = await LiveReader.OpenAsync(topology.Client, topology.Token, With(("length", "short")));
        await reader.ReadToAsync(tooLong.Length);

        read.SetResult();
        await reader.ReadUntilAsync("restart");
        var email = await reader.ReadEmailAsync();

        Assert.Equal((Email, Email), (reader.Text, email["generatedEmail"]!.GetValue<string>()));
        Assert.Equal(2, topology.Model.Calls);
        await reader.DisposeAsync();
        await topology.ExpectAllEndedOnceAsync(done: 1);
    }

    [Fact]
    public async Task ATextThatMayNotBeSentIsTakenBackAndEndsInAnErrorWithTheCoinsBack()
    {
        const string foreign = "Dear Maria,\n\nplease log in at https://evil.example/steal now.\n\nAsha";
        var read = new[] { new TaskCompletionSource(), new TaskCompletionSource() };
        await using var topology = await RedisTopology.PrepareAsync(2, Script([.. read.Select(gate => Answers.Stream(
            Answers.Piece(foreign), Answers.Wait(gate.Task), Answers.Finish(), Answers.Done()))]), SoonAgain);
        topology.StartWorker();
        await topology.StartApiAsync();
        using var other = await topology.StartAnotherApiAsync();
        await using var reader = await LiveReader.OpenAsync(topology.Client, topology.Token);
        foreach (var gate in read)
        {
            await reader.ReadToAsync(foreign.Length);
            gate.SetResult();
            await reader.ReadUntilAsync("restart");
            Assert.Equal("", reader.Text);
        }

        var envelope = await reader.ReadUntilAsync("error");
        Assert.Equal("answer_rejected", envelope["code"]!.GetValue<string>());
        Assert.Null(await reader.NextAsync());
        // Whoever takes it up again is told the same, and none of the text.
        await using var again = await LiveReader.OpenAsync(other, topology.Token, new { }, reader.Id + ":0");
        await again.ReadUntilAsync("error");
        Assert.Equal(["error"], again.Events);
        Assert.Equal(2, topology.Model.Calls);
        await reader.DisposeAsync();
        await again.DisposeAsync();
        await topology.ExpectAllEndedOnceAsync(done: 0, failed: 1, dead: 1);
    }

    [Fact]
    public async Task TwoHundredReadAlongAtOneApiAndWhenTheyHangUpTheirPlacesAreFree()
    {
        const int readers = 200;
        var (begun, rest) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var topology = await RedisTopology.PrepareAsync(
            readers + 1, Answers.Stream([Answers.Piece(Pieces[0]), Answers.Wait(begun.Task), .. Pieces[1..3].Select(Answers.Piece), Answers.Wait(rest.Task),
                .. Pieces[3..].Select(Answers.Piece), Answers.Finish(), Answers.Usage(11, 7), Answers.Done()]),
            ("Worker__Concurrency", "256"), ("Generation__MostWaiting", "200"), ("Queue__Lease", "00:00:30"));
        topology.StartWorker();
        await topology.StartApiAsync();
        var all = await Task.WhenAll(Enumerable.Range(0, readers).Select(_ => LiveReader.OpenAsync(topology.Client, topology.Token)));
        await Task.WhenAll(all.Select(reader => reader.ReadToAsync(Pieces[0].Length)));
        Assert.Equal("busy", (await LiveReader.RefusedAsync(topology.Client, topology.Token)).Code);
        // Half of them go away in the middle, and come again as soon as the Api has noticed.
        foreach (var gone in all[..(readers / 2)]) await gone.DisposeAsync();
        begun.SetResult();
        await Eventually.TrueAsync(async () =>
        {
            using var one = await LiveReader.SendAsync(topology.Client, topology.Token, new { }, all[0].LastId, null);
            return one.IsSuccessStatusCode;
        });
        rest.SetResult();
        var back = new List<LiveReader>();
        foreach (var gone in all[..(readers / 2)])
        {
            LiveReader? reader = null;
            await Eventually.TrueAsync(async () =>
            {
                try
                {
                    reader = await LiveReader.ResumeAsync(topology.Client, topology.Token, gone);
                }
                catch (Xunit.Sdk.XunitException e) when (e.Message.Contains("busy", StringComparison.Ordinal))
                {
                    return false;
                }

                return true;
            });
            back.Add(reader!);
        }

        LiveReader[] whole = [.. back, .. all[(readers / 2)..]];
        await Task.WhenAll(whole.Select(async reader =>
        {
            await reader.ReadEmailAsync();
            Assert.Equal(Email, reader.Text);
            await reader.DisposeAsync();
        }));
        Assert.Equal(readers, topology.Model.Calls);
        await topology.ExpectAllEndedOnceAsync(done: readers);
    }

    [Fact]
    public async Task AnotherVersionOfAnEmailIsReadAlongAndChargedOnce()
    {
        await using var topology = await RedisTopology.PrepareAsync(2, Script(
            Answers.Streamed("Dear Maria,\n\nhi there.\n\nAsha"), Answers.Streamed(Pieces)));
        topology.StartWorker();
        await topology.StartApiAsync();
        var parent = (await topology.Client.PostAsync("/email/generateEmail", ApiClient.Leave, topology.Token)).Text("id");

        await using var reader = await LiveReader.OpenAsync(topology.Client, topology.Token, new { id = parent, rewrite = "formalize" }, key: "k");
        var email = await reader.ReadEmailAsync();
        await using var same = await LiveReader.OpenAsync(topology.Client, topology.Token, new { id = parent, rewrite = "formalize" }, key: "k");

        Assert.Equal((Email, Email), (reader.Text, email["generatedEmail"]!.GetValue<string>()));
        Assert.Equal((parent, 2), (email["parentId"]!.GetValue<string>(), email["version"]!.GetValue<int>()));
        Assert.Equal(email.ToJsonString(), (await same.ReadEmailAsync()).ToJsonString());
        Assert.Equal("email_not_found", (await LiveReader.RefusedAsync(topology.Client, topology.Token, new { id = "6b018b08c371b1bcac5105a3" })).Code);
        Assert.Equal("invalid_field", (await LiveReader.RefusedAsync(topology.Client, topology.Token, With(("rewrite", "shorten")))).Code);
        Assert.Equal(2, topology.Model.Calls);
        await same.DisposeAsync();
        await reader.DisposeAsync();
        await topology.ExpectAllEndedOnceAsync(done: 2);
    }

    [Fact]
    public async Task AnApiThatIsToldToStopSendsTheStreamToItsEnd()
    {
        var rest = new TaskCompletionSource();
        await using var topology = await RedisTopology.PrepareAsync(2, Answers.Stream(
            [Answers.Piece(Pieces[0]), Answers.Wait(rest.Task), .. Pieces[1..].Select(Answers.Piece), Answers.Finish(), Answers.Usage(11, 7), Answers.Done()]));
        topology.StartWorker();
        await topology.StartApiAsync();
        await using var reader = await LiveReader.OpenAsync(topology.Client, topology.Token);
        await reader.ReadToAsync(Pieces[0].Length);
        var stopping = topology.Api;

        stopping.Terminate();
        // It takes no more connections from then on.
        await Eventually.TrueAsync(async () =>
        {
            using var probe = new HttpClient();
            try
            {
                using var answer = await probe.GetAsync(new Uri(topology.Client.Http.BaseAddress!, "/alive"));
                return false;
            }
            catch (HttpRequestException)
            {
                return true;
            }
        });
        rest.SetResult();
        await reader.ReadEmailAsync();

        Assert.Equal(Email, reader.Text);
        await reader.DisposeAsync();
        await topology.ExpectOrderlyEndAsync(stopping);
        await topology.StartApiAsync();
        await topology.ExpectAllEndedOnceAsync(done: 1);
    }

    // The first call gets the first answer; the last repeats.
    private static ScriptedAnswer Script(params ScriptedAnswer[] answers)
    {
        var calls = 0;
        return call => answers[Math.Min(Interlocked.Increment(ref calls), answers.Length) - 1](call);
    }

    private static JsonObject With(params (string Name, string Value)[] fields)
    {
        var body = ApiClient.Leave.DeepClone().AsObject();
        foreach (var (name, value) in fields) body[name] = value;
        return body;
    }
}
