using System.Text.Json;
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
        var store = api.App.Services.GetRequiredService<ChaturMail.Core.Storage.IDocumentStore>();
        Assert.Empty(await store.ListAsync("translation", TranslatedText.All, true, 10, null, TestContext.Current.CancellationToken));
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

    // The text that is asked for, with a word before each.
    private static ScriptedAnswer Echo() => call =>
    {
        var data = RecordedRequest.Of(call).Messages()[^1].Content.Split('\n').First(line => line.StartsWith('{'));
        using var json = JsonDocument.Parse(data);
        return Answers.Text("अनुवाद " + json.RootElement.GetProperty("text").GetString())(call);
    };
}
