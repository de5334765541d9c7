using System.Text.Json.Nodes;
using ChaturMail.Core.Firebase;
using ChaturMail.Core.Push;
using ChaturMail.Core.Push.Firebase;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Contracts;

/// <summary>What every adapter of push messages does, seen by a server that speaks FCM's HTTP v1 and checks the service account's assertion.</summary>
public abstract class PushMessagesContract
{
    private static readonly PushMessage Ready = new("Your email is ready", "Open it.", new Dictionary<string, string> { ["emailId"] = "6b01" });

    /// <summary>The adapter with a service account of the server's.</summary>
    private protected abstract IPushMessages Open(FirebaseServer server, ServiceAccountOptions account, TimeSpan timeout);

    [Fact]
    public async Task AMessageIsSentToTheProjectWithTokenTextAndData()
    {
        await using var server = await FirebaseServer.StartAsync(FirebaseAnswers.Sent());

        var result = await Open(server).SendAsync("device-1", Ready, default);

        Assert.Empty(server.RefusedAssertions);
        Assert.Equal(PushResult.Sent.Instance, result);
        var request = Assert.Single(server.Requests);
        Assert.Equal($"/v1/projects/{TestTokens.Project}/messages:send", request.Path);
        var message = JsonNode.Parse(request.Body)!["message"]!;
        Assert.Equal("device-1", message["token"]!.GetValue<string>());
        Assert.Equal((Ready.Title, Ready.Body), (message["notification"]!["title"]!.GetValue<string>(), message["notification"]!["body"]!.GetValue<string>()));
        Assert.Equal("""{"emailId":"6b01"}""", message["data"]!.ToJsonString());
    }

    [Fact]
    public async Task ATokenThatIsRegisteredNoMoreIsAValue()
    {
        await using var server = await FirebaseServer.StartAsync(FirebaseAnswers.Error(404, "NOT_FOUND", "UNREGISTERED"));
        Assert.IsType<PushResult.Unregistered>(await Open(server).SendAsync("device-1", Ready, default));
    }

    [Theory]
    [InlineData(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT")]
    [InlineData(403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH")]
    [InlineData(404, "NOT_FOUND", null)]
    [InlineData(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED")]
    public async Task AnyOtherRefusalIsAFailureThatQuotesNothing(int code, string status, string? fcm)
    {
        await using var server = await FirebaseServer.StartAsync(FirebaseAnswers.Error(code, status, fcm));

        var failed = Assert.IsType<PushResult.Failed>(await Open(server).SendAsync("device-1", Ready, default));

        Assert.DoesNotContain("zebra", failed.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("device-1", failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServiceAccountWithAnotherKeyIsAFailure()
    {
        await using var server = await FirebaseServer.StartAsync(FirebaseAnswers.Sent());

        var failed = await Open(server, server.AccountOfAnother(), TimeSpan.FromSeconds(20)).SendAsync("device-1", Ready, default);

        Assert.Contains("invalid_grant", Assert.IsType<PushResult.Failed>(failed).Reason, StringComparison.Ordinal);
        Assert.Equal("signature", server.RefusedAssertions.First());
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task AServerThatDoesNotAnswerIsAFailureInTime()
    {
        await using var server = await FirebaseServer.StartAsync(Answers.Hang());
        Assert.IsType<PushResult.Failed>(await Open(server, server.Account, TimeSpan.FromSeconds(1)).SendAsync("device-1", Ready, default));
    }

    [Fact]
    public async Task ACallerWhoGivesUpIsCancelled()
    {
        await using var server = await FirebaseServer.StartAsync(Answers.Hang());
        using var giveUp = new CancellationTokenSource();
        var sending = Open(server).SendAsync("device-1", Ready, giveUp.Token);
        await server.ArrivalAsync();

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task ManyMessagesShareOneAccessToken()
    {
        await using var server = await FirebaseServer.StartAsync(FirebaseAnswers.Sent());
        var push = Open(server);

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => push.SendAsync($"device-{i}", Ready, default)));

        Assert.All(results, result => Assert.IsType<PushResult.Sent>(result));
        Assert.Equal(1, server.Grants);
    }

    private IPushMessages Open(FirebaseServer server) => Open(server, server.Account, TimeSpan.FromSeconds(20));
}

public sealed class RestPushMessagesTests : PushMessagesContract
{
    private protected override IPushMessages Open(FirebaseServer server, ServiceAccountOptions account, TimeSpan timeout) =>
        new FirebaseMessages(account.ProjectId, server.Api(account, timeout));
}
