namespace ChaturMail.Core.Live.Embedded;

/// <summary>
/// <see cref="ILiveText"/> within one process: an Api with the worker inside. What a worker in another process writes is not seen here, and
/// its readers get the email alone.
/// </summary>
public sealed class EmbeddedLiveText(TimeProvider time) : ILiveText
{
    /// <summary>Texts that are kept; the oldest go first.</summary>
    public const int MostTexts = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Text>> _texts = new(StringComparer.Ordinal);
    private readonly LinkedList<Text> _byAge = new();
    private readonly LiveListeners _listeners = new();

    /// <inheritdoc/>
    public Task<bool> WriteAsync(string jobId, string run, bool begins, string piece, CancellationToken cancellation)
    {
        lock (_gate)
        {
            DropOld();
            var node = _texts.GetValueOrDefault(jobId);
            if (!begins && (node is null || node.Value.Run != run || node.Value.Pieces.Count >= ILiveText.MostPieces)) return Task.FromResult(false);
            if (node is not null) _byAge.Remove(node);
            var text = begins ? new Text(jobId, run) : node!.Value;
            if (piece.Length > 0) text.Pieces.Add(piece);
            text.WrittenAt = time.GetTimestamp();
            _texts[jobId] = _byAge.AddLast(text);
            if (_texts.Count > MostTexts) DropFirst();
        }

        _listeners.Hear(jobId);
        return Task.FromResult(true);
    }

    /// <summary>Nothing to do: the number of texts is limited.</summary>
    public Task EndAsync(string jobId, string run, CancellationToken cancellation) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<LiveSection> ReadAsync(string jobId, LivePosition after, CancellationToken cancellation)
    {
        lock (_gate)
        {
            DropOld();
            if (!_texts.TryGetValue(jobId, out var node)) return Task.FromResult(LiveSection.None);
            var from = node.Value.Run == after.Run ? after.Count : 0;
            return Task.FromResult(new LiveSection(node.Value.Run, from, [.. node.Value.Pieces.Skip(from).Take(ILiveText.PageSize)]));
        }
    }

    /// <inheritdoc/>
    public Task<ILiveListener> ListenAsync(string jobId) => Task.FromResult(_listeners.Open(jobId));

    private void DropOld()
    {
        while (_byAge.First is { } first && time.GetElapsedTime(first.Value.WrittenAt) > ILiveText.Lifetime) DropFirst();
    }

    private void DropFirst()
    {
        _texts.Remove(_byAge.First!.Value.JobId);
        _byAge.RemoveFirst();
    }

    private sealed class Text(string jobId, string run)
    {
        public string JobId => jobId;

        public string Run => run;

        public List<string> Pieces { get; } = [];

        public long WrittenAt { get; set; }
    }
}
