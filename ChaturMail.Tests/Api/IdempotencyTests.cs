using System.Net.Http.Json;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Api;

/// <summary>A request that is sent again with its key is answered again and not charged again.</summary>
public sealed class IdempotencyTests
{
    [Fact]
    public async Task TheSameKeyAndBodyGetTheSameAnswerForOneCharge()
    {
        await using var api = await TestApi.StartAsync();
        var token = await api.Client.SignInAsync();

        var first = await api.Client.GenerateWithKeyAsync(token, "key-1");
        var again = await api.Client.GenerateWithKeyAsync(token, "key-1");
        var other = await api.Client.GenerateWithKeyAsync(token, "key-2");

        Assert.Equal(first.Item.ToJsonString(), again.Item.ToJsonString());
        Assert.NotEqual(first.Text("id"), other.Text("id"));
        Assert.Equal(9500, await CoinsAsync(api, token));
    }

    [Fact]
    public async Task RequestsWithOneKeyThatAreUnderWayTogetherShareOneEmail()
    {
        var release = new TaskCompletionSource();
        await using var model = await ScriptedModelServer.StartAsync(Answers.After(release.Task, Answers.Text("Dear Maria,\n\nHello.\n\nAsha")));
        await using var api = await TestApi.StartAsync("OPENAI_API_KEY=sk-test", "OpenAI:BaseAddress=" + model.BaseAddress);
        var token = await api.Client.SignInAsync();

        var requests = Enumerable.Range(0, 10).Select(_ => api.Client.GenerateWithKeyAsync(token, "key")).ToList();
        await model.ArrivalAsync(TestContext.Current.CancellationToken);
        release.SetResult();

        var answers = await Task.WhenAll(requests);
        Assert.All(answers, a => Assert.Equal(200, a.HttpStatus));
        Assert.Single(answers.Select(a => a.Text("id")).Distinct());
        Assert.Equal((1, 9750), (model.Calls, await CoinsAsync(api, token)));
    }

    [Fact]
    public async Task TheSameKeyWithAnotherBodyIs409()
    {
        await using var api = await TestApi.StartAsync();
        var token = await api.Client.SignInAsync();
        await api.Client.GenerateWithKeyAsync(token, "key");
        foreach (var field in new[] { "subject", "keywords", "promptId", "toEmail" })
        {
            var body = ApiClient.Leave.DeepClone().AsObject();
            body[field] = "2";
            var answer = await api.Client.GenerateWithKeyAsync(token, "key", body);
            Assert.Equal((409, "idempotency_conflict"), (answer.HttpStatus, answer.Code));
        }

        Assert.Equal(9750, await CoinsAsync(api, token));
    }

    [Fact]
    public async Task AnothersKeyIsAnotherKey()
    {
        await using var api = await TestApi.StartAsync();
        var (mine, theirs) = (await api.Client.SignInAsync("a@example.com"), await api.Client.SignInAsync("b@example.com"));

        Assert.NotEqual(
            (await api.Client.GenerateWithKeyAsync(mine, "key")).Text("id"), (await api.Client.GenerateWithKeyAsync(theirs, "key")).Text("id"));
    }

    [Fact]
    public async Task AFailureIsAnsweredAgainToo()
    {
        await using var model = await ScriptedModelServer.StartAsync(Answers.Error(400, "invalid_request_error"));
        await using var api = await TestApi.StartAsync("OPENAI_API_KEY=sk-test", "OpenAI:BaseAddress=" + model.BaseAddress);
        var token = await api.Client.SignInAsync();

        for (var i = 0; i < 2; i++) Assert.Equal("request_refused", (await api.Client.GenerateWithKeyAsync(token, "key")).Code);

        Assert.Equal((1, 10_000), (model.Calls, await CoinsAsync(api, token)));
    }

    [Fact]
    public async Task OneKeyIsOneEmailWhicheverRouteItIsSentTo()
    {
        await using var api = await TestApi.StartAsync();
        var token = await api.Client.SignInAsync();
        var id = (await api.Client.GenerateWithKeyAsync(token, "new")).Text("id");
        await using var again = await LiveReader.OpenAsync(api.Client, token, key: "new");
        Assert.Equal(id, (await again.ReadEmailAsync())["id"]!.GetValue<string>());

        var change = new { id, rewrite = "shorten" };
        await using var other = await LiveReader.OpenAsync(api.Client, token, change, key: "change");
        var shorter = await other.ReadEmailAsync();
        Assert.Equal((id, 2), (shorter["parentId"]!.GetValue<string>(), shorter["version"]!.GetValue<int>()));
        Assert.Equal(other.Id, await RegeneratedAsync());

        Assert.Equal("idempotency_conflict", (await LiveReader.RefusedAsync(api.Client, token, change, key: "new")).Code);
        Assert.Equal("idempotency_conflict", (await api.Client.GenerateWithKeyAsync(token, "change")).Code);
        Assert.Equal(9500, await CoinsAsync(api, token));

        async Task<string> RegeneratedAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/email/regenerateEmail") { Content = JsonContent.Create(change) };
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
            request.Headers.TryAddWithoutValidation("Idempotency-Key", "change");
            using var response = await api.Client.Http.SendAsync(request);
            return (await ApiAnswer.ReadAsync(response)).Text("id");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    public async Task AKeyThatCannotBeIs400(string key)
    {
        await using var api = await TestApi.StartAsync();
        var token = await api.Client.SignInAsync();
        Assert.Equal((400, "invalid_field"), await CodeAsync(key));
        Assert.Equal((400, "invalid_field"), await CodeAsync(new string('k', 256)));

        async Task<(int, string?)> CodeAsync(string sent)
        {
            var answer = await api.Client.GenerateWithKeyAsync(token, sent);
            return (answer.HttpStatus, answer.Code);
        }
    }

    private static async Task<long> CoinsAsync(TestApi api, string token) =>
        (await api.Client.PostAsync("/user/getUserData", new { }, token)).Number("availableTokens");
}
