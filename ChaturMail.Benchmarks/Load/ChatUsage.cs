using System.Globalization;

namespace ChaturMail.Benchmarks.Load;

/// <summary>Processor time that the parts of a chat load used from a moment on.</summary>
internal sealed class ChatUsage(Topology topology)
{
    private (TimeSpan Apis, TimeSpan Worker, TimeSpan Client) _begun;

    /// <summary>True once it is measured.</summary>
    public bool IsBegun { get; private set; }

    /// <summary>Measures from now on.</summary>
    public void Begin() => (IsBegun, _begun) = (true, Now());

    /// <summary>What was used since, for each delivery.</summary>
    public string Describe(long deliveries)
    {
        var now = Now();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"CPU ms a delivery: Apis {Of(now.Apis, _begun.Apis):0.0000}, Worker {Of(now.Worker, _begun.Worker):0.0000}, this process {Of(now.Client, _begun.Client):0.0000}");

        double Of(TimeSpan until, TimeSpan since) => (until - since).TotalMilliseconds / Math.Max(1, deliveries);
    }

    private (TimeSpan Apis, TimeSpan Worker, TimeSpan Client) Now() =>
        (topology.ApiProcessorTime, topology.WorkerProcessorTime, Environment.CpuUsage.TotalTime);
}
