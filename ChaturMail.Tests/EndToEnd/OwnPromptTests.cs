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

    [Fact]
    public async Task AWorkerWritesByAPromptThatAnotherSharesAndNotOnceTheShareHasEnded()
    {
        var release = new TaskCompletionSource();
        await using var topology = await RedisTopology.PrepareAsync(
            3, Answers.After(release.Task, Answers.Error(500, "server_error")), ("Queue__FirstRetry", "00:00:00.010"), ("Queue__MaxAttempts", "2"));
        topology.StartWorker();
        await topology.StartApiAsync();
        var client = topology.Client;
        var owner = await client.SignInAsync("owner@example.com");
        var party = await Parties.MakeAsync(client, owner, topology.Token);
        var id = (await client.PostAsync("/prompt/savePrompt", Api.OwnPromptTests.Dunning, owner)).Text("id");
        await client.PostAsync("/prompt/sharePrompt", new { id, partyId = party }, owner);
        var request = client.PostAsync("/email/generateEmail", Api.OwnPromptTests.EmailBy(id), topology.Token);
        await topology.Model.ArrivalAsync(TestContext.Current.CancellationToken);
        var told = string.Join('\n', topology.Model.Requests[0].Messages().Select(m => m.Content));
        Assert.Contains("Ask Northwind to pay 480 EUR.", told, StringComparison.Ordinal);

        // The model fails, and by the next run the share is over.
        await client.PostAsync("/prompt/unsharePrompt", new { id, partyId = party }, owner);
        release.SetResult();

        var answer = await request;
        Assert.Equal((400, "unknown_prompt", 1), (answer.HttpStatus, answer.Code, topology.Model.Calls));
        Assert.Equal(3 * RedisTopology.Cost, (await client.PostAsync("/user/getUserData", new { }, topology.Token)).Number("availableTokens"));
    }
}
