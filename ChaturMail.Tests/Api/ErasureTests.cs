using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ChaturMail.Core.Language;
using ChaturMail.Core.Live;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>What is left in the database of what was deleted.</summary>
public sealed class ErasureTests
{
    [Fact]
    public async Task NoTableHoldsAWordOfAUserWhoWasErased()
    {
        // The last of their emails is being written when they go.
        var release = new TaskCompletionSource<ModelAnswer>();
        var asked = 0;
        var model = new RecordingModel(_ => Interlocked.Increment(ref asked) <= 4 ? RecordingModel.Text("Dear Maria,\n\nzebra.\n\nAsha") : release.Task);
        await using var api = await TestApi.StartAsync(services => services.AddSingleton<ILanguageModel>(model), "Generation:Wait=00:00:01");
        var token = await api.Client.SignInAsync("zebra@example.com");
        var uid = (await PostAsync("/user/getUserData", new { })).Text("uid");
        var prompt = (await PostAsync("/prompt/savePrompt", new { title = "zebra", guidance = "zebra {name}", placeholders = new[] { "name" } })).Text("id");
        var body = new JsonObject
        {
            ["subject"] = "zebra",
            ["keywords"] = "zebra",
            ["promptId"] = prompt,
            ["toEmail"] = "zebra@example.com",
            ["placeholders"] = new JsonObject { ["name"] = "zebra" },
            ["signature"] = "zebra",
            ["instructions"] = "zebra",
            ["context"] = "zebra",
            ["senderName"] = "zebra",
            ["variants"] = 2,
        };
        var id = (await api.Client.GenerateWithKeyAsync(token, "zebra", body)).Items[0]["id"]!.GetValue<string>();
        Assert.Equal(200, (await PostAsync("/email/updateEmail", new { id, generatedEmail = "zebra edited" })).HttpStatus);
        Assert.Equal(200, (await PostAsync("/email/regenerateEmail", new { id, rewrite = "soften" })).HttpStatus);
        Assert.Equal(200, (await PostAsync("/email/regenerateEmail", new { id, rewrite = "shorten" })).HttpStatus);
        Assert.Equal(200, (await PostAsync("/misc/submitFeedback", new { subject = "zebra feedback", message = "zebra feedback" })).HttpStatus);
        Assert.Equal(202, (await PostAsync("/email/regenerateEmail", new { id, rewrite = "elaborate" })).HttpStatus);
        await PostAsync("/prompt/deletePrompt", new { id = prompt });
        Assert.Contains("zebra", Dump(api), StringComparison.Ordinal);

        Assert.Equal(200, (await PostAsync("/user/deleteUser", new { })).HttpStatus);
        release.SetResult(await RecordingModel.Text("Dear Maria,\n\nzebra.\n\nAsha"));
        // Whoever stops waits for what runs.
        await api.App.StopAsync(TestContext.Current.CancellationToken);

        var left = Dump(api);
        Assert.DoesNotContain("zebra", left, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(uid, left, StringComparison.Ordinal);

        Task<ApiAnswer> PostAsync(string route, object fields) => api.Client.PostAsync(route, fields, token);
    }

    [Fact]
    public async Task AnEmailThatIsReadAlongEndsWithItsAccountAndItsTextIsGone()
    {
        var model = new PacedModel("Dear Maria,\n\n", "zebra", "zebra");
        await using var api = await TestApi.StartAsync(services => services.AddSingleton<ILanguageModel>(model));
        var token = await api.Client.SignInAsync();
        await using var reader = await LiveReader.OpenAsync(api.Client, token);
        await reader.ExpectAsync("accepted");
        model.Allow(2);
        await reader.ReadToAsync("Dear Maria,\n\nzebra".Length);

        Assert.Equal(200, (await api.Client.PostAsync("/user/deleteUser", new { }, token)).HttpStatus);

        await reader.ReadUntilAsync("error");
        var live = api.App.Services.GetRequiredService<ILiveText>();
        Assert.Empty((await live.ReadAsync(reader.Id, LivePosition.Start, default)).Pieces);
        model.AllowAll();
    }

    [Fact]
    public async Task TheTitleOfADeletedPromptGoesWithTheLastEmailThatNamesIt()
    {
        await using var api = await TestApi.StartAsync();
        var token = await api.Client.SignInAsync();
        var prompt = (await api.Client.PostAsync("/prompt/savePrompt", OwnPromptTests.Dunning, token)).Text("id");
        var emails = new List<string>();
        for (var i = 0; i < 2; i++) emails.Add((await api.Client.PostAsync("/email/generateEmail", OwnPromptTests.EmailBy(prompt), token)).Text("id"));
        await api.Client.PostAsync("/prompt/deletePrompt", new { id = prompt }, token);

        await api.Client.PostAsync("/email/deleteGeneratedEmail", new { id = emails[0] }, token);
        Assert.Contains("Dunning letter", Dump(api), StringComparison.Ordinal);
        await api.Client.PostAsync("/email/deleteGeneratedEmail", new { id = emails[1] }, token);

        Assert.DoesNotContain("Dunning letter", Dump(api), StringComparison.Ordinal);
    }

    /// <summary>Every value of every row of every table.</summary>
    internal static string Dump(TestApi api)
    {
        using var store = new SqliteSession($"Data Source={Path.Combine(api.DataFolder, "chaturmail.db")};Pooling=False");
        var text = new StringBuilder();
        foreach (var table in store.List(row => row.GetString(0), "SELECT name FROM sqlite_master WHERE type = 'table'"))
        {
            foreach (var line in store.List(
                row => string.Join('|', Enumerable.Range(0, row.FieldCount).Select(i => Convert.ToString(row.GetValue(i), CultureInfo.InvariantCulture))),
                $"SELECT * FROM {table}"))
            {
                text.Append(table).Append(": ").AppendLine(line);
            }
        }

        return text.ToString();
    }
}
