using System.Text.Json;
using System.Text.Json.Nodes;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Translation;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChaturMail.Tests.Api;

/// <summary>Preferences and translations through the API, with a model behind the worker.</summary>
public sealed class TranslationTests
{
    private static readonly string[] Model = ["OPENAI_API_KEY=sk-test", "Models:Routes:Standard=composer", "Models:Routes:Translation=openai"];

    [Fact]
    public async Task PreferencesAreChangedOneByOneTakenAwayAndTheUsersAlone()
    {
        await using var api = await TestApi.StartAsync();
        var (token, other) = (await api.Client.SignInAsync(), await api.Client.SignInAsync("bo.ek@example.com"));
        async Task<string> SetAsync(object body)
        {
            var answer = await api.Client.PostAsync("/user/setPreferences", body, token);
            return answer.HttpStatus == 200 ? $"{answer.Item["language"]} {answer.Item["timeZone"]} {answer.Item["autoTranslate"]}" : answer.Code + " " + answer.Message;
        }

        Assert.Equal("pt-BR  false", await SetAsync(new { language = "pt-br" }));
        Assert.Equal("pt-BR Asia/Kolkata false", await SetAsync(new { timeZone = "Asia/Kolkata" }));
        Assert.Equal("pt-BR Asia/Kolkata true", await SetAsync(new { autoTranslate = true }));
        Assert.Equal(" Asia/Kolkata true", await SetAsync(new { language = "" }));
        Assert.StartsWith("invalid_field The field 'timeZone' must name a time zone", await SetAsync(new { timeZone = "Mars/Olympus" }), StringComparison.Ordinal);
        Assert.StartsWith("invalid_field The field 'language' must name a language", await SetAsync(new { language = "klingon!" }), StringComparison.Ordinal);
        Assert.Equal(" Asia/Kolkata true", await SetAsync(new { }));

        var others = await api.Client.PostAsync("/user/getPreferences", new { }, other);
        Assert.Null(others.Item["timeZone"]);
        var archive = await api.Client.PostAsync("/user/exportData", new { }, token);
        Assert.Contains("Asia/Kolkata", archive.Item.ToJsonString(), StringComparison.Ordinal);
        await api.Client.PostAsync("/user/deleteUser", new { }, token);
        var again = await api.Client.PostAsync("/user/getPreferences", new { }, await api.Client.SignInAsync());
        Assert.Null(again.Item["timeZone"]);
    }

    [Fact]
    public async Task AnEmailIsTranslatedOnceAndItsTranslationGoesWithIt()
    {
        await using var model = await ScriptedModelServer.StartAsync(Echo());
        await using var api = await TestApi.StartAsync([.. Model, "OpenAI:BaseAddress=" + model.BaseAddress]);
        var token = await api.Client.SignInAsync();
        var email = await api.Client.GenerateAsync(token);
        var request = new { id = email.Text("id"), language = "hi" };

        var first = await api.Client.PostAsync("/translation/translateEmail", request, token);

        Assert.Equal((200, "Translated.", 2), (first.HttpStatus, first.Message, model.Calls));
        var (subject, body) = (first.Item["subject"]!, first.Item["body"]!);
        Assert.Equal(("translated", "hi", "अनुवाद " + subject["original"]), ($"{subject["state"]}", $"{subject["language"]}", $"{subject["text"]}"));
        Assert.Equal((email.Text("generatedEmail"), "अनुवाद " + email.Text("generatedEmail")), ($"{body["original"]}", $"{body["text"]}"));
        var second = await api.Client.PostAsync("/translation/translateEmail", request, token);
        Assert.Equal((first.Item.ToJsonString(), 2), (second.Item.ToJsonString(), model.Calls));
        var others = await api.Client.PostAsync("/translation/translateEmail", request, await api.Client.SignInAsync("bo.ek@example.com"));
        Assert.Equal((404, "email_not_found"), (others.HttpStatus, others.Code));

        await api.Client.PostAsync("/email/deleteGeneratedEmail", new { id = email.Text("id") }, token);
        Assert.Empty(await TranslationsAsync(api));
    }

    [Fact]
    public async Task WhatTakesLongIsPendingAndThereAtTheNextAsking()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var model = await ScriptedModelServer.StartAsync(Answers.After(release.Task, Echo()));
        var texts = new TranslationDesk.FakeTexts();
        texts.Put("6b018b08c371b1bcac5105d7", "See you tomorrow at ten in the morning.");
        await using var api = await TestApi.StartAsync(
            services =>
            {
                services.RemoveAll<ITranslationSource>();
                services.AddSingleton<ITranslationSource>(texts);
            },
            [.. Model, "OpenAI:BaseAddress=" + model.BaseAddress, "Translation:Wait=00:00:00.2"]);
        var token = await api.Client.SignInAsync();
        Task<ApiAnswer> AskAsync(object body) => api.Client.PostAsync("/translation/translateMessage", body, token);

        var noLanguage = await AskAsync(new { id = "6b018b08c371b1bcac5105d7" });
        Assert.Equal((400, "invalid_field"), (noLanguage.HttpStatus, noLanguage.Code));
        await api.Client.PostAsync("/user/setPreferences", new { language = "de" }, token);
        var pending = await AskAsync(new { id = "6b018b08c371b1bcac5105d7" });
        Assert.Equal((202, "pending", null), (pending.HttpStatus, pending.Text("state"), pending.Item["text"]));
        Assert.Equal("See you tomorrow at ten in the morning.", pending.Text("original"));

        release.SetResult();
        await Eventually.TrueAsync(async () => (await AskAsync(new { id = "6b018b08c371b1bcac5105d7" })).Text("state") == "translated");
        Assert.Equal(1, model.Calls);
        Assert.Equal((404, "message_not_found"), ((await AskAsync(new { id = "6b018b08c371b1bcac5105d8" })).HttpStatus, (await AskAsync(new { id = "6b018b08c371b1bcac5105d8" })).Code));
    }

    [Fact]
    public async Task ATranslationCountsAgainstTheBudgetOfMoneyByItsOwnLength()
    {
        await using var model = await ScriptedModelServer.StartAsync(Echo());
        // A translation of so short a text may cost 0.003 of a dollar at most, an email by its limit of tokens far more.
        await using var api = await TestApi.StartAsync(
            [.. Model, "OpenAI:BaseAddress=" + model.BaseAddress, "OpenAI:OutputPrice=1", "OpenAI:MaxOutputTokens=16000", "Budgets:UserPerDay=0.0004"]);
        var token = await api.Client.SignInAsync();
        var id = (await api.Client.GenerateAsync(token)).Text("id");

        var answer = await api.Client.PostAsync("/translation/translateEmail", new { id, language = "de" }, token);

        // The subject fits, the body does not.
        Assert.Equal("translated budget_exceeded", $"{answer.Item["subject"]!["state"]} {answer.Item["body"]!["code"]}");
        Assert.Equal("The budget of the day is spent, so nothing more is translated today.", answer.Message);
        Assert.Equal(1, model.Calls);
    }

    [Fact]
    public async Task MessagesCarryTheReadersTranslationAsLongAsTheirTextStandsThere()
    {
        await using var model = await ScriptedModelServer.StartAsync(Echo());
        await using var api = await TestApi.StartAsync([.. Model, "OpenAI:BaseAddress=" + model.BaseAddress]);
        var (writer, reader) = (await api.Client.SignInAsync(), await api.Client.SignInAsync("bo.ek@example.com"));
        var conversationId = await GroupAsync(api, writer, reader);
        await api.Client.PostAsync("/user/setPreferences", new { language = "hi", autoTranslate = true }, reader);
        async Task<ApiAnswer> OkAsync(string route, object body, string token)
        {
            var answer = await api.Client.PostAsync(route, body, token);
            Assert.Equal((route, 200), (route, answer.HttpStatus));
            return answer;
        }

        async Task<string> SendAsync(string text) =>
            (await OkAsync("/message/sendMessage", new { conversationId, clientId = text, text }, writer)).Text("id");
        async Task<JsonNode?> TranslationAsync(string token) =>
            (await OkAsync("/message/getMessages", new { conversationId, limit = 1 }, token)).Item["translation"];
        Task IsTranslatedAsync() => Eventually.TrueAsync(async () => await TranslationAsync(reader) is not null);

        var id = await SendAsync("See you tomorrow at ten in the morning.");
        await IsTranslatedAsync();

        var one = (await OkAsync("/message/getMessage", new { id }, reader)).Item;
        Assert.Equal(
            ("hi", "अनुवाद See you tomorrow at ten in the morning.", "See you tomorrow at ten in the morning."),
            ($"{one["translation"]!["language"]}", $"{one["translation"]!["text"]}", $"{one["text"]}"));
        foreach (var same in new[]
                 {
                     (await OkAsync("/message/searchMessages", new { text = "tomorrow" }, reader)).Item,
                     (await OkAsync("/conversation/getConversations", new { }, reader)).Item["lastMessage"]!,
                     (await OkAsync("/conversation/getConversation", new { conversationId }, reader)).Item["lastMessage"]!,
                     (await OkAsync("/conversation/sync", new { }, reader)).Item["conversations"]![0]!["messages"]![0]!,
                 })
            Assert.Equal(one.ToJsonString(), same.ToJsonString());
        Assert.Null(await TranslationAsync(writer));

        await OkAsync("/message/editMessage", new { id, text = "See you tomorrow at eleven in the morning." }, writer);
        Assert.Empty(await TranslationsAsync(api));
        await IsTranslatedAsync();
        await OkAsync("/message/deleteMessage", new { id }, writer);
        Assert.Empty(await TranslationsAsync(api));

        await SendAsync("The keys of the office are with the neighbours.");
        await IsTranslatedAsync();
        await OkAsync("/user/deleteUser", new { }, writer);
        await Eventually.TrueAsync(async () => (await TranslationsAsync(api)).Count == 0);
    }

    [Fact]
    public async Task ADraftIsTranslatedForTheMembersOfItsPartyUntilItsTopicIsDeleted()
    {
        await using var model = await ScriptedModelServer.StartAsync(Echo());
        await using var api = await TestApi.StartAsync([.. Model, "OpenAI:BaseAddress=" + model.BaseAddress]);
        var (writer, reader) = (await api.Client.SignInAsync(), await api.Client.SignInAsync("bo.ek@example.com"));
        var party = await SharedParty.AddAsync(api, await Operators.UidAsync(api.Client, writer), await Operators.UidAsync(api.Client, reader));
        var topicId = (await api.Client.PostAsync("/topic/createTopic", new { partyId = party.Id, title = "Price rise" }, writer)).Text("id");
        foreach (var version in new[] { 0, 1 })
        {
            await api.Client.PostAsync(
                "/topic/saveDraft", new { id = topicId, version, subject = "Our prices will rise", text = $"Dear Maria, our prices will rise by {version + 5} percent." }, writer);
        }

        Task<ApiAnswer> AskAsync(string token, int version) => api.Client.PostAsync("/translation/translateDraft", new { topicId, version, language = "hi" }, token);
        foreach (var version in new[] { 1, 2 })
        {
            var answer = await AskAsync(reader, version);
            Assert.Equal(("Translated.", $"अनुवाद Dear Maria, our prices will rise by {version + 4} percent."), (answer.Message, $"{answer.Item["body"]!["text"]}"));
            Assert.Equal("अनुवाद Our prices will rise", $"{answer.Item["subject"]!["text"]}");
        }

        Assert.Equal(3, model.Calls);
        Assert.Equal("version_not_found", (await AskAsync(reader, 3)).Code);
        Assert.Equal("topic_not_found", (await AskAsync(await api.Client.SignInAsync("stranger@example.com"), 2)).Code);
        await api.Client.PostAsync("/topic/deleteTopic", new { id = topicId }, writer);
        Assert.Empty(await TranslationsAsync(api));
    }

    private static Task<IReadOnlyList<StoredDocument>> TranslationsAsync(TestApi api) => api.App.Services.GetRequiredService<IDocumentStore>()
        .ListAsync("translation", TranslatedText.All, true, 10, null, TestContext.Current.CancellationToken);

    private static async Task<string> GroupAsync(TestApi api, string one, string other)
    {
        var (uid, otherUid) = (await Operators.UidAsync(api.Client, one), await Operators.UidAsync(api.Client, other));
        await SharedParty.AddAsync(api, uid, otherUid);
        return (await api.Client.PostAsync("/conversation/createGroup", new { name = "Group", userIds = new[] { otherUid } }, one)).Text("id");
    }

    // The text that is asked for, with a word before each.
    private static ScriptedAnswer Echo() => call =>
    {
        var data = RecordedRequest.Of(call).Messages()[^1].Content.Split('\n').First(line => line.StartsWith('{'));
        using var json = JsonDocument.Parse(data);
        return Answers.Text("अनुवाद " + json.RootElement.GetProperty("text").GetString())(call);
    };
}
