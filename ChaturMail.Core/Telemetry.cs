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
}
