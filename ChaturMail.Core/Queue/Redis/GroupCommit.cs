namespace ChaturMail.Core.Queue.Redis;

/// <summary>
/// Carries out items of many callers in few commands, as databases commit (group commit): whoever comes first carries out its own at once;
/// what is added meanwhile goes together with the next. Nobody waits for a batch to fill, and each caller learns what came of its own.
/// </summary>
/// <param name="carryOut">Carries out all of a batch, or throws.</param>
/// <param name="most">Items in a batch.</param>
internal sealed class GroupCommit<T>(Func<IReadOnlyList<T>, Task> carryOut, int most)
{
    private readonly Lock _gate = new();
    private readonly Queue<Item> _waiting = new();
    private bool _isLed;

    /// <summary>Returns when the item is carried out; throws what its batch threw, or the one before it.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while it waited for its turn; another caller may carry it out yet.</exception>
    public async Task AddAsync(T value, CancellationToken cancellation)
    {
        var item = new Item(value);
        bool leads;
        lock (_gate)
        {
            _waiting.Enqueue(item);
            (leads, _isLed) = (!_isLed, true);
        }

        if (!leads)
        {
            await using var registration = cancellation.Register(() => item.Turn.TrySetCanceled(cancellation));
            if (!await item.Turn.Task) return;
        }

        await LeadAsync(item);
    }

    // Carries out one batch, the leader's own item at its head, and leaves the next to the first that waits: nobody works for the
    // others for ever, and those whose work is done need not take turns to learn it.
    private async Task LeadAsync(Item own)
    {
        var batch = new List<Item>();
        lock (_gate)
        {
            while (batch.Count < most && _waiting.TryDequeue(out var item)) batch.Add(item);
        }

        try
        {
            await carryOut([.. batch.Select(item => item.Value)]);
            foreach (var item in batch.Where(item => item != own)) item.Turn.TrySetResult(false);
        }
        catch (Exception e)
        {
            // Those that wait would meet the same, a time-out later each batch: thousands of them for minutes.
            lock (_gate)
            {
                while (_waiting.TryDequeue(out var item)) batch.Add(item);
            }

            foreach (var item in batch.Where(item => item != own)) item.Turn.TrySetException(e);
            throw;
        }
        finally
        {
            PassOn();
        }
    }

    private void PassOn()
    {
        lock (_gate)
        {
            while (_waiting.TryPeek(out var next))
            {
                if (next.Turn.TrySetResult(true)) return;
                // Cancelled meanwhile.
                _waiting.Dequeue();
            }

            _isLed = false;
        }
    }

    /// <summary>An item of one caller.</summary>
    private sealed class Item(T value)
    {
        public T Value => value;

        /// <summary>True when its caller is to lead, false when another has carried it out.</summary>
        public TaskCompletionSource<bool> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
