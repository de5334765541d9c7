using ChaturMail.Api.Http;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Admin;

/// <summary>Shows how full the queue is and how the jobs of the last hour fared. The queue tells the first, the store the second, for all workers together.</summary>
public static class GetQueue
{
    /// <param name="Waiting">Entries to be taken, now or after a delay.</param>
    /// <param name="Held">Entries in workers' hands.</param>
    /// <param name="Delayed">Of those that wait, the ones whose delay is not over.</param>
    /// <param name="Dead">Dead letters.</param>
    /// <param name="OldestSeconds">For how long the entry that waits longest could have been taken.</param>
    /// <param name="Now">The server's time, Unix seconds.</param>
    /// <param name="Minutes">The current minute and the 59 before it, oldest first.</param>
    /// <param name="Failures">Why jobs failed in these minutes, the most frequent first.</param>
    /// <param name="Seconds">Time from acceptance to email of the jobs that were done in these minutes.</param>
    public sealed record Response(
        int Waiting, int Held, int Delayed, int Dead, double OldestSeconds, long Now, IReadOnlyList<Minute> Minutes, IReadOnlyList<Failure> Failures, Times Seconds);

    /// <param name="At">Unix seconds of its begin; <c>minute</c> in JSON.</param>
    public sealed record Minute([property: System.Text.Json.Serialization.JsonPropertyName("minute")] long At, long Accepted, long Done, long Failed);

    /// <param name="Code">The code that the user was answered with.</param>
    public sealed record Failure(string Code, long Count);

    /// <param name="P50">Seconds; null when no job was done.</param>
    /// <param name="P95">Seconds; null when no job was done.</param>
    public sealed record Times(double? P50, double? P95);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(NoFields? request, IGenerationQueue queue, IUsageStore usage, TimeProvider time, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var first = DateTimeOffset.FromUnixTimeSeconds(now - now % 60).AddMinutes(1 - JobFigures.MostMinutes);
        var depth = await queue.MeasureAsync(cancellation);
        var jobs = await usage.MeasureJobsAsync(first, JobFigures.MostMinutes, cancellation);
        return Reply.Ok("The queue.", new Response(
            depth.Waiting, depth.Held, depth.Delayed, depth.Dead, Math.Round(depth.Oldest.TotalSeconds, 1), now,
            [.. jobs.Minutes.Select(minute => new Minute(minute.Begin.ToUnixTimeSeconds(), minute.Accepted, minute.Done, minute.Failed))],
            [.. jobs.Failures.Select(failure => new Failure(failure.Code, failure.Jobs))],
            new Times(jobs.Times?.Median.TotalSeconds, jobs.Times?.Percentile95.TotalSeconds)));
    }
}
