using ChaturMail.Core.Identity.Local;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Spending;
using ChaturMail.Core.Storage;

namespace ChaturMail.Worker;

/// <summary>Removes what is kept for a while only, once its time is over: a part of the sweep, in small portions, so that nobody waits long for the store.</summary>
public sealed class Retention(
    IPersonalDataStore data, IAuditLog audit, ISpendingStore spending, IGenerationQueue queue, RetentionOptions keep, PrivacyOptions privacy, TimeProvider time)
{
    private const int MostDeletedAtOnce = 1000;
    private const int MostDeadLetters = 10_000;

    // Days are what these times are counted in; listing the dead letters more often would be work for nothing.
    private static readonly TimeSpan LookAtDeadLettersEvery = TimeSpan.FromMinutes(10);

    // The longest time over which codes are counted.
    private static readonly TimeSpan KeepCodeIssues = TimeSpan.FromHours(1);

    private DateTimeOffset _nextLookAtDeadLetters = DateTimeOffset.MinValue;

    /// <summary>The steps, each of which may fail without the others.</summary>
    public IEnumerable<Func<CancellationToken, Task>> Steps()
    {
        var now = time.GetUtcNow();
        yield return stop => InPortionsAsync(() => data.DeleteOldAsync(StaleData.Feedback, now - keep.Feedback, MostDeletedAtOnce, stop));
        yield return stop => InPortionsAsync(() => data.DeleteOldAsync(StaleData.Sessions, now, MostDeletedAtOnce, stop));
        yield return stop => InPortionsAsync(() => data.DeleteOldAsync(StaleData.Codes, now, MostDeletedAtOnce, stop));
        yield return stop => InPortionsAsync(() => data.DeleteOldAsync(StaleData.FormerAccounts, now - privacy.FormerAccounts, MostDeletedAtOnce, stop));
        yield return stop => InPortionsAsync(
            () => data.DeleteOldAsync(StaleData.Registrations, now - LocalAccount.UnverifiedLifetime, MostDeletedAtOnce, stop));
        yield return stop => InPortionsAsync(
            () => data.DeleteOldAsync(StaleData.SignInAttempts, now - SignInAttempts.ForgottenAfter, MostDeletedAtOnce, stop));
        yield return stop => InPortionsAsync(() => data.DeleteOldAsync(StaleData.CodeIssues, now - KeepCodeIssues, MostDeletedAtOnce, stop));
        yield return stop => InPortionsAsync(() => data.DeleteOldAsync(StaleData.Claims, now, MostDeletedAtOnce, stop));
        yield return stop => InPortionsAsync(() => audit.DeleteOldAsync(now - keep.Audit, MostDeletedAtOnce, stop));
        yield return stop => spending.DeleteOldAsync(DateOnly.FromDateTime((now - keep.Spending).UtcDateTime), now - keep.Comparisons, stop);
        yield return stop => DropDeadLettersAsync(now, stop);
    }

    private static async Task InPortionsAsync(Func<Task<int>> delete)
    {
        while (await delete() == MostDeletedAtOnce)
        {
        }
    }

    private async Task DropDeadLettersAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        if (now < _nextLookAtDeadLetters) return;
        foreach (var letter in await queue.ListDeadAsync(MostDeadLetters, cancellation))
            if (letter.BuriedAt < now - keep.DeadLetters) await queue.DropDeadAsync(letter.JobId, cancellation);
        _nextLookAtDeadLetters = now + LookAtDeadLettersEvery;
    }
}
