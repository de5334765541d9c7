using ChaturMail.Core.Generation;
using ChaturMail.Core.Language;
using ChaturMail.Core.Language.OpenAI;
using ChaturMail.Core.Language.Safety;
using ChaturMail.Core.Prompts;
using ChaturMail.Core.Queue;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit.Safety;

public sealed class OpenAiModerationTests
{
    private const string Passes = """{"id":"modr-1","model":"omni","results":[{"flagged":false,"categories":{"violence":false}}]}""";
    private const string Flags = """{"results":[{"flagged":true,"categories":{"hate":true,"violence":false,"harassment/threatening":true,"<my words>":true}}]}""";

    [Fact]
    public async Task AHarmlessTextPasses()
    {
        await using var server = await ScriptedModelServer.StartAsync(Answers.Json(200, Passes));
        Assert.IsType<ModerationResult.Passed>(await CheckAsync(server, "grüß \"Gott\""));
        var request = server.Requests.Single();
        Assert.Equal(("/v1/moderations", "Bearer sk-mod"), (request.Path, request.Authorization));
        using var body = System.Text.Json.JsonDocument.Parse(request.Body);
        Assert.Equal("omni-moderation-latest", body.RootElement.GetProperty("model").GetString());
        Assert.Equal("grüß \"Gott\"", body.RootElement.GetProperty("input").GetString());
    }

    [Fact]
    public async Task AFlaggedTextNamesItsCategories()
    {
        await using var server = await ScriptedModelServer.StartAsync(Answers.Json(200, Flags));
        var flagged = Assert.IsType<ModerationResult.Flagged>(await CheckAsync(server));
        Assert.Equal("hate, harassment/threatening", flagged.Categories);
    }

    public static TheoryData<string> Broken => ["500", "429", "401", "400", "cut", "reset", "html", "empty", "no results", "no verdict", "half", "endless"];

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task WhatIsNoPlainAnswerDoesNotPass(string kind)
    {
        await using var server = await ScriptedModelServer.StartAsync(kind switch
        {
            "500" => Answers.Error(500, "server_error"),
            "429" => Answers.Error(429, "requests", headers: ("Retry-After", "7")),
            "401" => Answers.Error(401, "invalid_request_error", "invalid_api_key"),
            "400" => Answers.Error(400, "invalid_request_error"),
            "cut" => Answers.CutShort(),
            "reset" => Answers.Cut(),
            "html" => Answers.Raw(200, "text/html", "<html>"u8.ToArray()),
            "empty" => Answers.Json(200, ""),
            "no results" => Answers.Json(200, """{"results":[]}"""),
            "no verdict" => Answers.Json(200, """{"results":[{"flagged":"no"}]}"""),
            "half" => Answers.Json(200, Passes[..40]),
            _ => Answers.Endless(),
        });
        var away = Assert.IsType<ModerationResult.Unavailable>(await CheckAsync(server, "secret words"));
        Assert.DoesNotContain("secret", away.Reason, StringComparison.Ordinal);
        Assert.Equal(kind == "429" ? TimeSpan.FromSeconds(7) : null, away.RetryAfter);
        Assert.Equal(1, server.Calls);
    }

    [Fact]
    public async Task AHangingServiceIsTimedOut()
    {
        await using var server = await ScriptedModelServer.StartAsync(Answers.Hang());
        var options = Options(server);
        options.Timeout = TimeSpan.FromMilliseconds(100);
        using var moderation = new OpenAiModeration(options, TimeProvider.System);
        var away = Assert.IsType<ModerationResult.Unavailable>(await moderation.CheckAsync("x", default));
        Assert.Contains("00:00:00.1", away.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACancelledCheckIsAnException()
    {
        await using var server = await ScriptedModelServer.StartAsync(Answers.Hang());
        using var moderation = new OpenAiModeration(Options(server), TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var check = moderation.CheckAsync("x", stop.Token);
        await server.ArrivalAsync(TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => check);
    }

    [Fact]
    public async Task AFlaggedRequestNeverReachesTheModel()
    {
        await using var model = await ScriptedModelServer.StartAsync(Answers.Text("Dear Maria,\n\nHello.\n\nAsha"));
        await using var server = await ScriptedModelServer.StartAsync(Answers.Json(200, Flags));
        Assert.Equal(FailureCode.ContentFlagged, Assert.IsType<GenerationOutcome.GivenUp>(await RunAsync(model, server)).Code);
        Assert.Equal(0, model.Calls);
    }

    [Fact]
    public async Task AFlaggedAnswerIsNotGivenOut()
    {
        await using var model = await ScriptedModelServer.StartAsync(Answers.Text("Dear Maria,\n\nHello zebra.\n\nAsha"));
        await using var server = await ScriptedModelServer.StartAsync(Answers.Json(200, Passes), Answers.Json(200, Flags));
        Assert.Equal(FailureCode.ContentFlagged, Assert.IsType<GenerationOutcome.GivenUp>(await RunAsync(model, server)).Code);
        Assert.Contains("leave", server.Requests[0].Body, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("zebra", server.Requests[1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServiceThatStaysAwayFailsTheJobInTheEnd()
    {
        await using var model = await ScriptedModelServer.StartAsync(Answers.Text("Dear Maria,\n\nHello.\n\nAsha"));
        await using var server = await ScriptedModelServer.StartAsync(Answers.Error(500, "server_error"));
        Assert.IsType<GenerationOutcome.Again>(await RunAsync(model, server));
        Assert.Equal(FailureCode.ModelUnavailable, Assert.IsType<GenerationOutcome.GivenUp>(await RunAsync(model, server, attempt: 3)).Code);
        Assert.Equal(0, model.Calls);
    }

    [Theory]
    [InlineData("ApiKey", "")]
    [InlineData("ApiKey", "sk\nx")]
    [InlineData("Model", " ")]
    [InlineData("BaseAddress", "ftp://x.example/")]
    [InlineData("Timeout", "00:00:00")]
    public void ASettingThatCannotWorkIsNamed(string key, string value)
    {
        var options = new ModerationOptions { Enabled = true, ApiKey = "sk-mod" };
        Assert.Empty(options.Validate());
        var property = typeof(ModerationOptions).GetProperty(key)!;
        property.SetValue(options, property.PropertyType == typeof(string) ? value
            : property.PropertyType == typeof(Uri) ? new Uri(value) : TimeSpan.Parse(value, System.Globalization.CultureInfo.InvariantCulture));
        Assert.StartsWith("Moderation:" + key, Assert.Single(options.Validate()), StringComparison.Ordinal);
        options.Enabled = false;
        Assert.Empty(options.Validate());
    }

    private static async Task<GenerationOutcome> RunAsync(ScriptedModelServer model, ScriptedModelServer server, int attempt = 1)
    {
        using var openAi = new OpenAiModel(new ProviderOptions { ApiKey = "sk-test", BaseAddress = model.BaseAddress }, TimeProvider.System);
        using var moderation = new OpenAiModeration(Options(server), TimeProvider.System);
        var job = AttackCase.All.First(c => c.Channel == "context").Job();
        return await new GenerationPipeline(
            new PromptLibrary(ComposerCatalog.Catalog), openAi, new QueueOptions { MaxAttempts = 3 }.ToRetryPolicy(), () => 0.5, moderation).RunAsync(job, attempt, default);
    }

    private static async Task<ModerationResult> CheckAsync(ScriptedModelServer server, string text = "x")
    {
        using var moderation = new OpenAiModeration(Options(server), TimeProvider.System);
        return await moderation.CheckAsync(text, default);
    }

    private static ModerationOptions Options(ScriptedModelServer server) => new() { Enabled = true, ApiKey = " sk-mod\n", BaseAddress = server.BaseAddress };
}
