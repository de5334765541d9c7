using ChaturMail.Core.Generation;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>Variants are jobs like any other: a Worker that dies with them, or an Api that waits for them, loses none and doubles none.</summary>
public sealed class KilledVariantsTests
{
    private static readonly object Body = new
    {
        subject = "Job",
        keywords = "one, two",
        promptId = "1",
        toEmail = "maria.lopez@northwind.example",
        variants = 3,
    };

    [Fact]
    public async Task TheVariantsOfAKilledWorkerAreWrittenByAnotherAndAnsweredTogether()
    {
        var release = new TaskCompletionSource();
        await using var topology = await RedisTopology.PrepareAsync(3, Answers.After(release.Task, Answers.EchoSubject()));
        var doomed = topology.StartWorker();
        await topology.StartApiAsync();
        var request = topology.Client.PostAsync("/email/generateEmail", Body, topology.Token);
        await topology.ArrivalsAsync(3);

        await topology.KillAsync(doomed);
        Assert.False(request.IsCompleted);
        release.SetResult();
        topology.StartWorker();

        var answer = await request;
        Assert.Equal((200, 3), (answer.HttpStatus, answer.Items.Count));
        Assert.Equal(topology.Jobs(JobState.Done).Order(), answer.Items.Select(email => email["id"]!.GetValue<string>()).Order());
        await topology.ExpectAllEndedOnceAsync(3);
    }

    [Fact]
    public async Task TheVariantsOfAKilledApiAreFoundByTheRequestThatIsSentAgain()
    {
        var release = new TaskCompletionSource();
        await using var topology = await RedisTopology.PrepareAsync(3, Answers.After(release.Task, Answers.EchoSubject()));
        topology.StartWorker();
        await topology.StartApiAsync();
        var lost = topology.Client.GenerateWithKeyAsync(topology.Token, "key", Body);
        await topology.ArrivalsAsync(3);

        await topology.KillAsync(topology.Api);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => lost);
        await topology.StartApiAsync();
        var again = topology.Client.GenerateWithKeyAsync(topology.Token, "key", Body);
        release.SetResult();

        Assert.Equal((200, 3), ((await again).HttpStatus, (await again).Items.Count));
        await topology.ExpectAllEndedOnceAsync(3);
    }
}
