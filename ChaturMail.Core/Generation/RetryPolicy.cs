namespace ChaturMail.Core.Generation;

/// <summary>
/// When a failed run is tried again: exponential backoff with full jitter
/// (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), so that jobs that failed together do not come back together.
/// </summary>
/// <param name="MaxAttempts">Runs of one job at most, those that a dying worker left unfinished included.</param>
/// <param name="FirstDelay">The longest wait after the first run; it doubles with each run.</param>
/// <param name="LongestDelay">The longest wait of all.</param>
public sealed record RetryPolicy(int MaxAttempts, TimeSpan FirstDelay, TimeSpan LongestDelay)
{
    /// <summary>
    /// The longest wait that a provider may ask for. Whoever asks for more is as good as away: the job is given up and the user gets
    /// their coins back, instead of being kept waiting.
    /// </summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(10);

    /// <summary>The wait before the next run, or null when there is none.</summary>
    /// <param name="attempt">The run that failed, from 1.</param>
    /// <param name="atLeast">What the provider asked for; honoured even beyond <see cref="LongestDelay"/>, up to <see cref="LongestRetryAfter"/>.</param>
    /// <param name="random">0 inclusive to 1 exclusive.</param>
    public TimeSpan? DelayAfter(int attempt, TimeSpan? atLeast, double random)
    {
        if (attempt >= MaxAttempts || atLeast > LongestRetryAfter) return null;
        var most = FirstDelay.TotalMilliseconds * Math.Pow(2, Math.Min(attempt - 1, 20));
        var delay = TimeSpan.FromMilliseconds(Math.Min(most, LongestDelay.TotalMilliseconds) * random);
        return atLeast > delay ? atLeast : delay;
    }
}
