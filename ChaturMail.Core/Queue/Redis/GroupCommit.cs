using System.Collections.Concurrent;

namespace ChaturMail.Core.Queue.Redis;

/// <summary>
/// Carries out items of many callers in few commands, as databases commit (group commit): whoever comes first carries out its own at once;
/// what is added meanwhile goes together with the next. Nobody waits for a batch to fill, and each caller learns what came of its own.
/// </summary>
/// <param name="carryOut">Carries out all of a batch, or throws.</param>
/// <param name="most">Items in a batch.</param>
internal sealed class GroupCommit<T>(Func<IReadOnlyList<T>, Task> carryOut, int most) : IDisposable
{
    private readonly ConcurrentQueue<Item> _items = new();
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Returns when the item is carried out; throws what its batch threw.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while it waited for its turn; another caller may carry it out yet.</exception>
    public async Task AddAsync(T value, CancellationToken cancellation)
    {
        var item = new Item(value);
        _items.Enqueue(item);
        // Everybody takes a turn, and most find that somebody before them has done their work.
        while (!item.Done.Task.IsCompleted)
        {
            await _turn.WaitAsync(cancellation);
            try
            {
                if (!item.Done.Task.IsCompleted) await CarryOutAsync();
            }
            finally
            {
                _turn.Release();
            }
        }

        await item.Done.Task;
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task CarryOutAsync()
    {
        var batch = new List<Item>();
        while (batch.Count < most && _items.TryDequeue(out var item)) batch.Add(item);
        try
        {
            await carryOut([.. batch.Select(item => item.Value)]);
            batch.ForEach(item => item.Done.SetResult());
        }
        catch (Exception e)
        {
            batch.ForEach(item => item.Done.SetException(e));
        }
    }

    private sealed record Item(T Value)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
