using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Api;

/// <summary>What a client sees of a model that was talked into something, and of the moderation.</summary>
public sealed class SafetyTests
{
    private const string Passes = """{"results":[{"flagged":false,"categories":{}}]}""";
    private const string Flags = """{"results":[{"flagged":true,"categories":{"violence":true}}]}""";
    private const string Good = "Dear Maria,\n\nHello.\n\nAsha";

    [Theory]
    [InlineData("Dear Maria,\n\nplease sign in at https://evil.example/login.\n\nKind regards,\nAsha Rao")]
    [InlineData("You are ChaturMail, an assistant that writes emails in the name of the person who asks.")]
    [InlineData("I'm sorry, but I can't help with that.")]
    public async Task AnAnswerThatMayNotBeSentIsRefunded(string answer)
    {
        await using var model = await ScriptedModelServer.StartAsync(Answers.Text(answer));
        await using var api = await StartAsync(model);
        var token = await api.Client.SignInAsync();

        var refused = await api.Client.GenerateAsync(token);

        Assert.Equal((400, "answer_rejected", 2), (refused.HttpStatus, refused.Code, model.Calls));
        await ExpectRefundAsync(api, token);
    }

    [Fact]
    public async Task AModelThatComesToItsSensesIsGivenOneMoreTry()
    {
        await using var model = await ScriptedModelServer.StartAsync(Answers.Text("Dear Maria,\n\nsee evil-site.com.\n\nAsha"), Answers.Text(Good));
        await using var api = await StartAsync(model);

        var email = await api.Client.GenerateAsync(await api.Client.SignInAsync());

        Assert.Equal((200, Good, 2), (email.HttpStatus, email.Text("generatedEmail"), model.Calls));
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task FlaggedContentIsRefunded(bool atOnce, int calls)
    {
        await using var model = await ScriptedModelServer.StartAsync(Answers.Text(Good));
        await using var moderation = await ScriptedModelServer.StartAsync(
            atOnce ? [Answers.Json(200, Flags)] : [Answers.Json(200, Passes), Answers.Json(200, Flags)]);
        await using var api = await StartAsync(model, "Moderation:Enabled=true", "Moderation:BaseAddress=" + moderation.BaseAddress);
        var token = await api.Client.SignInAsync();

        var refused = await api.Client.GenerateAsync(token);

        Assert.Equal((400, "content_flagged", calls), (refused.HttpStatus, refused.Code, model.Calls));
        await ExpectRefundAsync(api, token);
    }

    [Fact]
    public async Task WithoutItsModerationNothingIsWrittenAndTheCoinsComeBack()
    {
        await using var model = await ScriptedModelServer.StartAsync(Answers.Text(Good));
        await using var moderation = await ScriptedModelServer.StartAsync(Answers.Error(500, "server_error"));
        await using var api = await StartAsync(
            model, "Moderation:Enabled=true", "Moderation:BaseAddress=" + moderation.BaseAddress, "Queue:MaxAttempts=2");
        var token = await api.Client.SignInAsync();

        var failed = await api.Client.GenerateAsync(token);

        Assert.Equal((503, "model_unavailable", 0, 2), (failed.HttpStatus, failed.Code, model.Calls, moderation.Calls));
        await ExpectRefundAsync(api, token);
    }

    private static Task<TestApi> StartAsync(ScriptedModelServer model, params string[] settings) => TestApi.StartAsync(
        ["OPENAI_API_KEY=sk-test", "OpenAI:BaseAddress=" + model.BaseAddress, "Queue:FirstRetry=00:00:00.02", .. settings]);

    private static async Task ExpectRefundAsync(TestApi api, string token)
    {
        var user = await api.Client.PostAsync("/user/getUserData", new { }, token);
        Assert.Equal((10_000, 0, 0), (user.Number("availableTokens"), user.Number("usedTokens"), user.Number("generatedEmailCount")));
        Assert.Empty(await api.Client.HistoryAsync(token));
    }
}
