using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ChaturMail.Core;

/// <summary>The product's own traces and metrics. Nothing in them is a person's: no addresses, no texts.</summary>
public static class Telemetry
{
    /// <summary>Name of the activity source and of the meter.</summary>
    public const string Name = "ChaturMail";

    /// <summary>Spans of jobs.</summary>
    public static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);

    /// <summary>Jobs whose coins were reserved.</summary>
    public static readonly Counter<long> JobsAccepted = Meter.CreateCounter<long>("chaturmail.jobs.accepted");

    /// <summary>Runs of jobs, by <c>outcome</c>: written, again, given_up, handed_back, lost.</summary>
    public static readonly Counter<long> Runs = Meter.CreateCounter<long>("chaturmail.jobs.runs");

    /// <summary>From acceptance to the start of the run.</summary>
    public static readonly Histogram<double> PickUp = Meter.CreateHistogram<double>("chaturmail.jobs.pickup", "s");

    /// <summary>One run, model included.</summary>
    public static readonly Histogram<double> RunTime = Meter.CreateHistogram<double>("chaturmail.jobs.run", "s");
}
