namespace ChaturMail.Api.Emails;

/// <summary>
/// The requests that wait for their email: a bounded number, and none longer than a stopping server can wait itself.
/// </summary>
public sealed class WaitingRequests : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly int _most;
    private int _count;

    /// <summary>Reads the limits, and watches for the server's stop.</summary>
    public WaitingRequests(GenerationOptions options, IHostApplicationLifetime lifetime)
    {
        Longest = options.Wait;
        _most = options.MostWaiting;
        lifetime.ApplicationStopping.Register(() => _stopping.CancelAfter(options.WaitAtStop));
    }

    /// <summary>The longest that one may wait.</summary>
    public TimeSpan Longest { get; }

    /// <summary>A place, to be given back by disposing it, or null when all are taken.</summary>
    public Place? TryEnter(CancellationToken aborted)
    {
        if (Interlocked.Increment(ref _count) <= _most) return new Place(this, aborted);
        Interlocked.Decrement(ref _count);
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    /// <summary>A request's place among those that wait.</summary>
    public sealed class Place : IDisposable
    {
        private readonly WaitingRequests _all;
        private readonly CancellationTokenSource _either;

        internal Place(WaitingRequests all, CancellationToken aborted)
        {
            _all = all;
            _either = CancellationTokenSource.CreateLinkedTokenSource(aborted, all._stopping.Token);
        }

        /// <summary>Ends the waiting: the client hung up, or the server stops.</summary>
        public CancellationToken Cancellation => _either.Token;

        /// <inheritdoc/>
        public void Dispose()
        {
            _either.Dispose();
            Interlocked.Decrement(ref _all._count);
        }
    }
}
