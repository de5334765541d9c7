using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>Two Apis and a Worker that are processes of their own: what an operator does at one counts at all.</summary>
public sealed class PublishedContentTests
{
    [Fact]
    public async Task WhatIsPublishedAtOneApiIsServedByTheOtherAndWrittenByTheWorker()
    {
        await using var topology = await RedisTopology.PrepareAsync(3, Answers.EchoSubject(), ("Admin__SecondFactor", "false"));
        topology.StartWorker();
        await topology.StartApiAsync();
        using var other = await topology.StartAnotherApiAsync();
        var uid = await Operators.UidAsync(topology.Client, topology.Token);
        // A job before, so that the worker has started and looked when the template is published.
        Assert.Equal(200, (await topology.Client.PostAsync("/email/generateEmail", BodyBy("1"), topology.Token)).HttpStatus);
        await topology.MakeOperatorAsync(uid);

        var published = await topology.Client.PostAsync("/admin/publishPrompt", new { template = Operators.Template(coins: RedisTopology.Cost) }, topology.Token);
        Assert.Equal((200, "900"), (published.HttpStatus, published.Text("id")));

        // At once, at either Api: neither it nor the worker has looked since.
        foreach (var api in new[] { other, topology.Client })
        {
            var email = await api.PostAsync("/email/generateEmail", BodyBy("900"), topology.Token);
            Assert.Equal((200, "900"), (email.HttpStatus, email.Text("promptId")));
        }

        var told = string.Join('\n', topology.Model.Requests[1].Messages().Select(m => m.Content));
        Assert.Contains("a toast that can be spoken in a minute", told, StringComparison.Ordinal);
        Assert.Equal(200, (await topology.Client.PostAsync("/admin/setBannerImage", new { imageData = Operators.Png }, topology.Token)).HttpStatus);
        await Eventually.TrueAsync(async () => (await other.PostAsync("/misc/getBannerImage", new { }, topology.Token)).Text("imageData") == Operators.Png);
        Assert.Equal(200, (await topology.Client.PostAsync("/admin/withdrawPrompt", new { id = "900" }, topology.Token)).HttpStatus);
        await Eventually.TrueAsync(async () => (await other.PostAsync("/email/generateEmail", BodyBy("900"), topology.Token)).Code == "prompt_withdrawn");
        await topology.ExpectAllEndedOnceAsync(3);
    }

    [Fact]
    public async Task AUserWhoIsDisabledAtOneApiIsRefusedByTheOther()
    {
        await using var topology = await RedisTopology.PrepareAsync(1, Answers.EchoSubject(), ("Admin__SecondFactor", "false"));
        await topology.StartApiAsync();
        using var other = await topology.StartAnotherApiAsync();
        await topology.MakeOperatorAsync(await Operators.UidAsync(topology.Client, topology.Token));
        var user = await other.SignInAsync("priya.nair@example.com");
        var uid = await Operators.UidAsync(other, user);

        Assert.Equal(200, (await topology.Client.PostAsync("/admin/disableUser", new { uid, reason = "spam" }, topology.Token)).HttpStatus);

        Assert.Equal("account_disabled", (await other.PostAsync("/user/getUserData", new { }, user)).Code);
    }

    private static object BodyBy(string promptId) => new { subject = "Job 0", keywords = "one, two", promptId, toEmail = "maria.lopez@northwind.example" };
}
