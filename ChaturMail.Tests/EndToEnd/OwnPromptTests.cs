using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>An Api and a Worker that are processes of their own: the prompt that one saves, the other writes by.</summary>
public sealed class OwnPromptTests
{
    [Fact]
    public async Task AWorkerWritesByThePromptThatTheApiSaved()
    {
        await using var topology = await RedisTopology.PrepareAsync(1, Answers.EchoSubject());
        topology.StartWorker();
        await topology.StartApiAsync();
        var saved = await topology.Client.PostAsync("/prompt/savePrompt", Api.OwnPromptTests.Dunning, topology.Token);

        var email = await topology.Client.PostAsync("/email/generateEmail", Api.OwnPromptTests.EmailBy(saved.Text("id")), topology.Token);

        Assert.Equal((200, saved.Text("id")), (email.HttpStatus, email.Text("promptId")));
        var told = string.Join('\n', topology.Model.Requests[0].Messages().Select(m => m.Content));
        Assert.Contains("Ask Northwind to pay 480 EUR.", told, StringComparison.Ordinal);
        await topology.ExpectAllEndedOnceAsync(1);
    }
}
