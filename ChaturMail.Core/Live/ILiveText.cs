namespace ChaturMail.Core.Live;

/// <summary>
/// Carries the text of a job from the worker that has it written to whoever reads along, in any process. A preview that may be lost as a
/// whole, never in part: a reader gets every piece of a run from its first on, or learns that what came so far does not count. The store
/// has the email. A reader who is slow, or does not read at all, holds up nobody.
/// </summary>
public interface ILiveText
{
    /// <summary>How long a text can be read after its last piece was written, as long as nobody has called <see cref="EndAsync"/>.</summary>
    static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>How long a text can be read at least after <see cref="EndAsync"/>.</summary>
    static readonly TimeSpan LifetimeAfterEnd = TimeSpan.FromMinutes(1);

    /// <summary>Pieces that one run may have.</summary>
    const int MostPieces = 10_000;

    /// <summary>Pieces that are read at once.</summary>
    const int PageSize = 64;

    /// <summary>Writes the next piece of a run, and wakes the readers. Throws when the text cannot be reached.</summary>
    /// <param name="run">Names the run, see <see cref="LivePosition.NewRun"/>.</param>
    /// <param name="begins">True for the run's first piece: the text of any earlier run of the job is dropped.</param>
    /// <param name="piece">May be empty when the run begins.</param>
    /// <returns>False when another run has begun since, the text is lost, or it is as long as it may be: the run has no readers any more.</returns>
    Task<bool> WriteAsync(string jobId, string run, bool begins, string piece, CancellationToken cancellation);

    /// <summary>
    /// Says that the run is over: the store has the email next, so the text need not be kept much longer where many have to share the
    /// room. Nothing happens when another run has begun since. Throws when the text cannot be reached.
    /// </summary>
    Task EndAsync(string jobId, string run, CancellationToken cancellation);

    /// <summary>
    /// Reads what follows a position, at most <see cref="PageSize"/> pieces. Does not wait, and throws when the text cannot be reached.
    /// Where the position's run is not there any more, what is there is read from its beginning.
    /// </summary>
    Task<LiveSection> ReadAsync(string jobId, LivePosition after, CancellationToken cancellation);

    /// <summary>Listens for pieces of one job until disposed. A hint: one may be lost, so whoever waits looks by itself now and then.</summary>
    Task<ILiveListener> ListenAsync(string jobId);
}

/// <summary>Hears when something of a job is written.</summary>
public interface ILiveListener : IDisposable
{
    /// <summary>Completes at the next piece after this call. To be called before reading, so that nothing falls in between.</summary>
    Task WhenWritten();
}

/// <summary>A part of a run's text.</summary>
/// <param name="Run">The run, or an empty string when there is no text.</param>
/// <param name="From">Pieces of the run before these.</param>
/// <param name="Pieces">The pieces, none empty.</param>
public sealed record LiveSection(string Run, int From, IReadOnlyList<string> Pieces)
{
    /// <summary>There is no text: not yet, or not any more.</summary>
    public static readonly LiveSection None = new("", 0, []);
}
