using ChaturMail.Core.Language;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>The way of a request through queue, worker and model, and what is charged for it.</summary>
public sealed class GenerationTests
{
    [Fact]
    public async Task TheModelsTextIsCleanedBeforeItIsStored()
    {
        await using var model = await ScriptedModelServer.StartAsync(Answers.Text(
            "Subject: Leave request\n\n&&&&Mail Sentiment: formal&&&&\nDear **Maria**,\n\nI ask for leave.\n\nKind regards,\n[Your Name]\n####"));
        await using var api = await StartAsync(model);

        var email = await api.Client.GenerateAsync(await api.Client.SignInAsync());

        Assert.Equal("Dear Maria,\n\nI ask for leave.\n\nKind regards,\nAsha Rao", email.Text("generatedEmail"));
        Assert.Equal("scripted", email.Text("model"));
    }

    [Fact]
    public async Task TooFewCoinsAreRefusedAndTheModelIsNotAsked()
    {
        await using var model = await ScriptedModelServer.StartAsync(Answers.Text("Dear Maria,\n\nHello.\n\nAsha"));
        await using var api = await StartAsync(model, "Coins:Starting=499");
        var token = await api.Client.SignInAsync();
        await api.Client.GenerateAsync(token);

        var refused = await api.Client.GenerateAsync(token);

        Assert.Equal((403, "insufficient_coins"), (refused.HttpStatus, refused.Code));
        Assert.Equal(1, model.Calls);
        await ExpectCoinsAsync(api, token, available: 249, used: 250, count: 1);
    }

    [Theory]
    [InlineData(500, "server_error")]
    [InlineData(429, "requests")]
    [InlineData(503, "overloaded")]
    public async Task OnePassingErrorOfTheModelCostsNothingButTime(int status, string type)
    {
        await using var model = await ScriptedModelServer.StartAsync(
            Answers.Error(status, type), Answers.Text("Dear Maria,\n\nHello.\n\nAsha"));
        await using var api = await StartAsync(model);
        var token = await api.Client.SignInAsync();

        var answer = await api.Client.GenerateAsync(token);

        Assert.Equal((200, 1, 2), (answer.HttpStatus, answer.Status, model.Calls));
        await ExpectCoinsAsync(api, token, available: 9750, used: 250, count: 1);
    }

    [Fact]
    public async Task AModelThatNeverWorksIsGivenUpAndTheCoinsComeBack()
    {
        await using var model = await ScriptedModelServer.StartAsync(Answers.Error(500, "server_error"));
        await using var api = await StartAsync(model, "Queue:MaxAttempts=3");
        var token = await api.Client.SignInAsync();

        var answer = await api.Client.GenerateAsync(token);

        Assert.Equal((503, "model_unavailable", 3), (answer.HttpStatus, answer.Code, model.Calls));
        Assert.NotNull(answer.Headers.RetryAfter);
        await ExpectCoinsAsync(api, token, available: 10_000, used: 0, count: 0);
        // The answer goes out before the entry is buried: save, tell, acknowledge.
        var queue = api.App.Services.GetRequiredService<IGenerationQueue>();
        await Eventually.TrueAsync(async () => await queue.ListDeadAsync(10, default) is [{ Attempts: 3 }]);
    }

    [Theory]
    [InlineData(400, "invalid_request_error", null, 400, "request_refused")]
    [InlineData(401, "invalid_request_error", "invalid_api_key", 503, "model_unavailable")]
    [InlineData(429, "insufficient_quota", "insufficient_quota", 503, "model_unavailable")]
    public async Task AnErrorThatWillNotPassIsNotTriedAgain(int status, string type, string? code, int http, string expected)
    {
        await using var model = await ScriptedModelServer.StartAsync(Answers.Error(status, type, code));
        await using var api = await StartAsync(model);
        var token = await api.Client.SignInAsync();

        var answer = await api.Client.GenerateAsync(token);

        Assert.Equal((http, expected, 1), (answer.HttpStatus, answer.Code, model.Calls));
        await ExpectCoinsAsync(api, token, available: 10_000, used: 0, count: 0);
    }

    [Fact]
    public async Task AHangingModelIsTimedOutAndAskedAgain()
    {
        await using var model = await ScriptedModelServer.StartAsync(Answers.Hang(), Answers.Text("Dear Maria,\n\nHello.\n\nAsha"));
        await using var api = await StartAsync(model, "OpenAI:Timeout=00:00:00.2");

        Assert.Equal(200, (await api.Client.GenerateAsync(await api.Client.SignInAsync())).HttpStatus);
    }

    [Fact]
    public async Task AnEmailThatTakesTooLongIs202AndAppearsInTheHistory()
    {
        var release = new TaskCompletionSource();
        await using var model = await ScriptedModelServer.StartAsync(Answers.After(release.Task, Answers.Text("Dear Maria,\n\nHello.\n\nAsha")));
        await using var api = await StartAsync(model, "Generation:Wait=00:00:01");
        var token = await api.Client.SignInAsync();

        var pending = await api.Client.GenerateAsync(token);
        Assert.Equal((202, 1, "queued"), (pending.HttpStatus, pending.Status, pending.Text("state")));
        Assert.Empty(await api.Client.HistoryAsync(token));
        await ExpectCoinsAsync(api, token, available: 9750, used: 0, count: 0);

        release.SetResult();
        await Eventually.TrueAsync(async () => (await api.Client.HistoryAsync(token)).Count == 1);
        Assert.Equal(pending.Text("id"), (await api.Client.HistoryAsync(token))[0]["id"]!.GetValue<string>());
        await ExpectCoinsAsync(api, token, available: 9750, used: 250, count: 1);
    }

    [Fact]
    public async Task AnAnnouncementThatComesForNothingDoesNotEndTheWaiting()
    {
        var release = new TaskCompletionSource();
        await using var model = await ScriptedModelServer.StartAsync(Answers.After(release.Task, Answers.Text("Dear Maria,\n\nHello.\n\nAsha")));
        await using var api = await StartAsync(model);
        var request = api.Client.GenerateAsync(await api.Client.SignInAsync());
        await model.ArrivalAsync(TestContext.Current.CancellationToken);

        var queued = Assert.Single(await api.App.Services.GetRequiredService<IJobStore>().ListQueuedAsync(DateTimeOffset.MaxValue, 10, default));
        for (var i = 0; i < 3; i++) await api.App.Services.GetRequiredService<IOutcomeChannel>().AnnounceAsync(queued, default);
        release.SetResult();

        Assert.Equal(200, (await request).HttpStatus);
    }

    [Fact]
    public async Task AClientThatHangsUpFindsItsEmailInTheHistory()
    {
        var release = new TaskCompletionSource();
        await using var model = await ScriptedModelServer.StartAsync(Answers.After(release.Task, Answers.Text("Dear Maria,\n\nHello.\n\nAsha")));
        await using var api = await StartAsync(model);
        var token = await api.Client.SignInAsync();

        using var hangUp = new CancellationTokenSource();
        var request = api.Client.GenerateAsync(token, hangUp.Token);
        await model.ArrivalAsync(TestContext.Current.CancellationToken);
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        release.SetResult();

        await Eventually.TrueAsync(async () => (await api.Client.HistoryAsync(token)).Count == 1);
        await ExpectCoinsAsync(api, token, available: 9750, used: 250, count: 1);
    }

    [Fact]
    public async Task FiftyRequestsAtOnceGetFiftyEmailsOfTheirOwn()
    {
        await using var model = await ScriptedModelServer.StartAsync(Answers.EchoSubject());
        await using var api = await StartAsync(model, "Coins:Starting=12500");
        var token = await api.Client.SignInAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
        {
            var body = ApiClient.Leave.DeepClone().AsObject();
            body["subject"] = $"Subject number {i}";
            return api.Client.PostAsync("/email/generateEmail", body, token);
        }));

        Assert.All(answers, a => Assert.Contains(a.Text("subject"), a.Text("generatedEmail"), StringComparison.Ordinal));
        Assert.Equal(50, answers.Select(a => a.Text("id")).Distinct().Count());
        await ExpectCoinsAsync(api, token, available: 0, used: 12_500, count: 50);
    }

    [Fact]
    public async Task RegeneratingWithTheComposerGivesAnotherText()
    {
        await using var api = await TestApi.StartAsync();
        var token = await api.Client.SignInAsync();

        var texts = new List<string>();
        for (var i = 0; i < 4; i++) texts.Add((await api.Client.GenerateAsync(token)).Text("generatedEmail"));

        Assert.True(texts.Distinct().Count() >= 3);
    }

    [Fact]
    public async Task TheComposerSaysThatItWritesEnglishOnly()
    {
        await using var api = await TestApi.StartAsync();
        var token = await api.Client.SignInAsync();
        var body = ApiClient.Leave.DeepClone().AsObject();
        body["subject"] = "कार्यालय बंद रहेगा";
        body["keywords"] = "दिवाली, 1 नवंबर";

        var answer = await api.Client.PostAsync("/email/generateEmail", body, token);

        Assert.Equal(200, answer.HttpStatus);
        Assert.Contains("English only", answer.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("English only", (await api.Client.GenerateAsync(token)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MoreWaitingRequestsThanAllowedAre503AndCostNothing()
    {
        var release = new TaskCompletionSource();
        await using var model = await ScriptedModelServer.StartAsync(Answers.After(release.Task, Answers.Text("Dear Maria,\n\nHello.\n\nAsha")));
        await using var api = await StartAsync(model, "Generation:MostWaiting=1");
        var token = await api.Client.SignInAsync();
        var first = api.Client.GenerateAsync(token);
        await model.ArrivalAsync(TestContext.Current.CancellationToken);

        var second = await api.Client.GenerateAsync(token);
        release.SetResult();

        Assert.Equal((503, "busy"), (second.HttpStatus, second.Code));
        Assert.Equal(200, (await first).HttpStatus);
        // Places are given back, the refused one's too.
        Assert.Equal(200, (await api.Client.GenerateAsync(token)).HttpStatus);
        await ExpectCoinsAsync(api, token, available: 9500, used: 500, count: 2);
    }

    [Fact]
    public async Task TooManyGenerationsInAMinuteAre429WithRetryAfter()
    {
        await using var api = await TestApi.StartAsync("RateLimits:GenerationsPerUser=2");
        var token = await api.Client.SignInAsync();
        await api.Client.GenerateAsync(token);
        await api.Client.GenerateAsync(token);

        var refused = await api.Client.GenerateAsync(token);

        Assert.Equal((429, "too_many_requests"), (refused.HttpStatus, refused.Code));
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal(200, (await api.Client.GenerateAsync(await api.Client.SignInAsync("another@example.com"))).HttpStatus);
    }

    [Theory]
    [InlineData("RateLimits:PerUser=3")]
    [InlineData("RateLimits:PerAddress=4")]
    public async Task TooManyRequestsInAMinuteAre429(string limit)
    {
        await using var api = await TestApi.StartAsync(limit);
        var token = await api.Client.SignInAsync();
        for (var i = 0; i < 3; i++) Assert.Equal(200, (await api.Client.PostAsync("/user/getUserData", new { }, token)).HttpStatus);

        Assert.Equal((429, "too_many_requests"), await CodeAsync());

        async Task<(int, string?)> CodeAsync()
        {
            var answer = await api.Client.PostAsync("/user/getUserData", new { }, token);
            return (answer.HttpStatus, answer.Code);
        }
    }

    [Fact]
    public async Task BehindATrustedProxyTheLimitIsTheClientsOwn()
    {
        await using var open = await TestApi.StartAsync("RateLimits:PerAddress=1", "Proxies:Trusted=127.0.0.0/8");
        await using var closed = await TestApi.StartAsync("RateLimits:PerAddress=1");

        Assert.Equal(
            (401, 401, 429), (await FromAsync(open, "192.0.2.1"), await FromAsync(open, "192.0.2.2"), await FromAsync(open, "192.0.2.1")));
        Assert.Equal((401, 429), (await FromAsync(closed, "192.0.2.1"), await FromAsync(closed, "192.0.2.2")));

        static async Task<int> FromAsync(TestApi api, string address)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/user/getUserData");
            request.Headers.Add("X-Forwarded-For", address);
            using var response = await api.Client.Http.SendAsync(request);
            return (int)response.StatusCode;
        }
    }

    [Fact]
    public async Task ADeletedUsersRunningJobLeavesNothingBehind()
    {
        var release = new TaskCompletionSource();
        await using var model = await ScriptedModelServer.StartAsync(Answers.After(release.Task, Answers.Text("Dear Maria,\n\nHello.\n\nAsha")));
        await using var api = await StartAsync(model);
        var token = await api.Client.SignInAsync();
        var request = api.Client.GenerateAsync(token);
        await model.ArrivalAsync(TestContext.Current.CancellationToken);

        await api.Client.PostAsync("/user/deleteUser", new { }, token);
        release.SetResult();

        Assert.Equal(401, (await request).HttpStatus);
        token = await api.Client.SignInAsync();
        Assert.Empty(await api.Client.HistoryAsync(token));
        // Starting coins are for those who had no account lately.
        await ExpectCoinsAsync(api, token, available: 0, used: 0, count: 0);
    }

    [Fact]
    public async Task DeletingOneUserKeepsTheEmailsOfTheOther()
    {
        await using var api = await TestApi.StartAsync();
        var (mine, theirs) = (await api.Client.SignInAsync("a@example.com"), await api.Client.SignInAsync("b@example.com"));
        await api.Client.GenerateAsync(mine);
        var kept = (await api.Client.GenerateAsync(theirs)).Text("id");

        Assert.Equal(404, (await api.Client.PostAsync("/email/deleteGeneratedEmail", new { id = kept }, mine)).HttpStatus);
        await api.Client.PostAsync("/user/deleteUser", new { }, mine);

        Assert.Equal(kept, Assert.Single(await api.Client.HistoryAsync(theirs))["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task TheBareHistoryRequestGivesTheNewestHundredAndACursorGivesTheRest()
    {
        await using var api = await TestApi.StartAsync(s => s.AddSingleton<ILanguageModel, InstantModel>(), "Coins:Starting=100000");
        var token = await api.Client.SignInAsync();
        var made = new List<string>();
        for (var i = 0; i < 105; i++) made.Add((await api.Client.GenerateAsync(token)).Text("id"));

        var bare = await api.Client.PostAsync("/email/getGeneratedEmails", new { }, token);
        var rest = await api.Client.PostAsync("/email/getGeneratedEmails", new { cursor = bare.NextCursor }, token);

        Assert.Equal((100, 5), (bare.Items.Count, rest.Items.Count));
        Assert.Null(rest.NextCursor);
        Assert.Equal(Enumerable.Reverse(made), bare.Items.Concat(rest.Items).Select(e => e["id"]!.GetValue<string>()));
        var none = await api.Client.PostAsync("/email/getGeneratedEmails", new { search = "no such text" }, token);
        Assert.Equal((200, 1), (none.HttpStatus, none.Status));
        Assert.Null(none.Payload);
    }

    [Fact]
    public async Task NothingOfTheUsersIsLogged()
    {
        await using var model = await ScriptedModelServer.StartAsync(
            Answers.Error(400, "invalid_request_error", message: "bad words: zebra-subject"), Answers.Text("Dear zebra-text,\n\nHello.\n\nAsha"));
        await using var api = await StartAsync(model);
        var token = await api.Client.SignInAsync("zebra-address@example.com");
        for (var i = 0; i < 2; i++)
        {
            await api.Client.PostAsync(
                "/email/generateEmail", new { subject = "zebra-subject", keywords = "zebra-keyword", promptId = "1", toEmail = "zebra-recipient@example.com" }, token);
        }

        await api.Client.PostTextAsync("/misc/submitFeedback", "{\"subject\":{\"zebra-broken\":1}}", token);
        await api.Client.PostTextAsync("/misc/submitFeedback", "{\"zebra-broken", token);
        await api.Client.PostAsync("/auth/getJWTToken", new { email = "zebra@example.com", idToken = "zebra-token", loginMethod = "zebra", fcmToken = "zebra" });

        Assert.NotEmpty(api.Log.Lines);
        Assert.DoesNotContain(api.Log.Lines, line => line.Contains("zebra", StringComparison.OrdinalIgnoreCase) || line.Contains(token, StringComparison.Ordinal));
    }

    private static Task<TestApi> StartAsync(ScriptedModelServer model, params string[] settings) => TestApi.StartAsync(
        ["OPENAI_API_KEY=sk-test", "OpenAI:BaseAddress=" + model.BaseAddress, "Models:Routes:Standard=openai", "Queue:FirstRetry=00:00:00.02",
            .. settings]);

    private static async Task ExpectCoinsAsync(TestApi api, string token, int available, int used, int count)
    {
        var user = await api.Client.PostAsync("/user/getUserData", new { }, token);
        Assert.Equal((available, used, count), (user.Number("availableTokens"), user.Number("usedTokens"), user.Number("generatedEmailCount")));
    }

    private sealed class InstantModel : ILanguageModel
    {
        public Task<ModelAnswer> WriteAsync(ModelRequest request, CancellationToken cancellation) =>
            Task.FromResult<ModelAnswer>(new ModelAnswer.Written("Dear Maria,\n\nHello.\n\nAsha", "instant", 0, 0, null));
    }
}
