namespace ChaturMail.Core.Language.OpenAI;

/// <summary>
/// The time limits of one call: until the first token, in all, and for what comes after the last. One timer, set anew as the call goes on.
/// </summary>
internal sealed class CallClock : IDisposable
{
    // For streamed answers whose provider has no limit of its own.
    private static readonly TimeSpan UsualFirstTokenTimeout = TimeSpan.FromSeconds(20);

    // The text is whole; only its token counts are still to come. Worth a moment, and not the email.
    private static readonly TimeSpan LongestWaitForUsage = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly TimeSpan _whole;
    private readonly TimeSpan? _firstToken;
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenSource _either;
    private bool _isWriting;
    private bool _isComplete;

    public CallClock(ProviderOptions options, bool isStreamed, TimeProvider time, CancellationToken cancellation)
    {
        _time = time;
        _start = time.GetTimestamp();
        _whole = options.Timeout;
        if (isStreamed && (options.FirstTokenTimeout ?? UsualFirstTokenTimeout) is var first && first < _whole) _firstToken = first;
        _limit = new CancellationTokenSource(_firstToken ?? _whole, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _limit.Token);
    }

    /// <summary>Cancelled by the caller, or when a limit is over.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>True once a limit is over.</summary>
    public bool IsOver => _limit.IsCancellationRequested;

    /// <summary>The limit that is over when the first token did not come within it; else null.</summary>
    public TimeSpan? MissedFirstToken => IsOver && !_isWriting ? _firstToken : null;

    /// <summary>The model writes: from here on the limit is that of the whole call.</summary>
    public void TokenCame()
    {
        if (_isWriting) return;
        _isWriting = true;
        if (_firstToken is not null) _limit.CancelAfter(Left());
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
