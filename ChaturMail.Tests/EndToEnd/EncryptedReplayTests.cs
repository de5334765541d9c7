using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>Two Apis as processes of their own on one Redis.</summary>
public sealed class EncryptedReplayTests
{
    [Fact]
    public async Task ARequestThatOneInstanceTookIsRefusedByTheOther()
    {
        await using var topology = await RedisTopology.PrepareAsync(1, _ => throw new InvalidOperationException("Nobody asks the model."));
        await topology.StartApiAsync();
        using var another = await topology.StartAnotherApiAsync();
        // In Development the key is in the data folder, which they share.
        var client = await EncryptedClient.OpenAsync(topology.Client);
        Assert.Equal(client.KeyId, (await EncryptedClient.OpenAsync(another)).KeyId);
        var feedback = new { subject = "About the app", message = "It is good, thank you." };

        for (var i = 0; i < 5; i++)
        {
            var request = client.Make("/misc/submitFeedback", feedback, topology.Token);
            var (first, second) = i % 2 == 0 ? (topology.Client, another) : (another, topology.Client);
            Assert.Equal(200, (await client.SendAsync(request, to: first)).Answer.HttpStatus);
            Assert.Equal("encryption_not_fresh", (await client.SendAsync(request, to: second)).Answer.Code);
        }

        var raced = client.Make("/misc/submitFeedback", feedback, topology.Token);
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => client.SendAsync(raced, to: i % 2 == 0 ? topology.Client : another)));
        Assert.Equal(1, replies.Count(reply => reply.Answer.HttpStatus == 200));
    }
}
