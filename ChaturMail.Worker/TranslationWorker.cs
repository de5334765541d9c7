using ChaturMail.Core;
using ChaturMail.Core.Translation;

namespace ChaturMail.Worker;

/// <summary>
/// Makes the translations that readers have asked for: never more at once than there are slots, in the order of their asking. What it has not finished
/// when it stops goes back, for the next worker.
/// </summary>
public sealed class TranslationWorker(
    Translator translator, TranslationOptions options, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<TranslationWorker> log) : BackgroundService
{
    // The word that there is something may get lost, and what was abandoned is told by nobody.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _freeSlots = new(options.Concurrency);

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        if (_freeSlots.CurrentCount == options.Concurrency) _freeSlots.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await lifetime.ApplicationStarted.WhenCancelledAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // Listening begins before the look, so that nothing is missed in between.
                using var listener = translator.Listen();
                await _freeSlots.WaitAsync(stoppingToken);
                _freeSlots.Release();
                var tasks = await translator.TakeAsync(_freeSlots.CurrentCount, stoppingToken);
                foreach (var task in tasks) Start(task, stoppingToken);
                if (tasks.Count == 0) await HearAsync(listener.Ended, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                log.LogFault(e, $"No translations could be taken; trying again in {LookEvery}");
                await Task.Delay(LookEvery, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        for (var slot = 0; slot < options.Concurrency; slot++) await _freeSlots.WaitAsync(CancellationToken.None);
        _freeSlots.Release(options.Concurrency);
    }

    private void Start(TranslationTask task, CancellationToken stop)
    {
        // Only this loop takes slots, so there is one.
        _freeSlots.Wait(CancellationToken.None);
        _ = RunAsync(task, stop);
    }

    private async Task RunAsync(TranslationTask task, CancellationToken stop)
    {
        await Task.Yield();
        try
        {
            await translator.RunAsync(task, stop);
        }
        catch (Exception e)
        {
            // The store is away. The lease ends, and the task is taken again.
            log.LogFault(e, "A translation was left to its lease");
        }
        finally
        {
            _freeSlots.Release();
        }
    }

    private async Task HearAsync(Task word, CancellationToken cancellation)
    {
        try
        {
            await word.WaitAsync(LookEvery, time, cancellation);
        }
        catch (TimeoutException)
        {
            // Then it looks unasked.
        }
    }
}
