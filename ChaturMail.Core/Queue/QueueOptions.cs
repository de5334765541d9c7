using ChaturMail.Core.Generation;

namespace ChaturMail.Core.Queue;

/// <summary>How jobs are handed out and tried again. Section <c>Queue</c>.</summary>
public sealed class QueueOptions
{
    /// <summary><c>embedded</c> or <c>redis</c>; empty chooses redis when <c>REDIS_IP</c> is set.</summary>
    public string Adapter { get; set; } = "";

    /// <summary>Time after which a job whose worker fell silent is given to another, and an event too, 1 s to 10 min.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Runs of one job at most, 1 to 50.</summary>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>The longest wait after the first failed run; doubles with each. 1 ms to 1 h.</summary>
    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between two runs, 1 ms to 1 day.</summary>
    public TimeSpan LongestRetry { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The retry policy of these settings.</summary>
    public RetryPolicy ToRetryPolicy() => new(MaxAttempts, FirstRetry, LongestRetry);

    /// <summary>What is wrong with these settings: a sentence each, with the configuration key.</summary>
    public IEnumerable<string> Validate()
    {
        if (Lease < TimeSpan.FromSeconds(1) || Lease > TimeSpan.FromMinutes(10)) yield return "Queue:Lease must be 1 s to 10 min.";
        if (MaxAttempts is < 1 or > 50) yield return "Queue:MaxAttempts must be 1 to 50.";
        if (FirstRetry < TimeSpan.FromMilliseconds(1) || FirstRetry > TimeSpan.FromHours(1)) yield return "Queue:FirstRetry must be 1 ms to 1 h.";
        if (LongestRetry < FirstRetry || LongestRetry > TimeSpan.FromDays(1)) yield return "Queue:LongestRetry must be Queue:FirstRetry to 1 day.";
    }
}
