using System.Text;
using ChaturMail.Core.Language;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Core.Live;

/// <summary>
/// Passes on what a model writes in one run of a job. Appending only adds to a buffer; one write at a time carries off what has gathered,
/// so the first piece leaves at once, and a slow way makes larger pieces and no delay. When the way is blocked the pump gives up
/// and the job goes on. Nothing invisible leaves, however the pieces are cut.
/// </summary>
public sealed class LivePump : ITextSink, IAsyncDisposable
{
    /// <summary>Characters of one run that are passed on, several times the longest email; the rest has the email alone.</summary>
    public const int MostCharacters = 64 * 1024;

    /// <summary>How long the job's end waits at most for the last piece.</summary>
    public static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(1);

    private readonly ILiveText _live;
    private readonly string _jobId;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _gate = new();

    // What the model wrote since the last line feed that was passed on. Taking out what is invisible looks back, but not past a line feed.
    private readonly StringBuilder _line = new();
    private string _run = LivePosition.NewRun();
    private int _sentOfLine;
    private int _length;
    private bool _begins = true;
    private bool _restarts;
    private bool _hasBegun;
    private bool _isOver;
    private Task? _pumping;

    /// <param name="attempt">Which run of the job this is. A second one tells readers at once that the first one's text does not count.</param>
    public LivePump(ILiveText live, string jobId, int attempt, TimeProvider time, ILogger log)
    {
        (_live, _jobId, _time, _log) = (live, jobId, time, log);
        _hasBegun = attempt > 1;
        Restart();
    }

    /// <inheritdoc/>
    public void Append(string piece)
    {
        lock (_gate)
        {
            if (_isOver || piece.Length == 0) return;
            _length += piece.Length;
            if (_length > MostCharacters) return;
            _line.Append(piece);
            Wake();
        }
    }

    /// <inheritdoc/>
    public void Restart()
    {
        lock (_gate)
        {
            if (_isOver) return;
            _line.Clear();
            (_run, _begins, _length, _sentOfLine) = (LivePosition.NewRun(), true, 0, 0);
            // Nobody has read anything yet: the first piece will say it.
            if (!_hasBegun) return;
            _restarts = true;
            Wake();
        }
    }

    /// <summary>Waits for what is on its way, at most <see cref="LongestEnd"/>; what comes later goes nowhere. Does not throw.</summary>
    public async ValueTask DisposeAsync()
    {
        Task? pumping;
        lock (_gate) pumping = _pumping;
        try
        {
            await EndAsync(pumping).WaitAsync(LongestEnd, _time);
        }
        catch (TimeoutException)
        {
            lock (_gate) _isOver = true;
            _log.LogWarning("The text of job {JobId} was not passed on to its end: no answer within {Longest}", _jobId, LongestEnd);
        }
    }

    private async Task EndAsync(Task? pumping)
    {
        if (pumping is not null) await pumping;
        bool isThere;
        lock (_gate)
        {
            isThere = _hasBegun && !_isOver;
            _isOver = true;
        }

        if (!isThere) return;
        try
        {
            await _live.EndAsync(_jobId, _run, CancellationToken.None);
        }
        catch (Exception e)
        {
            // It is kept for its full time.
            _log.LogDebug("The end of the text of job {JobId} was not passed on: {Type}", _jobId, e.GetType().Name);
        }
    }

    // Under the lock.
    private void Wake() => _pumping ??= PumpAsync();

    private async Task PumpAsync()
    {
        // Not on the model's thread.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            while (TakeNext() is { } next)
            {
                if (await _live.WriteAsync(_jobId, next.Run, next.Begins, next.Text, CancellationToken.None)) continue;
                lock (_gate) _isOver = true;
            }
        }
        catch (Exception e)
        {
            // The readers get the email.
            lock (_gate) _isOver = true;
            _log.LogWarning("The text of job {JobId} is not passed on any more: {Type}", _jobId, e.GetType().Name);
        }
    }

    private (string Run, bool Begins, string Text)? TakeNext()
    {
        lock (_gate)
        {
            // The start of a clean text is the same whatever follows: a half of a pair, or of a line break, changes nothing when it is whole.
            var clean = _isOver ? "" : InvisibleCharacters.Remove(_line.ToString());
            if (_isOver || (clean.Length <= _sentOfLine && !_restarts))
            {
                _pumping = null;
                return null;
            }

            var next = (_run, _begins, clean[_sentOfLine..]);
            (_begins, _restarts, _hasBegun) = (false, false, true);
            DropWholeLines();
            return next;
        }
    }

    private void DropWholeLines()
    {
        for (var i = _line.Length - 1; i >= 0; i--)
        {
            if (_line[i] != '\n') continue;
            _line.Remove(0, i + 1);
            break;
        }

        _sentOfLine = InvisibleCharacters.Remove(_line.ToString()).Length;
    }
}
