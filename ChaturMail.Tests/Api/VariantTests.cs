using System.Text.Json.Nodes;
using ChaturMail.Core.Language;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>Several emails from one request: accepted together, paid each, answered together.</summary>
public sealed class VariantTests
{
    [Fact]
    public async Task ThreeVariantsAreThreeEmailsFromThreeSeedsForThreePrices()
    {
        var model = new RecordingModel();
        await using var api = await StartAsync(model);
        var token = await api.Client.SignInAsync();

        var answer = await PostAsync(api, token, 3);

        Assert.Equal((200, "3 emails generated.", 3), (answer.HttpStatus, answer.Message, answer.Items.Count));
        Assert.Equal(3, answer.Items.Select(email => email["id"]!.GetValue<string>()).Distinct().Count());
        Assert.Equal(3, answer.Items.Select(email => email["generatedEmail"]!.GetValue<string>()).Distinct().Count());
        Assert.Equal(3, model.Requests.Select(request => request.Seed).Distinct().Count());
        await ExpectCoinsAsync(api, token, available: 9250, used: 750, count: 3);
        Assert.Equal(3, (await api.Client.HistoryAsync(token)).Count);
    }

    [Fact]
    public async Task TooFewCoinsForAllVariantsAreTooFewForAny()
    {
        var model = new RecordingModel();
        await using var api = await StartAsync(model, "Coins:Starting=749");
        var token = await api.Client.SignInAsync();

        Assert.Equal("insufficient_coins", (await PostAsync(api, token, 3)).Code);
        Assert.Empty(model.Requests);
        await ExpectCoinsAsync(api, token, available: 749, used: 0, count: 0);
    }

    [Fact]
    public async Task VariantsThatFailAreRefundedAndSaidAndTheOthersAreThere()
    {
        var left = 1;
        await using var api = await StartAsync(new RecordingModel(
            _ => Interlocked.Decrement(ref left) >= 0 ? RecordingModel.Text("Dear Maria,\n\nHello.\n\nAsha") : RecordingModel.Refusal()));
        var token = await api.Client.SignInAsync();

        var some = await PostAsync(api, token, 3);
        Assert.Equal((200, "Email generated. 2 could not be written; their coins were given back."), (some.HttpStatus, some.Message));
        Assert.Equal("1", some.Text("promptId"));
        await ExpectCoinsAsync(api, token, available: 9750, used: 250, count: 1);

        var none = await PostAsync(api, token, 2);
        Assert.Equal((400, "request_refused"), (none.HttpStatus, none.Code));
        await ExpectCoinsAsync(api, token, available: 9750, used: 250, count: 1);
    }

    [Fact]
    public async Task WhereOneStillRunsEachIsNamedWithItsState()
    {
        var release = new TaskCompletionSource<ModelAnswer>();
        var asked = 0;
        var model = new RecordingModel(_ => Interlocked.Increment(ref asked) switch
        {
            1 => RecordingModel.Text("Dear Maria,\n\nHello.\n\nAsha"),
            2 => RecordingModel.Refusal(),
            _ => release.Task,
        });
        await using var api = await StartAsync(model, "Generation:Wait=00:00:01");
        var token = await api.Client.SignInAsync();

        var answer = await PostAsync(api, token, 3);

        Assert.Equal((202, 1), (answer.HttpStatus, answer.Status));
        Assert.Equal(["done", "failed", "queued"], answer.Items.Select(item => item["state"]!.GetValue<string>()).Order());
        Assert.All(answer.Items, item => Assert.Equal(item["id"]!.GetValue<string>(), item["_id"]!.GetValue<string>()));
        release.SetResult(await RecordingModel.Text("Dear Maria,\n\nLate.\n\nAsha"));
        await Eventually.TrueAsync(async () => (await api.Client.HistoryAsync(token)).Count == 2);
        var expected = answer.Items.Where(item => item["state"]!.GetValue<string>() != "failed").Select(item => item["id"]!.GetValue<string>());
        Assert.Equal(expected.Order(), (await api.Client.HistoryAsync(token)).Select(email => email["id"]!.GetValue<string>()).Order());
        await ExpectCoinsAsync(api, token, available: 9500, used: 500, count: 2);
    }

    [Fact]
    public async Task ARepeatedRequestWithItsKeyFindsAllItsVariants()
    {
        var model = new RecordingModel();
        await using var api = await StartAsync(model);
        var token = await api.Client.SignInAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => api.Client.GenerateWithKeyAsync(token, "key", Body(3))));
        var later = await api.Client.GenerateWithKeyAsync(token, "key", Body(3));

        Assert.All(answers, answer => Assert.Equal(Ids(later), Ids(answer)));
        Assert.Equal((3, 3), (Ids(later).Distinct().Count(), model.Requests.Count));
        Assert.Equal("idempotency_conflict", (await api.Client.GenerateWithKeyAsync(token, "key", Body(2))).Code);
        await ExpectCoinsAsync(api, token, available: 9250, used: 750, count: 3);

        static IEnumerable<string> Ids(ApiAnswer answer) => answer.Items.Select(item => item["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task EachVariantCountsAgainstTheLimitAndAllTakeOnePlaceToWait()
    {
        await using var api = await StartAsync(new RecordingModel(), "RateLimits:GenerationsPerUser=5", "Generation:MostWaiting=1");
        var token = await api.Client.SignInAsync();

        Assert.Equal(200, (await PostAsync(api, token, 3)).HttpStatus);
        Assert.Equal((429, "too_many_requests"), await CodeAsync(3));
        Assert.Equal((429, "too_many_requests"), await CodeAsync(1));
        await ExpectCoinsAsync(api, token, available: 9250, used: 750, count: 3);

        async Task<(int, string?)> CodeAsync(int variants)
        {
            var answer = await PostAsync(api, token, variants);
            return (answer.HttpStatus, answer.Code);
        }
    }

    private static Task<TestApi> StartAsync(RecordingModel model, params string[] settings) =>
        TestApi.StartAsync(services => services.AddSingleton<ILanguageModel>(model), settings);

    private static Task<ApiAnswer> PostAsync(TestApi api, string token, int variants) => api.Client.PostAsync("/email/generateEmail", Body(variants), token);

    private static JsonObject Body(int variants)
    {
        var body = ApiClient.Leave.DeepClone().AsObject();
        body["variants"] = variants;
        return body;
    }

    private static async Task ExpectCoinsAsync(TestApi api, string token, int available, int used, int count)
    {
        var user = await api.Client.PostAsync("/user/getUserData", new { }, token);
        Assert.Equal((available, used, count), (user.Number("availableTokens"), user.Number("usedTokens"), user.Number("generatedEmailCount")));
    }
}
