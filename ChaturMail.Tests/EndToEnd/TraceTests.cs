using System.Collections.Concurrent;
using System.Diagnostics;
using ChaturMail.Core;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>One trace shows a request's whole way: through the queue to a worker, and to the model.</summary>
public sealed class TraceTests
{
    [Fact]
    public async Task ATraceRunsFromTheRequestThroughTheQueueToTheWorkerAndTheModel()
    {
        var trace = ActivityTraceId.CreateRandom();
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is Telemetry.Name or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                // Other tests run beside this one.
                if (activity.TraceId == trace) spans.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var api = await TestApi.StartAsync();
        var token = await api.Client.SignInAsync();

        using var request = new HttpRequestMessage(HttpMethod.Post, "/email/generateEmail") { Content = new StringContent(ApiClient.Leave.ToJsonString(), null, "application/json") };
        request.Headers.Add("Authorization", "Bearer " + token);
        request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        using var answer = await api.Client.Http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode);

        // The request's own span ends after its answer was read.
        await Eventually.TrueAsync(() => Task.FromResult(spans.Count >= 4));
        var server = Assert.Single(spans, span => span.Kind == ActivityKind.Server);
        var enqueue = Assert.Single(spans, span => span is { OperationName: "enqueue email", Kind: ActivityKind.Producer });
        var run = Assert.Single(spans, span => span is { OperationName: "generate email", Kind: ActivityKind.Consumer });
        var model = Assert.Single(spans, span => span is { OperationName: "chat offline-composer", Kind: ActivityKind.Client });
        Assert.Equal(server.SpanId, enqueue.ParentSpanId);
        Assert.Equal(server.SpanId, run.ParentSpanId);
        Assert.Equal(run.SpanId, model.ParentSpanId);
        Assert.NotEmpty((string?)model.GetTagItem("gen_ai.response.model") ?? "");
    }
}
