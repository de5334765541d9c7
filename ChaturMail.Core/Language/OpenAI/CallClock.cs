namespace ChaturMail.Core.Language.OpenAI;

/// <summary>
/// The time limits of one call: until the first token, in all, and for what comes after the last. One timer, set anew as the call goes on.
/// </summary>
internal sealed class CallClock : IDisposable
{
    // The text is whole; only its token counts are still to come. Worth a moment, and not the email.
    private static readonly TimeSpan LongestWaitForUsage = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly TimeSpan _whole;
    private readonly bool _hasFirstTokenLimit;
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenSource _either;
    private bool _isWriting;
    private bool _isComplete;

    public CallClock(ProviderOptions options, TimeProvider time, CancellationToken cancellation)
    {
        _time = time;
        _start = time.GetTimestamp();
        _whole = options.Timeout;
        _hasFirstTokenLimit = options.Stream && options.FirstTokenTimeout < options.Timeout;
        _limit = new CancellationTokenSource(_hasFirstTokenLimit ? options.FirstTokenTimeout : _whole, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _limit.Token);
    }

    /// <summary>Cancelled by the caller, or when a limit is over.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>True once a limit is over.</summary>
    public bool IsOver => _limit.IsCancellationRequested;

    /// <summary>True when what is over is the wait for the first token.</summary>
    public bool IsFirstTokenMissing => IsOver && _hasFirstTokenLimit && !_isWriting;

    /// <summary>The model writes: from here on the limit is that of the whole call.</summary>
    public void TokenCame()
    {
        if (_isWriting) return;
        _isWriting = true;
        if (_hasFirstTokenLimit) _limit.CancelAfter(Left());
    }

    /// <summary>The model has ended its text.</summary>
    public void TextIsComplete()
    {
        if (_isComplete) return;
        _isComplete = true;
        var left = Left();
        _limit.CancelAfter(left < LongestWaitForUsage ? left : LongestWaitForUsage);
    }

    public void Dispose()
    {
        _either.Dispose();
        _limit.Dispose();
    }

    private TimeSpan Left() => _whole - _time.GetElapsedTime(_start) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
}
