namespace ChaturMail.Worker;

/// <summary>How a process drains the queue. Section <c>Worker</c>.</summary>
public sealed class WorkerOptions
{
    /// <summary>Jobs that run at once, 1 to 1,000. High, for a job mostly waits for its model.</summary>
    public int Concurrency { get; set; } = 64;

    /// <summary>
    /// Time that one run of a job may take in all, 1 s to 30 min: every model of its route together. Waiting for its turn at a provider
    /// does not count. What is written by then is kept; on a job's last run the composer stands in for models that took all of it.
    /// </summary>
    public TimeSpan JobTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Time in which running jobs may finish when the process stops; those left are handed back. 0 to 10 min.</summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Time between two looks for queued jobs that the queue does not know, and for old ones to remove. 1 s to 1 h.</summary>
    public TimeSpan SweepEvery { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Time for which the record of an ended job is kept; the email stays. 1 day, which is how long idempotency keys are promised, to 366 days.</summary>
    public TimeSpan KeepEnded { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// Port on which a worker's own process answers <c>/alive</c> and <c>/health</c> over plain HTTP, for an orchestrator's probes, 0 to
    /// 65,535. 0 for none, so that any number of workers run on one machine. Not <c>PORT</c>, which is the Api's and often theirs as well.
    /// </summary>
    public int Port { get; set; }

    /// <summary>What is wrong with these settings: a sentence each, with the configuration key.</summary>
    public IEnumerable<string> Validate()
    {
        if (Concurrency is < 1 or > 1000) yield return "Worker:Concurrency must be 1 to 1000.";
        if (JobTimeout < TimeSpan.FromSeconds(1) || JobTimeout > TimeSpan.FromMinutes(30)) yield return "Worker:JobTimeout must be 1 s to 30 min.";
        if (Grace < TimeSpan.Zero || Grace > TimeSpan.FromMinutes(10)) yield return "Worker:Grace must be 0 to 10 min.";
        if (SweepEvery < TimeSpan.FromSeconds(1) || SweepEvery > TimeSpan.FromHours(1)) yield return "Worker:SweepEvery must be 1 s to 1 h.";
        if (KeepEnded < TimeSpan.FromDays(1) || KeepEnded > TimeSpan.FromDays(366)) yield return "Worker:KeepEnded must be 1 to 366 days.";
        if (Port is < 0 or > 65535) yield return "Worker:Port must be 0 to 65535.";
    }
}
