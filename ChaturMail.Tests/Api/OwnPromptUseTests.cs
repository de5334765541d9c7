using System.Globalization;
using System.Text.Json.Nodes;
using ChaturMail.Core.Accounts.Redis;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>Own prompts with a language model, in the gallery of the app in the field, and on several instances.</summary>
public sealed class OwnPromptUseTests(SharedRedis redis)
{
    private static readonly ScriptedAnswer Email = Answers.Text("Dear Maria,\n\nplease pay 480 EUR, due 12 October.\n\nAsha");

    [Fact]
    public async Task TheFilledGuidanceAndTheExampleReachTheModelAndAValueIsOnlyAValue()
    {
        await using var model = await ScriptedModelServer.StartAsync(Email);
        await using var api = await StartAsync(model);
        var token = await api.Client.SignInAsync();
        var body = OwnPromptTests.EmailBy(await SaveAsync(api, token));
        body["placeholders"] = new JsonObject { ["client"] = "North\u200Bwind {amount} $1", ["AMOUNT"] = "480 EUR" };

        var email = await api.Client.PostAsync("/email/generateEmail", body, token);

        Assert.Equal((200, "scripted", "Email generated."), (email.HttpStatus, email.Text("model"), email.Message));
        // All of it is the user's: in the fence of the last message, and nowhere else.
        var told = model.Requests[0].Messages()[^1].Content;
        Assert.Contains("Ask Northwind {amount} $1 to pay 480 EUR.", told, StringComparison.Ordinal);
        Assert.Contains("Dunning letter", told, StringComparison.Ordinal);
        Assert.Contains("\"exampleEmail\":\"Hello,\\n\\nplease pay.\\n\\nBye\"", told, StringComparison.Ordinal);
        Assert.Contains("\"from\":\"Asha Rao\"", told, StringComparison.Ordinal);
        Assert.All(model.Requests[0].Messages().SkipLast(1), m => Assert.DoesNotContain("unning", m.Content, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnEmailByAnOwnPromptCostsWhatIsConfigured()
    {
        await using var api = await TestApi.StartAsync("Coins:OwnPrompt=400");
        var token = await api.Client.SignInAsync();
        var id = await SaveAsync(api, token);

        var email = await api.Client.PostAsync("/email/generateEmail", OwnPromptTests.EmailBy(id), token);

        Assert.Equal(400, email.Number("tokens"));
        Assert.Equal(9600, (await api.Client.PostAsync("/user/getUserData", new { }, token)).Number("availableTokens"));
        foreach (var route in new[] { "/prompt/getMyPrompts", "/prompt/getAllPrompts" })
            Assert.Equal(400, (await api.Client.PostAsync(route, new { }, token)).Items[^1]["maxTokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task AJobRunsWithThePromptAsItIsThen()
    {
        var release = new TaskCompletionSource();
        await using var model = await ScriptedModelServer.StartAsync(Answers.After(release.Task, Answers.Error(500, "server_error")), Email);
        await using var api = await StartAsync(model);
        var token = await api.Client.SignInAsync();
        var id = await SaveAsync(api, token);
        var request = api.Client.PostAsync("/email/generateEmail", OwnPromptTests.EmailBy(id), token);
        await model.ArrivalAsync(TestContext.Current.CancellationToken);

        await api.Client.PostAsync("/prompt/savePrompt", new { id, title = "New", guidance = "Thank {client} for {favour}.", placeholders = new[] { "client", "favour" } }, token);
        release.SetResult();

        Assert.Equal(200, (await request).HttpStatus);
        Assert.Contains("Thank Northwind for favour.", string.Join('\n', model.Requests[1].Messages().Select(m => m.Content)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AJobWhosePromptIsDeletedFailsAndTheCoinsComeBack()
    {
        var release = new TaskCompletionSource();
        await using var model = await ScriptedModelServer.StartAsync(Answers.After(release.Task, Answers.Error(500, "server_error")), Email);
        await using var api = await StartAsync(model);
        var token = await api.Client.SignInAsync();
        var id = await SaveAsync(api, token);
        var request = api.Client.PostAsync("/email/generateEmail", OwnPromptTests.EmailBy(id), token);
        await model.ArrivalAsync(TestContext.Current.CancellationToken);

        await api.Client.PostAsync("/prompt/deletePrompt", new { id }, token);
        release.SetResult();

        var answer = await request;
        Assert.Equal((400, "unknown_prompt", 1), (answer.HttpStatus, answer.Code, model.Calls));
        Assert.Equal(10_000, (await api.Client.PostAsync("/user/getUserData", new { }, token)).Number("availableTokens"));
    }

    [Fact]
    public async Task TheSameKeyWithOtherValuesIs409()
    {
        await using var api = await TestApi.StartAsync();
        var token = await api.Client.SignInAsync();
        var body = OwnPromptTests.EmailBy(await SaveAsync(api, token));
        var first = await api.Client.GenerateWithKeyAsync(token, "key", body);
        Assert.Equal(first.Text("id"), (await api.Client.GenerateWithKeyAsync(token, "key", body)).Text("id"));

        body["placeholders"]!["amount"] = "481 EUR";

        Assert.Equal("idempotency_conflict", (await api.Client.GenerateWithKeyAsync(token, "key", body)).Code);
    }

    [Fact]
    public async Task TheGalleryListsOwnPromptsAfterTheBuiltInOnesInTheAppsShape()
    {
        await using var api = await TestApi.StartAsync();
        var token = await api.Client.SignInAsync();
        var without = await GalleryAsync(api, token);
        var id = await SaveAsync(api, token);
        var other = await api.Client.SignInAsync("other@example.com");

        var gallery = await GalleryAsync(api, token);

        Assert.Equal(without.Select(Text), gallery.SkipLast(1).Select(Text));
        Assert.Equal(without.Select(Text), (await GalleryAsync(api, other)).Select(Text));
        var own = gallery[^1];
        Assert.Equal(without[0].Select(p => p.Key), own.Select(p => p.Key));
        Assert.Equal((id, "Dunning letter", "own", 250), (OwnPromptTests.IdOf(own), own["title"]!.ToString(), own["slug"]!.ToString(), own["maxTokens"]!.GetValue<int>()));
        Assert.Contains("client, amount", own["description"]!.ToString(), StringComparison.Ordinal);
        using var icon = await api.Client.Http.GetAsync(own["iconUrl"]!.ToString(), TestContext.Current.CancellationToken);
        Assert.Equal("image/svg+xml", icon.Content.Headers.ContentType?.MediaType);

        var updatedOn = own["updatedOn"]!.GetValue<long>();
        Assert.Equal(id, OwnPromptTests.IdOf(Assert.Single(await GalleryAsync(api, token, updatedOn - 1), p => p["slug"]!.ToString() == "own")));
        Assert.Empty(await GalleryAsync(api, token, updatedOn));
    }

    [Fact]
    public async Task ADeletedPromptStaysInTheGalleryMarkedWhileAnEmailNamesIt()
    {
        await using var api = await TestApi.StartAsync();
        var token = await api.Client.SignInAsync();
        var (used, unused) = (await SaveAsync(api, token), await SaveAsync(api, token));
        var email = await api.Client.PostAsync("/email/generateEmail", OwnPromptTests.EmailBy(used), token);

        foreach (var id in new[] { used, unused }) await api.Client.PostAsync("/prompt/deletePrompt", new { id }, token);

        var left = Assert.Single(await GalleryAsync(api, token), p => p["slug"]!.ToString() == "own");
        Assert.Equal((used, "Dunning letter (deleted)"), (OwnPromptTests.IdOf(left), left["title"]!.ToString()));
        Assert.Null((await api.Client.PostAsync("/prompt/getMyPrompts", new { }, token)).Payload);
        // Every email of the history finds its prompt.
        Assert.Equal(used, Assert.Single(await api.Client.HistoryAsync(token))["promptId"]!.ToString());

        await api.Client.PostAsync("/email/deleteGeneratedEmail", new { id = email.Text("id") }, token);
        Assert.DoesNotContain(await GalleryAsync(api, token), p => p["slug"]!.ToString() == "own");
    }

    [Fact]
    public async Task APromptThatIsSavedOnOneInstanceIsInTheGalleryOfTheOther()
    {
        using var folder = new TextFolder();
        await using var one = await StartAsync(await redis.ServerAsync(), folder);
        await using var other = await StartAsync(await redis.ServerAsync(), folder);
        var token = await one.Client.SignInAsync();
        // Both know the user as one without prompts.
        foreach (var api in new[] { one, other }) Assert.DoesNotContain(await GalleryAsync(api, token), p => p["slug"]!.ToString() == "own");

        var id = await SaveAsync(one, token);

        foreach (var api in new[] { one, other }) Assert.Equal(id, OwnPromptTests.IdOf((await GalleryAsync(api, token))[^1]));
    }

    [Fact]
    public async Task WhereTheStoreCannotTellTheFirstPromptIsAnnouncedAndLaterOnesAreNot()
    {
        using var folder = new TextFolder();
        await using var one = await StartAsync(await redis.ServerAsync(), folder, MuteStore);
        await using var other = await StartAsync(await redis.ServerAsync(), folder, MuteStore);
        var heard = other.App.Services.GetRequiredService<RedisUserChanges>();
        var token = await one.Client.SignInAsync();
        await Eventually.TrueAsync(() => Task.FromResult(heard.Version() is not null));
        Assert.DoesNotContain(await GalleryAsync(other, token), p => p["slug"]!.ToString() == "own");
        var before = heard.Version();

        await SaveAsync(one, token);

        await Eventually.TrueAsync(() => Task.FromResult(heard.Version() is { } now && now != before));
        Assert.Equal("own", (await GalleryAsync(other, token))[^1]["slug"]!.ToString());
        before = heard.Version();
        await SaveAsync(one, token);
        Assert.Equal(2, (await GalleryAsync(other, token)).Count(p => p["slug"]!.ToString() == "own"));
        Assert.Equal(before, heard.Version());
    }

    private static string Text(JsonObject item) => item.ToJsonString();

    private static async Task<string> SaveAsync(TestApi api, string token)
    {
        var saved = await api.Client.PostAsync("/prompt/savePrompt", OwnPromptTests.Dunning, token);
        Assert.Equal(200, saved.HttpStatus);
        return saved.Text("id");
    }

    private static async Task<IReadOnlyList<JsonObject>> GalleryAsync(TestApi api, string token, long? updatedAfter = null)
    {
        var answer = await api.Client.PostAsync("/prompt/getAllPrompts", updatedAfter is null ? new { } : new { updatedAfter }, token);
        Assert.Equal(200, answer.HttpStatus);
        return answer.Payload ?? [];
    }

    private static Task<TestApi> StartAsync(ScriptedModelServer model) =>
        TestApi.StartAsync("OPENAI_API_KEY=sk-test", "OpenAI:BaseAddress=" + model.BaseAddress, "Queue:FirstRetry=00:00:00.1");

    private static Task<TestApi> StartAsync(RedisServer server, TextFolder folder, Action<IServiceCollection>? services = null) => TestApi.StartAsync(
        services, "DATA_DIR=" + folder.Path, "REDIS_IP=127.0.0.1", "REDIS_PORT=" + server.Port.ToString(CultureInfo.InvariantCulture),
        "Redis:KeyPrefix=test-" + Path.GetFileName(folder.Path));

    private static void MuteStore(IServiceCollection services)
    {
        var registered = services.Last(service => service.ServiceType == typeof(IUserStore));
        services.AddSingleton<IUserStore>(s => new ForwardingUserStore((IUserStore)ActivatorUtilities.CreateInstance(s, registered.ImplementationType!)));
    }
}
