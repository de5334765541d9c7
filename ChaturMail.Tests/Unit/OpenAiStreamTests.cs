using System.Text;
using System.Text.Json;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Language;
using ChaturMail.Core.Language.OpenAI;
using ChaturMail.Core.Prompts;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit;

public sealed class OpenAiStreamTests
{
    private static readonly PromptTemplate Prompt = new("1", "request", "Request", "", "", 250, 0, "Ask for one thing.", [], "");

    private static readonly ModelRequest Request = new(Prompt, "Printer", ["bug #4182", "until Friday"], "it@contoso.example", "Asha Rao", 1);

    [Theory]
    [InlineData(true, true, false, true)]
    [InlineData(true, false, true, true)]
    [InlineData(true, false, false, false)]
    [InlineData(false, true, true, false)]
    public async Task AStreamIsAskedForWithItsCountsWhereSomebodyReadsAlongOrTheFirstTokenIsWaitedFor(
        bool mayStream, bool isRead, bool isWaitedFor, bool isStreamed)
    {
        await using var server = await ScriptedModelServer.StartAsync(Answers.Streamed("Hello"));
        using var model = Model(server, o => (o.Stream, o.FirstTokenTimeout) = (mayStream, isWaitedFor ? TimeSpan.FromSeconds(20) : null));
        Assert.IsType<ModelAnswer.Written>(await model.WriteAsync(Request with { Sink = isRead ? new ReadAlong() : null }, default));

        using var sent = JsonDocument.Parse(server.Requests[0].Body);
        Assert.Equal(isStreamed, sent.RootElement.TryGetProperty("stream", out var stream) && stream.GetBoolean());
        Assert.Equal(
            isStreamed, sent.RootElement.TryGetProperty("stream_options", out var options) && options.GetProperty("include_usage").GetBoolean());
    }

    [Fact]
    public async Task ThePiecesMakeOneTextWithItsModelAndTokens()
    {
        var usage = new EmailUsage("openai", 11, 7, false, 0);
        Assert.Equal(
            new ModelAnswer.Written("Hello,\n\nनमस्ते 🙏 \"Asha\"", "scripted", 11, 7, null) { Usage = usage },
            await AnswerTo(Answers.Streamed("Hel", "lo,\n", "\n", "नमस्ते 🙏", " \"Asha\"")));
    }

    [Fact]
    public async Task APieceIsPassedOnBeforeTheNextIsWritten()
    {
        var next = new TaskCompletionSource();
        await using var server = await ScriptedModelServer.StartAsync(
            Answers.Stream(Answers.Piece("Dear"), Answers.Wait(next.Task), Answers.Piece(" Maria"), Answers.Finish(), Answers.Done()));
        using var model = Model(server);
        var sink = new ReadAlong();
        var writing = model.WriteAsync(Request with { Sink = sink }, default);
        Assert.Equal("Dear", await sink.NextAsync());
        Assert.False(writing.IsCompleted);
        next.SetResult();
        Assert.Equal("Dear Maria", Written(await writing).Text);
        Assert.Equal("Dear Maria", sink.Text);
    }

    [Fact]
    public async Task WhoReadsAlongSeesNothingInvisibleAndNoEmojiBrokenBetweenPieces()
    {
        var sink = new ReadAlong();
        await AnswerTo(
            Answers.Streamed("A\u200Bsha\u202E ", "\u2764", "\uFE0F", " 👩", "\u200D", "💻", " क्", "\u200Dष", "\U000E0041"), Request with { Sink = sink });
        Assert.Equal("Asha \u2764\uFE0F 👩\u200D💻 क्\u200Dष", sink.Text);
    }

    [Fact]
    public async Task AJsonAnswerToAStreamRequestIsTaken()
    {
        var sink = new ReadAlong();
        Assert.Equal("Hello", Written(await AnswerTo(Answers.Text("Hello"), Request with { Sink = sink })).Text);
        Assert.Equal("Hello", sink.Text);
    }

    public static TheoryData<string> WholeStreams => new(
        // Without the mark at the end; without a reason to stop; with comments, names, ids and Windows line ends; two lines of data in one
        // event; a last event that lacks its blank line; no blank after the colon; oddities that other servers send.
        "data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}\n\ndata: [DONE]\n\n",
        ": WAITING\r\n\r\nevent: message\r\nid: 1\r\nretry: 5\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}\r\n\r\ndata: [DONE]\r\n\r\n",
        "data: {\"choices\":[{\"delta\":\ndata: {\"content\":\"Hello\"}}]}\n\ndata: [DONE]\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}\n",
        "data:{\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}\n\ndata:[DONE]\n\n",
        "data: {\"choices\":[],\"prompt_filter_results\":[{}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":[{\"type\":\"text\",\"text\":\"Hello\"}]}},{\"delta\":{\"content\":\"Other\"}}]}\n\ndata: [DONE]\n\n",
        "data: {\"choices\":null,\"usage\":[],\"error\":null}\n\ndata: {\"choices\":[{\"delta\":null},5]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"Hello\",\"tool_calls\":[]}}]}\n\ndata: [DONE]\n\n",
        // Nothing after the last piece can spoil the text.
        "data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}\n\ndata: {\"usage\":{\"prompt_to\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"},\"finish_reason\":\"length\"}]}\n\ndata: [DONE]\n\n");

    [Theory]
    [MemberData(nameof(WholeStreams))]
    public async Task AWholeStreamIsReadHoweverItIsWritten(string body)
    {
        Assert.Equal("Hello", Written(await AnswerTo(Answers.Stream(Answers.Lines(body)))).Text);
        // And in whatever pieces the network makes of it.
        var bytes = Encoding.UTF8.GetBytes(body).Select(b => Answers.Lines(((char)b).ToString()));
        Assert.Equal("Hello", Written(await AnswerTo(Answers.Stream([.. bytes]))).Text);
    }

    public static TheoryData<string, string> BrokenStreams => new()
    {
        { "", "broke off in the middle" },
        { "data: {\"choices\":[{\"delta\":{\"content\":\"Dear Maria, I\"}}]}\n\n", "broke off in the middle" },
        { "data: {\"choices\":[{\"delta\":{\"content\":\"Dear\"}}]}\n\ndata: {\"choices\":[{\"del", "broke off in the middle" },
        { "data: {\"choices\":[{\"delta\":{\"content\":\"Dear\"}}]}\n\ndata: {\"choices\":[{\"del\n\n", "is not JSON or is cut off" },
        { "data: hello\n\n", "is not JSON or is cut off" },
        { "data: [1]\n\n", "is not JSON or is cut off" },
        { "data: {\"choices\":[{\"delta\":{\"content\":\"half \\ud800 a pair\"}}]}\n\ndata: [DONE]\n\n", "holds text that is not Unicode" },
        { "data: [DONE]\n\n", "has no choices" },
        { "data: {\"choices\":[{\"delta\":{\"content\":\"  \"},\"finish_reason\":\"stop\"}]}\n\n", "has no text" },
        { "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"Hm\"},\"finish_reason\":\"length\"}]}\n\n", "spent every token before its text" },
        { "data: {\"choices\":[{\"delta\":{\"content\":\"Dear\"},\"finish_reason\":\"error\"}]}\n\n", "broke off with an error" },
    };

    [Theory]
    [MemberData(nameof(BrokenStreams))]
    public async Task AHalfStreamIsNoEmail(string body, string problem)
    {
        var failed = Failure(await AnswerTo(Answers.Stream(Answers.Lines(body))));
        Assert.Equal((ModelFailure.Retryable, $"openai answered 200, but the answer {problem}."), (failed.Kind, failed.Reason));
    }

    [Fact]
    public async Task AStreamCutInTheMiddleIsRetryableAndItsTokensAreCounted()
    {
        // A reset can overtake what was sent before it.
        var cut = new TaskCompletionSource();
        await using var server = await ScriptedModelServer.StartAsync(
            Answers.Stream(Answers.Piece("Dear Maria, "), Answers.Wait(cut.Task), Answers.Cut()));
        using var model = Model(server, o => o.OutputPrice = 10);
        var sink = new ReadAlong();
        var writing = model.WriteAsync(Request with { Sink = sink }, default);
        await sink.NextAsync();
        cut.SetResult();
        var failed = Failure(await writing);
        Assert.Equal(ModelFailure.Retryable, failed.Kind);
        Assert.StartsWith("openai broke the connection (", failed.Reason, StringComparison.Ordinal);
        var output = TokenEstimate.Of("Dear Maria, ");
        Assert.Equal(new EmailUsage("openai", TokenEstimate.Of(Request), output, true, output * 10_000), failed.Usage);
    }

    [Theory]
    [InlineData("""{"error":{"message":"x","type":"server_error","code":null}}""", ModelFailure.Retryable)]
    [InlineData("""{"error":{"message":"x","code":"rate_limit_exceeded"}}""", ModelFailure.Retryable)]
    [InlineData("""{"error":{"message":"x","type":"insufficient_quota"}}""", ModelFailure.OutOfCredit)]
    [InlineData("""{"error":{"message":"x","code":400,"type":"BadRequestError"}}""", ModelFailure.RequestRefused)]
    [InlineData("""{"error":{"message":"x","code":401}}""", ModelFailure.ProviderOnly)]
    [InlineData("""{"error":{"message":"x","code":503}}""", ModelFailure.Retryable)]
    [InlineData("""{"error":"overloaded"}""", ModelFailure.Retryable)]
    [InlineData("""{"choices":[{"delta":{"content":""},"finish_reason":"content_filter"}]}""", ModelFailure.RequestRefused)]
    [InlineData("""{"choices":[{"delta":{"refusal":"I can't help."},"finish_reason":"stop"}]}""", ModelFailure.RequestRefused)]
    public async Task AnErrorInsideAStreamIsToldApartAsOneBeforeIt(string error, ModelFailure kind)
    {
        var failed = Failure(await AnswerTo(Answers.Stream(Answers.Piece("Dear"), Answers.Event(error), Answers.Finish(), Answers.Done())));
        Assert.Equal(kind, failed.Kind);
        Assert.Equal(TokenEstimate.Of("Dear"), failed.Usage!.OutputTokens);
        Assert.DoesNotContain("Dear", failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AProviderWithoutAFirstTokenIsLeft()
    {
        ScriptedAnswer[] silences =
            [Answers.Hang(), Answers.Stream(Answers.Hang()), Answers.Stream(Answers.Piece(""), Answers.Forever(Answers.Lines(": still waiting\n\n")))];
        foreach (var silence in silences)
        {
            var timer = new HandTimer();
            await using var server = await ScriptedModelServer.StartAsync(silence);
            using var model = Model(server, time: timer);
            var writing = model.WriteAsync(Request, default);
            await server.ArrivalAsync(default);
            Assert.Equal(TimeSpan.FromSeconds(20), await timer.NextSettingAsync());
            timer.GoOff();
            var failed = Failure(await writing);
            Assert.Equal((ModelFailure.Retryable, "openai gave no first token within 00:00:20."), (failed.Kind, failed.Reason));
            // The prompt may have been read, and be on the bill.
            Assert.Equal((TokenEstimate.Of(Request), 0), (failed.Usage!.InputTokens, failed.Usage.OutputTokens));
            await server.Abandoned.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    [Theory]
    [InlineData("""{"content":"Dear"}""")]
    [InlineData("""{"reasoning_content":"The user wants"}""")]
    public async Task AfterTheFirstTokenTheTimeIsThatOfTheWholeCall(string delta)
    {
        var timer = new HandTimer();
        var step = Answers.Event($$"""{"choices":[{"index":0,"delta":{{delta}} }]}""");
        await using var server = await ScriptedModelServer.StartAsync(Answers.Stream(step, Answers.Hang()));
        using var model = Model(server, time: timer);
        var writing = model.WriteAsync(Request, default);
        Assert.Equal(TimeSpan.FromSeconds(20), await timer.NextSettingAsync());
        Assert.Equal(TimeSpan.FromSeconds(30), await timer.NextSettingAsync());
        timer.GoOff();
        var failed = Failure(await writing);
        Assert.Equal((ModelFailure.Retryable, "openai did not answer within 00:00:30."), (failed.Kind, failed.Reason));
        Assert.Equal(1, failed.Usage!.OutputTokens);
        await server.Abandoned.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task AWholeTextIsTakenFromAProviderThatHangsBeforeItsCounts()
    {
        var timer = new HandTimer();
        await using var server = await ScriptedModelServer.StartAsync(Answers.Stream(Answers.Piece("Dear Maria"), Answers.Finish(), Answers.Hang()));
        using var model = Model(server, time: timer);
        var writing = model.WriteAsync(Request, default);
        foreach (var seconds in new[] { 20, 30, 2 }) Assert.Equal(TimeSpan.FromSeconds(seconds), await timer.NextSettingAsync());
        timer.GoOff();
        var written = Written(await writing);
        Assert.Equal(("Dear Maria", true), (written.Text, written.Usage!.IsEstimated));
        await server.Abandoned.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task AStreamWithoutEndIsCutAtTheLimit()
    {
        var long8 = new string('x', 8 * 1024);
        ScriptedAnswer[] endless =
        [
            Answers.Forever(Answers.Piece(long8)), Answers.Forever(Answers.Lines(long8)), Answers.Forever(Answers.Lines($": {long8}\n")),
            Answers.Forever(Answers.Lines($"data: {long8}\n")),
        ];
        foreach (var step in endless)
        {
            await using var server = await ScriptedModelServer.StartAsync(Answers.Stream(step));
            using var model = Model(server);
            var failed = Failure(await model.WriteAsync(Request, default));
            Assert.Equal("openai answered 200, but the answer is too long.", failed.Reason);
            await server.Abandoned.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    [Fact]
    public async Task TheCallersCancellationInTheMiddleIsAnException()
    {
        await using var server = await ScriptedModelServer.StartAsync(Answers.Stream(Answers.Piece("Dear"), Answers.Hang()));
        using var model = Model(server);
        using var stop = new CancellationTokenSource();
        var sink = new ReadAlong();
        var writing = model.WriteAsync(Request with { Sink = sink }, stop.Token);
        await sink.NextAsync();
        await stop.CancelAsync();
        Assert.Equal(stop.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing)).CancellationToken);
        await server.Abandoned.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task ManyStreamsAtOnceKeepTheirTextsApart()
    {
        await using var server = await ScriptedModelServer.StartAsync(call =>
            Answers.Streamed([.. $"about {RecordedRequest.Of(call).Subject()}".Select(c => c.ToString())])(call));
        using var model = Model(server);
        var texts = await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
            Written(await model.WriteAsync(Request with { Subject = $"subject {i}" }, default)).Text));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"about subject {i}"), texts);
    }

    private static async Task<ModelAnswer> AnswerTo(ScriptedAnswer answer, ModelRequest? request = null, Action<ProviderOptions>? change = null)
    {
        await using var server = await ScriptedModelServer.StartAsync(answer);
        using var model = Model(server, change);
        return await model.WriteAsync(request ?? Request, default);
    }

    private static OpenAiModel Model(ScriptedModelServer server, Action<ProviderOptions>? change = null, TimeProvider? time = null)
    {
        var options = new ProviderOptions { ApiKey = "sk-test", BaseAddress = server.BaseAddress, Timeout = TimeSpan.FromSeconds(30), FirstTokenTimeout = TimeSpan.FromSeconds(20) };
        change?.Invoke(options);
        return new OpenAiModel(options, time ?? TimeProvider.System);
    }

    private static ModelAnswer.Written Written(ModelAnswer answer) => Assert.IsType<ModelAnswer.Written>(answer);

    private static ModelAnswer.Failed Failure(ModelAnswer answer) => Assert.IsType<ModelAnswer.Failed>(answer);
}
