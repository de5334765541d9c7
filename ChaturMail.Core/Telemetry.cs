using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ChaturMail.Core;

/// <summary>The product's own traces and metrics. Nothing in them is a person's: no addresses, no texts.</summary>
public static class Telemetry
{
    /// <summary>Name of the activity source and of the meter.</summary>
    public const string Name = "ChaturMail";

    /// <summary>Spans of jobs: enqueued, run, asked of a model.</summary>
    public static readonly ActivitySource Source = new(Name);

    /// <summary>The meter, for instruments that observe a part of the process.</summary>
    public static readonly Meter Meter = new(Name);

    /// <summary>Jobs whose coins were reserved.</summary>
    public static readonly Counter<long> JobsAccepted = Meter.CreateCounter<long>("chaturmail.jobs.accepted");

    /// <summary>Runs of jobs, by <c>outcome</c>: written, again, given_up, handed_back, lost.</summary>
    public static readonly Counter<long> Runs = Meter.CreateCounter<long>("chaturmail.jobs.runs");

    /// <summary>Runs under way in this process.</summary>
    public static readonly UpDownCounter<long> Running = Meter.CreateUpDownCounter<long>("chaturmail.jobs.running");

    /// <summary>Attempts that a job took to its end, good or bad.</summary>
    public static readonly Histogram<int> Attempts = Meter.CreateHistogram(
        "chaturmail.jobs.attempts", advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 3, 5, 10, 20, 50] });

    /// <summary>From acceptance to the start of the first run.</summary>
    public static readonly Histogram<double> PickUp = Meter.CreateHistogram<double>("chaturmail.jobs.pickup", "s");

    /// <summary>One run, with the wait for its turn at the model.</summary>
    public static readonly Histogram<double> RunTime = Meter.CreateHistogram<double>("chaturmail.jobs.run", "s");

    /// <summary>Tokens of a call, by <c>gen_ai.token.type</c>. Name, unit and boundaries are OpenTelemetry's conventions for generative AI.</summary>
    public static readonly Histogram<long> ModelTokens = Meter.CreateHistogram("gen_ai.client.token.usage", "{token}", advice: new InstrumentAdvice<long>
    {
        HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
    });

    /// <summary>Time of a call of a model; by the same conventions.</summary>
    public static readonly Histogram<double> ModelTime = Meter.CreateHistogram("gen_ai.client.operation.duration", "s", advice: Seconds());

    /// <summary>Time from a call's start to the first piece of its text, where somebody reads along; by the same conventions.</summary>
    public static readonly Histogram<double> ModelFirstChunk = Meter.CreateHistogram("gen_ai.client.operation.time_to_first_chunk", "s", advice: Seconds());

    /// <summary>What calls of models cost, by provider, model and role.</summary>
    public static readonly Counter<double> ModelCost = Meter.CreateCounter<double>("chaturmail.model.cost", "USD");

    private static InstrumentAdvice<double> Seconds() => new()
    {
        HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
    };
}
