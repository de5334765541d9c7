using System.Text.Json;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>Translations between processes: the Api has no key of a model, and the Worker has.</summary>
public sealed class TranslationTests
{
    [Fact]
    public async Task WhatTwoApisAskForAtOnceAWorkerWithTheKeyTranslatesOnce()
    {
        await using var topology = await RedisTopology.PrepareAsync(1, EmailOrTranslation());
        topology.StartWorker();
        await topology.StartApiAsync(("OPENAI_API_KEY", ""));
        using var other = await topology.StartAnotherApiAsync();
        var id = (await Assert.Single(topology.Send(1))).Text("id");
        var before = topology.Model.Calls;

        var answers = await Task.WhenAll(
            new[] { topology.Client, other, topology.Client, other }.Select(api => api.PostAsync("/translation/translateEmail", new { id, language = "de" }, topology.Token)));

        Assert.All(answers, answer => Assert.Equal((200, "Translated."), (answer.HttpStatus, answer.Message)));
        Assert.All(answers, answer => Assert.StartsWith("Guten Tag", $"{answer.Item["body"]!["text"]}", StringComparison.Ordinal));
        // Subject and body.
        Assert.Equal(2, topology.Model.Calls - before);
    }

    private static ScriptedAnswer EmailOrTranslation() => call =>
    {
        var data = RecordedRequest.Of(call).Messages()[^1].Content.Split('\n').First(line => line.StartsWith('{'));
        using var json = JsonDocument.Parse(data);
        return json.RootElement.TryGetProperty("text", out var text)
            ? Answers.Text(text.GetString()!.Contains('\n', StringComparison.Ordinal) ? "Guten Tag,\n\nes geht um die Sache.\n\nGrüße" : "Guten Tag, eine Sache")(call)
            : Answers.EchoSubject()(call);
    };
}
