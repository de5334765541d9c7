using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using ChaturMail.Core;
using ChaturMail.Core.Language;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit;

/// <summary>Spans and metrics of calls: the conventions' names, and nothing of a user's.</summary>
public sealed class ModelTelemetryTests
{
    private static readonly ModelRequest Request = RoutedModels.Request with
    {
        Subject = "zebra-subject",
        Keywords = ["zebra-keyword"],
        ToEmail = "zebra@example.com",
        SenderName = "zebra-name",
        UserId = "zebra-uid",
    };

    [Fact]
    public async Task ACallHasTheConventionsSpanAndMetrics()
    {
        // Tests run beside each other: the provider's name tells this one's calls.
        const string provider = "observed";
        using var heard = new Heard(provider);
        await using var models = new RoutedModels();
        var model = models.Add(new ProviderOptions { Name = provider, Model = "gpt-x", InputPrice = 1, OutputPrice = 10 }, RoutedModels.Text());
        model.During = (request, _) =>
        {
            request.Sink!.Append("zebra-text");
            request.Sink.Append("zebra-text");
            return Task.CompletedTask;
        };

        await models.WriteAsync(Request with { Sink = new SilentSink() });

        var span = Assert.Single(heard.Spans);
        Assert.Equal(("chat gpt-x", ActivityKind.Client, ActivityStatusCode.Unset), (span.DisplayName, span.Kind, span.Status));
        Assert.Equal(
            [
                ("gen_ai.operation.name", "chat"), ("gen_ai.provider.name", provider), ("gen_ai.request.model", "gpt-x"), ("gen_ai.response.model", "scripted"),
                ("gen_ai.usage.input_tokens", 1000), ("gen_ai.usage.output_tokens", 100),
            ], span.TagObjects.Select(tag => (tag.Key, tag.Value!)).OrderBy(tag => tag.Key, StringComparer.Ordinal));
        Assert.Equal(
            ["chaturmail.model.cost USD", "gen_ai.client.operation.duration s", "gen_ai.client.operation.time_to_first_chunk s",
                "gen_ai.client.token.usage {token}", "gen_ai.client.token.usage {token}"],
            heard.Measured.Select(m => $"{m.Instrument.Name} {m.Instrument.Unit}").Order(StringComparer.Ordinal));
        Assert.Equal(["input 1000", "output 100"], heard.Measured.Where(m => m.Instrument.Name == "gen_ai.client.token.usage")
            .Select(m => $"{m.Tags["gen_ai.token.type"]} {m.Value}").Order(StringComparer.Ordinal));
        var cost = Assert.Single(heard.Measured, m => m.Instrument.Name == "chaturmail.model.cost");
        Assert.Equal((0.002, "answer", "gpt-x"), (cost.Value, cost.Tags["role"], cost.Tags["model"]));
        heard.ExpectNothingOfTheUsers();
    }

    [Fact]
    public async Task AFailedCallSaysWhichKindOfFailure()
    {
        const string provider = "observed-failing";
        using var heard = new Heard(provider);
        await using var models = new RoutedModels { Routes = { Standard = provider } };
        models.Add(new ProviderOptions { Name = provider, Model = "opt", Kind = ProviderKind.Completions }, RoutedModels.Failure(ModelFailure.OutOfCredit));

        await models.WriteAsync(Request);

        var span = Assert.Single(heard.Spans);
        Assert.Equal(("text_completion opt", ActivityStatusCode.Error, "out_of_credit"), (span.DisplayName, span.Status, span.GetTagItem("error.type")));
        Assert.Equal("out_of_credit", Assert.Single(heard.Measured).Tags["error.type"]);
        heard.ExpectNothingOfTheUsers();
    }

    [Fact]
    public void TheBoundariesAreTheConventions()
    {
        Assert.Equal([1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864], Telemetry.ModelTokens.Advice!.HistogramBucketBoundaries!);
        double[] seconds = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
        Assert.Equal(seconds, Telemetry.ModelTime.Advice!.HistogramBucketBoundaries!);
        Assert.Equal(seconds, Telemetry.ModelFirstChunk.Advice!.HistogramBucketBoundaries!);
    }

    private sealed class SilentSink : ITextSink
    {
        public void Append(string piece)
        {
        }

        public void Restart()
        {
        }
    }

    private sealed record Measurement(Instrument Instrument, double Value, IReadOnlyDictionary<string, object?> Tags);

    private sealed class Heard : IDisposable
    {
        private readonly ActivityListener _spans;
        private readonly MeterListener _meters = new();

        public Heard(string provider)
        {
            _spans = new ActivityListener
            {
                ShouldListenTo = source => source.Name == Telemetry.Name,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = span =>
                {
                    if ((string?)span.GetTagItem("gen_ai.provider.name") == provider) Spans.Enqueue(span);
                },
            };
            ActivitySource.AddActivityListener(_spans);
            _meters.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == Telemetry.Name) listener.EnableMeasurementEvents(instrument);
            };
            _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Hear(instrument, value, tags));
            _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Hear(instrument, value, tags));
            _meters.Start();

            void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
            {
                var all = new Dictionary<string, object?>(tags.ToArray());
                if (provider.Equals(all.GetValueOrDefault("gen_ai.provider.name") ?? all.GetValueOrDefault("provider"))) Measured.Enqueue(new(instrument, value, all));
            }
        }

        public ConcurrentQueue<Activity> Spans { get; } = new();

        public ConcurrentQueue<Measurement> Measured { get; } = new();

        public void ExpectNothingOfTheUsers()
        {
            var tags = Spans.SelectMany(span => span.TagObjects).Concat(Measured.SelectMany(m => m.Tags)).Select(tag => $"{tag.Key}={tag.Value}").ToList();
            Assert.NotEmpty(tags);
            Assert.DoesNotContain(tags, tag => tag.Contains("zebra", StringComparison.Ordinal));
        }

        public void Dispose()
        {
            _spans.Dispose();
            _meters.Dispose();
        }
    }
}
