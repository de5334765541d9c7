using System.Collections.Concurrent;
using System.Security.Cryptography;
using ChaturMail.Core;
using ChaturMail.Core.Events;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Storage;

namespace ChaturMail.Worker;

/// <summary>
/// Gives each <see cref="IEventConsumer"/> its events: read -> handle -> acknowledge. Events of one subject are handled one after the other, save for one that
/// failed, which comes again when its lease is over. While the store or the stream is away, what was read waits.
/// </summary>
public sealed class EventConsumers(
    IEnumerable<IEventConsumer> consumers, IEventStream stream, QueueOptions queue, StoreDescription store, TimeProvider time, ILogger<EventConsumers> log) : BackgroundService
{
    /// <summary>How often an event is tried before it goes to the dead ones.</summary>
    public const int MostDeliveries = 10;

    private const int MostRead = 128;

    // In case that the message of a new event was lost, or that it was published by another process into the embedded stream.
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RestAfterError = TimeSpan.FromSeconds(1);

    private readonly string _member = $"{Environment.MachineName}-{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(consumers.Select(consumer => Task.Run(() => RunAsync(consumer, stoppingToken), CancellationToken.None)));

    private async Task RunAsync(IEventConsumer consumer, CancellationToken stop)
    {
        var isFailing = false;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var news = stream.News;
                var given = await stream.ReadAsync(consumer.Name, _member, MostRead, stop);
                isFailing = false;
                if (given.Count == 0) await Task.WhenAny(news, Task.Delay(LookEvery, time, stop));
                else await HandleAsync(consumer, given, stop);
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                if (!isFailing) log.LogFault(e, $"The {consumer.Name} get no events; it is tried again");
                isFailing = true;
                await RestAsync(stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task HandleAsync(IEventConsumer consumer, IReadOnlyList<StreamedEvent> given, CancellationToken stop)
    {
        var left = new ConcurrentDictionary<string, StreamedEvent>(given.Select(e => KeyValuePair.Create(e.Place, e)));
        var handled = new ConcurrentBag<StreamedEvent>();
        var handling = Parallel.ForEachAsync(
            given.GroupBy(e => e.Event.Subject),
            new ParallelOptions { MaxDegreeOfParallelism = IEventConsumer.MostAtOnce, CancellationToken = stop },
            async (ofOne, _) =>
            {
                foreach (var e in ofOne)
                {
                    if (await TryAsync(consumer, e, stop)) handled.Add(e);
                    left.TryRemove(e.Place, out StreamedEvent? _);
                }
            });
        try
        {
            // Whatever waits for its turn, or for the store, stays this process's.
            while (await Task.WhenAny(handling, Task.Delay(queue.Lease / 3, time, stop)) != handling && !stop.IsCancellationRequested)
                await TryExtendAsync(consumer, [.. left.Values]);
            await handling;
        }
        finally
        {
            // Also on the way out: nobody need do again what is done.
            await stream.AcknowledgeAsync(consumer.Name, [.. handled], CancellationToken.None);
        }
    }

    private async Task<bool> TryAsync(IEventConsumer consumer, StreamedEvent e, CancellationToken stop)
    {
        // More deliveries than allowed means that earlier ones took their process down: that must not go on for ever.
        if (e.Deliveries > MostDeliveries)
        {
            await BuryAsync(consumer, e, "every run ended its process");
            return false;
        }

        for (var attempt = 1; ; attempt++)
        {
            using var longest = new CancellationTokenSource(IEventConsumer.Longest, time);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(longest.Token, stop);
            try
            {
                await consumer.HandleAsync(e.Event, limit.Token);
                return true;
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                throw new OperationCanceledException(stop);
            }
            catch (Exception fault) when (store.IsOutage(fault) || stream.IsOutage(fault))
            {
                if (attempt == 1) log.LogFault(fault, $"Event {e.Event.Id} waits for the store or the stream, in {consumer.Name}");
                await RestAsync(stop);
            }
            catch (Exception fault)
            {
                log.LogFault(fault, $"Event {e.Event.Id} ({e.Event.Type}) failed in {consumer.Name}, delivery {e.Deliveries}");
                if (e.Deliveries >= MostDeliveries) await BuryAsync(consumer, e, fault.GetType().Name);
                return false;
            }
        }
    }

    private async Task BuryAsync(IEventConsumer consumer, StreamedEvent e, string reason)
    {
        log.LogError("Event {Id} ({Type}) is dead in {Consumer}: {Reason}", e.Event.Id, e.Event.Type, consumer.Name, reason);
        await stream.BuryAsync(consumer.Name, e, reason, CancellationToken.None);
    }

    private async Task TryExtendAsync(IEventConsumer consumer, IReadOnlyCollection<StreamedEvent> left)
    {
        try
        {
            await stream.ExtendAsync(consumer.Name, _member, left, CancellationToken.None);
        }
        catch (Exception e)
        {
            // Another member may take them over, and do the same again, which does no harm.
            log.LogFault(e, $"The leases of events in {consumer.Name} could not be extended");
        }
    }

    private Task RestAsync(CancellationToken stop) =>
        Task.Delay(RestAfterError, time, stop).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
