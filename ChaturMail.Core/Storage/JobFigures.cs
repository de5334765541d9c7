using ChaturMail.Core.Generation;

namespace ChaturMail.Core.Storage;

/// <summary>
/// What became of jobs in some minutes, as their records say now: a job that was tried again after its end counts by its last end, and jobs
/// of users who were erased do not count any more.
/// </summary>
/// <param name="Minutes">Every minute, those without a job too, oldest first.</param>
/// <param name="Failures">Codes of the jobs that failed in them, the most frequent first.</param>
/// <param name="Times">How long the jobs took that were done in them; null when none was.</param>
public sealed record JobFigures(IReadOnlyList<JobMinute> Minutes, IReadOnlyList<JobFailures> Failures, JobTimes? Times)
{
    /// <summary>The most minutes that are counted at once.</summary>
    public const int MostMinutes = 60;

    /// <summary>Times are counted in steps of so many milliseconds, so that a million of them are still few numbers.</summary>
    public const int StepMilliseconds = 10;

    /// <summary>Steps after which times are not told apart any more: an hour.</summary>
    public const int MostSteps = 360_000;

    /// <summary>Puts together what a store has counted.</summary>
    /// <param name="from">Begin of the first minute.</param>
    /// <param name="accepted">Jobs accepted in a minute, which is a number from 0.</param>
    /// <param name="ended">Jobs that ended in a minute, by state and failure.</param>
    /// <param name="steps">Jobs done, by the steps from their acceptance to their end.</param>
    public static JobFigures Of(
        DateTimeOffset from, int minutes, IEnumerable<(long Minute, long Jobs)> accepted,
        IEnumerable<(long Minute, JobState State, string? Failure, long Jobs)> ended, IEnumerable<(long Steps, long Jobs)> steps)
    {
        var begun = accepted.ToDictionary(group => group.Minute, group => group.Jobs);
        var groups = ended.ToList();
        var over = groups.ToLookup(group => (group.Minute, group.State), group => group.Jobs);
        var failures = groups.Where(group => group.State == JobState.Failed)
            .GroupBy(group => group.Failure ?? FailureCode.Poisoned, (code, of) => new JobFailures(code, of.Sum(group => group.Jobs)))
            .OrderByDescending(failure => failure.Jobs).ThenBy(failure => failure.Code, StringComparer.Ordinal).ToList();
        return new JobFigures(
            [.. Enumerable.Range(0, minutes).Select(minute => new JobMinute(
                from.AddMinutes(minute), begun.GetValueOrDefault(minute), over[(minute, JobState.Done)].Sum(), over[(minute, JobState.Failed)].Sum()))],
            failures, TimesOf([.. steps.OrderBy(step => step.Steps)]));
    }

    private static JobTimes? TimesOf(List<(long Steps, long Jobs)> steps)
    {
        var all = steps.Sum(step => step.Jobs);
        return all == 0 ? null : new JobTimes(At(steps, all, 50), At(steps, all, 95));
    }

    // The nearest rank: the least time that so many of a hundred did not exceed.
    private static TimeSpan At(List<(long Steps, long Jobs)> steps, long all, int percent)
    {
        var rank = (all * percent + 99) / 100;
        foreach (var (step, jobs) in steps)
            if ((rank -= jobs) <= 0) return TimeSpan.FromMilliseconds(Math.Max(0, step) * StepMilliseconds);
        return TimeSpan.Zero;
    }
}

/// <summary>The jobs of a minute.</summary>
/// <param name="Begin">When it begins.</param>
/// <param name="Accepted">Accepted in it.</param>
/// <param name="Done">Ended in it with an email.</param>
/// <param name="Failed">Given up in it.</param>
public sealed record JobMinute(DateTimeOffset Begin, long Accepted, long Done, long Failed);

/// <summary>Jobs that failed for the same reason.</summary>
/// <param name="Code">A <see cref="FailureCode"/>.</param>
/// <param name="Jobs">How many.</param>
public sealed record JobFailures(string Code, long Jobs);

/// <summary>Time from the acceptance of jobs to their emails, in steps of 10 ms.</summary>
/// <param name="Median">Half of them took no longer.</param>
/// <param name="Percentile95">95 of a hundred took no longer.</param>
public sealed record JobTimes(TimeSpan Median, TimeSpan Percentile95);
