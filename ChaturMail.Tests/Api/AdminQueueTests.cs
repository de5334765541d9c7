using ChaturMail.Core.Queue;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>What operators see of the queue.</summary>
public sealed class AdminQueueTests : AdminApiTests
{
    [Fact]
    public async Task TheQueueIsShownWithTheLastHourMinuteByMinute()
    {
        var empty = (await DoneAsync("getQueue", new { })).Item;
        Assert.Equal("[]", empty["failures"]!.ToJsonString());
        Assert.Equal("""{"p50":null,"p95":null}""", empty["seconds"]!.ToJsonString());

        var email = (await Client.GenerateAsync(Token)).Text("id");
        // The offline composer does not translate: such a job fails for good at once.
        Assert.Equal("not_supported", (await Client.PostAsync("/email/regenerateEmail", new { id = email, rewrite = "translate:de" }, Token)).Code);
        await Eventually.TrueAsync(async () => (await Service<IGenerationQueue>().MeasureAsync(default)) is { Held: 0, Dead: 1 });

        var item = (await DoneAsync("getQueue", new { })).Item;
        Assert.Equal(
            (0L, 0L, 0L, 1L, 0.0),
            (item["waiting"]!.GetValue<long>(), item["held"]!.GetValue<long>(), item["delayed"]!.GetValue<long>(), item["dead"]!.GetValue<long>(),
                item["oldestSeconds"]!.GetValue<double>()));
        var minutes = item["minutes"]!.AsArray();
        long Sum(string field) => minutes.Sum(minute => minute![field]!.GetValue<long>());
        Assert.Equal((60, 2L, 1L, 1L), (minutes.Count, Sum("accepted"), Sum("done"), Sum("failed")));
        var last = minutes[^1]!["minute"]!.GetValue<long>();
        Assert.Equal(Enumerable.Range(0, 60).Select(i => last - 60L * (59 - i)), minutes.Select(minute => minute!["minute"]!.GetValue<long>()));
        Assert.InRange(item["now"]!.GetValue<long>(), last, last + 59);
        Assert.Equal("""[{"code":"not_supported","count":1}]""", item["failures"]!.ToJsonString());
        Assert.InRange(item["seconds"]!["p95"]!.GetValue<double>(), item["seconds"]!["p50"]!.GetValue<double>(), 60);
    }

    [Fact]
    public async Task WithoutRedisOperatorsAreToldThatTheQueueCannotBeReached()
    {
        // Nobody listens on port 1.
        await using var api = await TestApi.StartAsync("REDIS_IP=127.0.0.1", "REDIS_PORT=1", "Worker:InApi=false");
        var token = await api.Client.SignInAsync();
        var uid = await Operators.UidAsync(api.Client, token);
        Assert.True(await api.App.Services.GetRequiredService<IUserStore>().SetAdminAsync(uid, true, default));

        foreach (var (route, body) in new (string, object)[] { ("getQueue", new { }), ("getDeadLetters", new { }), ("retryDeadLetter", new { id = "x" }), ("dropDeadLetter", new { id = "x" }) })
        {
            var answer = await api.Client.PostAsync("/admin/" + route, body, token);
            Assert.Equal((503, "queue_unavailable", route), (answer.HttpStatus, answer.Code, route));
            Assert.NotNull(answer.Headers.RetryAfter);
        }
    }
}
