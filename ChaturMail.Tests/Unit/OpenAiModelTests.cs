using System.Globalization;
using System.Text;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Language;
using ChaturMail.Core.Language.OpenAI;
using ChaturMail.Core.Prompts;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit;

public sealed class OpenAiModelTests
{
    private const string Key = "sk-test-5f1e2d3c";
    private const string UsersText = "UsersVerySecretSubject";

    private static readonly PromptTemplate Prompt = new("1", "request", "Request", "", "", 250, 0, "Ask for one thing.", [], "");

    private static readonly ModelRequest Request = new(Prompt, UsersText, ["bug #4182", "until Friday"], "it@contoso.example", "Asha Rao", 1);

    [Fact]
    public async Task AnAnswerCarriesItsTextModelAndTokens()
    {
        var answer = await AnswerTo(Answers.Text("Hello,\n\nनमस्ते 🙏\n\nAsha"));
        Assert.Equal(
            new ModelAnswer.Written("Hello,\n\nनमस्ते 🙏\n\nAsha", "scripted", 11, 7, null) { Usage = new EmailUsage("openai", 11, 7, false, 0) }, answer);
    }

    [Theory]
    [InlineData("""{"choices":[{"message":{"content":"Hello"}}]}""")]
    [InlineData("""{"choices":[{"message":{"content":"Hello"},"finish_reason":"eos"}],"usage":null,"model":7}""")]
    [InlineData("""{"choices":[{"message":{"content":"Hello","refusal":null}}],"usage":{"prompt_tokens":"9","completion_tokens":1e99}}""")]
    [InlineData("""{"choices":[{"message":{"content":[{"type":"text","text":"Hel"},{"type":"text","text":"lo"},5]}}],"usage":[]}""")]
    [InlineData("""{"error":null,"choices":[{"message":{"content":"Hello"}},{"message":{"content":"Other"}}]}""")]
    public async Task WhatIsMissingOrOddBesideTheTextDoesNoHarm(string body) =>
        Assert.Equal(
            new ModelAnswer.Written("Hello", "gpt-4o-mini", 0, 0, null)
            {
                Usage = new EmailUsage("openai", TokenEstimate.Of(Request), TokenEstimate.Of("Hello"), true, 0),
            },
            await AnswerTo(Answers.Json(200, body)));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("{\"choices\":[")]
    [InlineData("{\"choices\":[]}{")]
    [InlineData("{\"choices\":{}}")]
    [InlineData("{\"choices\":null}")]
    [InlineData("{\"choices\":[null]}")]
    [InlineData("{\"choices\":[\"text\"]}")]
    [InlineData("{\"choices\":[{\"message\":null}]}")]
    [InlineData("{\"choices\":[{\"message\":\"Hello\"}]}")]
    [InlineData("{\"choices\":[{\"message\":{\"content\":null}}]}")]
    [InlineData("{\"choices\":[{\"message\":{\"content\":7}}]}")]
    [InlineData("{\"choices\":[{\"message\":{\"content\":\"  \\n \"}}]}")]
    [InlineData("{\"choices\":[{\"message\":{\"content\":\"\"},\"finish_reason\":\"length\"}]}")]
    [InlineData("{\"choices\":[{\"message\":{\"content\":\"half \\ud800 a pair\"}}]}")]
    [InlineData("{\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}")]
    [InlineData("{\"error\":{}}")]
    [InlineData("<html>Welcome to the hotel's network</html>")]
    public async Task AnAnswerThatCannotBeReadIsRetryable(string body) =>
        Assert.Equal(ModelFailure.Retryable, Failure(await AnswerTo(Answers.Json(200, body))).Kind);

    [Fact]
    public async Task BytesThatAreNotUnicodeAreRetryable()
    {
        byte[] body = [.. "{\"choices\":[{\"message\":{\"content\":\""u8, 0xFF, 0xC0, .. "\"}}]}"u8];
        Assert.Equal(ModelFailure.Retryable, Failure(await AnswerTo(Answers.Raw(200, "application/json", body))).Kind);
        var deep = Encoding.ASCII.GetBytes(new string('[', 100_000));
        Assert.Equal(ModelFailure.Retryable, Failure(await AnswerTo(Answers.Raw(200, "application/json", deep))).Kind);
    }

    [Theory]
    [InlineData(429, "insufficient_quota", "insufficient_quota", ModelFailure.OutOfCredit)]
    [InlineData(429, "insufficient_quota", null, ModelFailure.OutOfCredit)]
    [InlineData(429, "requests", "rate_limit_exceeded", ModelFailure.Retryable)]
    [InlineData(429, "tokens", null, ModelFailure.Retryable)]
    [InlineData(402, "billing", null, ModelFailure.OutOfCredit)]
    [InlineData(401, "invalid_request_error", "invalid_api_key", ModelFailure.ProviderOnly)]
    [InlineData(403, "permission", "unsupported_country_region_territory", ModelFailure.ProviderOnly)]
    [InlineData(404, "invalid_request_error", "model_not_found", ModelFailure.ProviderOnly)]
    [InlineData(400, "invalid_request_error", "model_not_found", ModelFailure.ProviderOnly)]
    [InlineData(405, "invalid_request_error", null, ModelFailure.ProviderOnly)]
    [InlineData(400, "invalid_request_error", "context_length_exceeded", ModelFailure.RequestRefused)]
    [InlineData(400, "invalid_request_error", "content_filter", ModelFailure.RequestRefused)]
    [InlineData(413, "invalid_request_error", null, ModelFailure.RequestRefused)]
    [InlineData(422, "invalid_request_error", null, ModelFailure.RequestRefused)]
    [InlineData(408, "timeout", null, ModelFailure.Retryable)]
    [InlineData(409, "conflict", null, ModelFailure.Retryable)]
    [InlineData(500, "server_error", null, ModelFailure.Retryable)]
    [InlineData(503, "overloaded", null, ModelFailure.Retryable)]
    [InlineData(529, "overloaded_error", null, ModelFailure.Retryable)]
    [InlineData(200, "insufficient_quota", null, ModelFailure.OutOfCredit)]
    public async Task AFailureIsToldByItsStatusAndCode(int status, string type, string? code, ModelFailure expected)
    {
        var failed = Failure(await AnswerTo(Answers.Error(status, type, code)));
        Assert.Equal(expected, failed.Kind);
        Assert.Equal($"openai answered {status} ({code ?? type}).", failed.Reason);
    }

    [Theory]
    [InlineData(502, ModelFailure.Retryable)]
    [InlineData(401, ModelFailure.ProviderOnly)]
    [InlineData(400, ModelFailure.RequestRefused)]
    public async Task AGatewaysHtmlPageIsToldByItsStatusAlone(int status, ModelFailure expected)
    {
        var html = Encoding.UTF8.GetBytes("<html><h1>Bad Gateway</h1></html>");
        Assert.Equal(expected, Failure(await AnswerTo(Answers.Raw(status, "text/html", html))).Kind);
        Assert.Equal(expected, Failure(await AnswerTo(Answers.CutShort(status))).Kind);
        Assert.Equal(expected, Failure(await AnswerTo(Answers.Endless(status))).Kind);
    }

    [Theory]
    [InlineData("""{"choices":[{"message":{"content":null,"refusal":"I can't help with that."},"finish_reason":"stop"}]}""")]
    [InlineData("""{"choices":[{"message":{"content":"Dear"},"finish_reason":"content_filter"}]}""")]
    [InlineData("""{"error":{"code":"content_filter","message":"The response was filtered"}}""")]
    public async Task ARefusalIsNotTriedAgain(string body) =>
        Assert.Equal(ModelFailure.RequestRefused, Failure(await AnswerTo(Answers.Json(200, body))).Kind);

    [Fact]
    public async Task ATextThatReachedTheTokenLimitIsStillWrittenAndSaysSo() =>
        Assert.Equal(ProviderCall.BrokenOff, Assert.IsType<ModelAnswer.Written>(await AnswerTo(Answers.Text("Dear Maria, I", finish: "length"))).Note);

    [Fact]
    public async Task ALostConnectionIsRetryable()
    {
        Assert.Equal(ModelFailure.Retryable, Failure(await AnswerTo(Answers.Cut())).Kind);
        var cut = Failure(await AnswerTo(Answers.CutShort()));
        Assert.Equal(ModelFailure.Retryable, cut.Kind);
        Assert.Equal("openai broke the connection (ResponseEnded).", cut.Reason);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nxxxx")]
    [InlineData("HTTP/1.1 999 \r\nRetry-After: \t\r\nContent-Length: 0\r\n\r\n")]
    public async Task WhatIsNoProperHttpAnswerIsRetryable(string bytes) =>
        Assert.Equal(ModelFailure.Retryable, Failure(await AnswerTo(Answers.Bytes(bytes))).Kind);

    [Fact]
    public async Task AServerThatIsNotThereIsRetryable()
    {
        var server = await ScriptedModelServer.StartAsync(Answers.Text("Hello"));
        var address = server.BaseAddress;
        await server.DisposeAsync();
        using var model = Model(address);
        Assert.Equal("openai broke the connection (ConnectionError).", Failure(await model.WriteAsync(Request, default)).Reason);
    }

    [Fact]
    public async Task AnEndlessAnswerIsCutAtTheLimit()
    {
        await using var server = await ScriptedModelServer.StartAsync(Answers.Endless());
        using var model = Model(server.BaseAddress);
        Assert.Equal(ModelFailure.Retryable, Failure(await model.WriteAsync(Request, default)).Kind);
        await server.Abandoned.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task ARedirectIsNotFollowedSinceItWouldCarryTheKeyAway()
    {
        await using var elsewhere = await ScriptedModelServer.StartAsync(Answers.Text("Hello"));
        await using var server = await ScriptedModelServer.StartAsync(
            Answers.Json(307, "", ("Location", elsewhere.BaseAddress + "/chat/completions")));
        using var model = Model(server.BaseAddress);
        Assert.Equal(ModelFailure.ProviderOnly, Failure(await model.WriteAsync(Request, default)).Kind);
        Assert.Equal(0, elsewhere.Calls);
    }

    [Fact]
    public async Task AHangingServerIsLeftWhenTheTimeIsUp()
    {
        foreach (var silence in new[] { Answers.Hang(), Answers.HalfThenHang() })
        {
            await using var server = await ScriptedModelServer.StartAsync(silence);
            using var model = Model(server.BaseAddress, timeout: TimeSpan.FromMilliseconds(300));
            var failed = Failure(await model.WriteAsync(Request, default));
            Assert.Equal(ModelFailure.Retryable, failed.Kind);
            Assert.Contains("did not answer within", failed.Reason, StringComparison.Ordinal);
            await server.Abandoned.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    [Fact]
    public async Task ASlowAnswerWithinTheTimeIsTaken()
    {
        var release = new TaskCompletionSource();
        await using var server = await ScriptedModelServer.StartAsync(Answers.After(release.Task, Answers.Text("Hello")));
        using var model = Model(server.BaseAddress);
        var writing = model.WriteAsync(Request, default);
        await server.ArrivalAsync(default);
        Assert.False(writing.IsCompleted);
        release.SetResult();
        Assert.IsType<ModelAnswer.Written>(await writing);
    }

    [Fact]
    public async Task TheCallersCancellationIsAnException()
    {
        await using var server = await ScriptedModelServer.StartAsync(Answers.Hang());
        using var model = Model(server.BaseAddress);
        using var stop = new CancellationTokenSource();
        var writing = model.WriteAsync(Request, stop.Token);
        await server.ArrivalAsync(default);
        await stop.CancelAsync();
        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        Assert.Equal(stop.Token, thrown.CancellationToken);
        await server.Abandoned.WaitAsync(TimeSpan.FromSeconds(20));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => model.WriteAsync(Request, stop.Token));
        Assert.Equal(1, server.Calls);
    }

    [Fact]
    public async Task AFailedCallIsSentOnce()
    {
        var throttled = Answers.Error(429, "requests", headers: ("Retry-After", "0"));
        foreach (var answer in new[] { Answers.Error(500, "server_error"), throttled, Answers.Cut() })
        {
            await using var server = await ScriptedModelServer.StartAsync(answer);
            using var model = Model(server.BaseAddress);
            await model.WriteAsync(Request, default);
            Assert.Equal(1, server.Calls);
        }
    }

    [Theory]
    [InlineData("7", 7.0)]
    [InlineData("1.5", 1.5)]
    [InlineData("0", 0.0)]
    [InlineData("99999999999999999999", 86_400.0)]
    [InlineData("Fri, 02 Jan 2026 00:00:30 GMT", 30.0)]
    [InlineData("Thu, 01 Jan 2026 00:00:00 GMT", 0.0)]
    [InlineData("soon", null)]
    [InlineData("-5", null)]
    [InlineData("NaN", null)]
    public async Task RetryAfterIsReadInSecondsOrAsADate(string header, double? seconds)
    {
        var now = new FixedTime(DateTimeOffset.Parse("2026-01-02T00:00:00Z", CultureInfo.InvariantCulture));
        await using var server = await ScriptedModelServer.StartAsync(Answers.Error(429, "requests", headers: ("Retry-After", header)));
        using var model = Model(server.BaseAddress, time: now);
        Assert.Equal(seconds, Failure(await model.WriteAsync(Request, default)).RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task AReasonTellsNeitherTheKeyNorTheUsersText()
    {
        var leaks = $"Incorrect API key provided: {Key}. The prompt was {UsersText}.";
        ScriptedAnswer[] answers = [Answers.Error(401, leaks, leaks, leaks), Answers.Error(400, Key, UsersText, leaks), Answers.Error(200, Key)];
        foreach (var answer in answers)
        {
            var reason = Failure(await AnswerTo(answer)).Reason;
            Assert.DoesNotContain(Key, reason, StringComparison.Ordinal);
            Assert.DoesNotContain(UsersText, reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AnUnusableKeyIsRefusedWithoutBeingTold()
    {
        var options = new ProviderOptions { ApiKey = "sk-sec\nret" };
        var thrown = Assert.Throws<ArgumentException>(() => new OpenAiModel(options, TimeProvider.System));
        Assert.Contains("OPENAI_API_KEY", thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ret.", thrown.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("sk-sec", thrown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheKeyGoesInTheHeaderWithoutTheLineBreakOfItsFile()
    {
        await using var server = await ScriptedModelServer.StartAsync(Answers.Text("Hello"));
        using var model = new OpenAiModel(
            new ProviderOptions { ApiKey = Key + "\n", BaseAddress = new Uri(server.BaseAddress + "/") }, TimeProvider.System);
        await model.WriteAsync(Request, default);
        Assert.Equal("Bearer " + Key, server.Requests[0].Authorization);
        Assert.Equal("/v1/chat/completions", server.Requests[0].Path);
    }

    private static async Task<ModelAnswer> AnswerTo(ScriptedAnswer answer)
    {
        await using var server = await ScriptedModelServer.StartAsync(answer);
        using var model = Model(server.BaseAddress);
        return await model.WriteAsync(Request, default);
    }

    private static OpenAiModel Model(Uri address, TimeSpan? timeout = null, TimeProvider? time = null) => new(
        new ProviderOptions { ApiKey = Key, BaseAddress = address, Timeout = timeout ?? TimeSpan.FromSeconds(30) }, time ?? TimeProvider.System);

    private static ModelAnswer.Failed Failure(ModelAnswer answer) => Assert.IsType<ModelAnswer.Failed>(answer);

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
