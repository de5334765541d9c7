using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Language;
using ChaturMail.Core.Live;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>Reading along across processes: Apis of their own, one Redis, and workers that die, stall and are lost.</summary>
public sealed class LiveTextTests
{
    [Fact]
    public async Task AClientWhoseConnectionBrokeGoesOnAtAnotherApi()
    {
        var model = new PacedModel([.. Enumerable.Range(0, 401).Select(Piece), "\nBye"]);
        await using var topology = await RedisTopology.PrepareAsync(2, Answers.Hang());
        await topology.StartApiAsync();
        using var other = await topology.StartAnotherApiAsync();
        await using var worker = await topology.StartWorkerInTestAsync(model);
        var reader = await LiveReader.OpenAsync(topology.Client, topology.Token);
        await reader.ExpectAsync("accepted");
        // From one Api to the other and back, in the middle of the text, with some that nobody reads in between.
        for (var part = 1; part <= 4; part++)
        {
            var read = Enumerable.Range(0, part * 80).Sum(i => Piece(i).Length);
            model.Allow(90);
            await reader.ReadToAsync(read);
            await reader.DisposeAsync();
            reader = await LiveReader.ResumeAsync(part % 2 == 0 ? topology.Client : other, topology.Token, reader);
        }

        model.AllowAll();
        var email = await reader.ReadEmailAsync();

        Assert.Equal(model.Text, reader.Text);
        Assert.DoesNotContain("restart", reader.Events);
        Assert.Equal(model.Text, email["generatedEmail"]!.GetValue<string>());
        Assert.Equal(1, model.Calls);
        await reader.DisposeAsync();
        // Long after the end, at the Api that did not serve it last: every piece again, or the rest.
        await using var whole = await LiveReader.OpenAsync(other, topology.Token, new { }, reader.Id + ":0");
        await whole.ReadEmailAsync();
        Assert.Equal(model.Text, whole.Text);
        Assert.Equal(1, (await topology.Client.PostAsync("/user/getUserData", new { }, topology.Token)).Number("generatedEmailCount"));

        static string Piece(int number) => number == 0 ? "Dear Maria,\n\n" : string.Create(CultureInfo.InvariantCulture, $"word{number}{(number % 10 == 0 ? ".\n" : " ")}");
    }

    [Fact]
    public async Task TheTextOfAWorkerThatDiedIsRestartedByTheNextOne()
    {
        await using var topology = await RedisTopology.PrepareAsync(1, Answers.Text("Dear Maria,\n\nSecond.\n\nAsha"));
        await topology.StartApiAsync();
        await using var reader = await LiveReader.OpenAsync(topology.Client, topology.Token);
        await reader.ExpectAsync("accepted");
        // All that the others see of a worker that is killed while it writes: a taken job, some text, and nothing more.
        var (queue, live) = topology.Parts;
        var entry = Assert.Single(await queue.TakeAsync(1, TestContext.Current.CancellationToken));
        var pump = new LivePump(live, entry.JobId, entry.Attempt, TimeProvider.System, NullLogger.Instance);
        pump.Append("Dear Maria,\n\nFir");
        await reader.ReadToAsync(16);

        topology.StartWorker();
        await reader.ReadUntilAsync("restart");
        Assert.Equal("", reader.Text);
        var email = await reader.ReadEmailAsync();
        await pump.DisposeAsync();

        Assert.Equal("Dear Maria,\n\nSecond.\n\nAsha", email["generatedEmail"]!.GetValue<string>());
        await reader.DisposeAsync();
        await topology.ExpectAllEndedOnceAsync(done: 1);
    }

    [Fact]
    public async Task WhenRedisIsWipedInTheMiddleTheEmailStillComes()
    {
        var model = new PacedModel(PacedModel.Email);
        await using var topology = await RedisTopology.PrepareAsync(1, Answers.Hang());
        await topology.StartApiAsync();
        await using var worker = await topology.StartWorkerInTestAsync(model);
        await using var reader = await LiveReader.OpenAsync(topology.Client, topology.Token);
        model.Allow(3);
        await reader.ReadToAsync(11);

        await topology.Redis.RestartAsync(wiped: true);
        await reader.ReadUntilAsync("restart");
        model.AllowAll();

        Assert.Equal(model.Text, (await reader.ReadEmailAsync())["generatedEmail"]!.GetValue<string>());
        Assert.Equal("", reader.Text);
    }

    [Fact]
    public async Task WithRedisAwayTheEmailStillComes()
    {
        var model = new PacedModel(PacedModel.Email);
        await using var topology = await RedisTopology.PrepareAsync(1, Answers.Hang());
        await topology.StartApiAsync();
        await using var worker = await topology.StartWorkerInTestAsync(model);
        await using var reader = await LiveReader.OpenAsync(topology.Client, topology.Token);
        model.Allow(3);
        await reader.ReadToAsync(11);

        await topology.Redis.KillAsync();
        model.AllowAll();
        var email = await reader.ReadEmailAsync();
        await topology.Redis.RestartAsync();

        Assert.Equal(model.Text, email["generatedEmail"]!.GetValue<string>());
        Assert.DoesNotContain("restart", reader.Events);
    }

    [Fact]
    public async Task AClientThatDoesNotReadHoldsNeitherTheWorkerNorOthers()
    {
        // More than the buffers of a connection whose client has a small one: see the receive buffer below.
        // The email itself is one that the checks let through: none is so long.
        var model = new PacedModel([.. Enumerable.Repeat(new string('x', 99) + "\n", 600)])
        {
            AnswerTo = _ => new ModelAnswer.Written("Dear Maria,\n\nI ask for leave.\n\nAsha", "paced", 1, 1, null),
        };
        model.AllowAll();
        await using var topology = await RedisTopology.PrepareAsync(40, Answers.Hang(), ("Worker__Concurrency", "1"), ("Generation__WriteTimeout", "00:00:01"));
        await topology.StartApiAsync();
        await using var worker = await topology.StartWorkerInTestAsync(model);
        var silent = Enumerable.Range(0, 20).Select(_ => SendWithoutReading(topology)).ToList();

        // One after the other: the worker has one slot, and each of these would wait for ever behind one that is stuck.
        for (var i = 0; i < 3; i++)
        {
            await using var reader = await LiveReader.OpenAsync(topology.Client, topology.Token);
            await reader.ReadEmailAsync();
            Assert.Equal(model.Text, reader.Text);
        }

        await Eventually.TrueAsync(() => Task.FromResult(topology.Jobs(JobState.Done).Count == 23));
        silent.ForEach(client => client.Dispose());
    }

    private static TcpClient SendWithoutReading(RedisTopology topology)
    {
        var address = topology.Client.Http.BaseAddress!;
        var client = new TcpClient { ReceiveBufferSize = 1 };
        client.Connect(address.Host, address.Port);
        var body = JsonSerializer.Serialize(ApiClient.Leave);
        client.GetStream().Write(Encoding.ASCII.GetBytes(
            $"POST /email/streamEmail HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {topology.Token}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        return client;
    }
}
