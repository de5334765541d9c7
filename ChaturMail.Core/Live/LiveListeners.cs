namespace ChaturMail.Core.Live;

/// <summary>The listeners of one process, any number for one job.</summary>
internal sealed class LiveListeners
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Listener>> _listeners = new(StringComparer.Ordinal);

    public ILiveListener Open(string jobId)
    {
        var listener = new Listener(this, jobId);
        lock (_gate)
        {
            if (_listeners.TryGetValue(jobId, out var sameJob)) sameJob.Add(listener);
            else _listeners.Add(jobId, [listener]);
        }

        return listener;
    }

    public void Hear(string jobId)
    {
        lock (_gate)
        {
            if (_listeners.TryGetValue(jobId, out var sameJob)) sameJob.ForEach(static listener => listener.Hear());
        }
    }

    private void Close(Listener listener)
    {
        lock (_gate)
        {
            if (!_listeners.TryGetValue(listener.JobId, out var sameJob) || !sameJob.Remove(listener)) return;
            if (sameJob.Count == 0) _listeners.Remove(listener.JobId);
        }
    }

    private sealed class Listener(LiveListeners all, string jobId) : ILiveListener
    {
        private TaskCompletionSource _next = New();

        public string JobId => jobId;

        public Task WhenWritten() => Volatile.Read(ref _next).Task;

        public void Hear() => Interlocked.Exchange(ref _next, New()).SetResult();

        public void Dispose() => all.Close(this);

        // Whoever waits goes on elsewhere: completing runs nothing of theirs under the lock.
        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
