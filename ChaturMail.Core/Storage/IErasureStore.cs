namespace ChaturMail.Core.Storage;

/// <summary>
/// Erasures that are not finished. <see cref="IUserStore.DeleteAsync"/> writes one together with the change from which on the account
/// counts as gone; it is removed when nothing of the user is left outside of the store either. Safe under concurrent use by several processes.
/// </summary>
public interface IErasureStore
{
    /// <summary>The unfinished erasures of a uid.</summary>
    Task<IReadOnlyList<PendingErasure>> FindAsync(string uid, CancellationToken cancellation);

    /// <summary>
    /// Takes erasures that are due, oldest first, and puts off their next turn: by <paramref name="rest"/> after the first one, then twice
    /// as long each time, up to an hour. Of several callers at once each gets others.
    /// </summary>
    Task<IReadOnlyList<PendingErasure>> TakeDueAsync(DateTimeOffset now, TimeSpan rest, int limit, CancellationToken cancellation);

    /// <summary>How many there are.</summary>
    Task<int> CountAsync(CancellationToken cancellation);

    /// <summary>Forgets one, and with it the uid. Nothing happens when it is gone.</summary>
    Task RemoveAsync(string id, CancellationToken cancellation);
}

/// <summary>An erasure that is not finished.</summary>
/// <param name="Id">A <see cref="DocumentId"/> of its own, which follows from nothing of the user's.</param>
/// <param name="Uid">Whose account it was.</param>
/// <param name="BegunOn">When the account went.</param>
/// <param name="Attempts">How often it was taken.</param>
/// <param name="JobIds">Jobs of the user that were under way, given up, or had just ended: what Redis may hold something of.</param>
public sealed record PendingErasure(string Id, string Uid, DateTimeOffset BegunOn, int Attempts, IReadOnlyList<string> JobIds)
{
    /// <summary>The most jobs that are noted, the newest.</summary>
    public const int MostJobs = 1000;

    /// <summary>The longest rest between two attempts.</summary>
    public static readonly TimeSpan LongestRest = TimeSpan.FromHours(1);

    /// <summary>The rest after this attempt.</summary>
    /// <param name="attempts">Attempts before it.</param>
    public static TimeSpan RestAfter(TimeSpan first, int attempts)
    {
        var rest = first * Math.Pow(2, Math.Min(attempts, 20));
        return rest < LongestRest ? rest : LongestRest;
    }
}
