using ChaturMail.Core;
using ChaturMail.Core.Scheduling;

namespace ChaturMail.Worker;

/// <summary>
/// Sends what is scheduled when its time has come: sleeps until the next is due, and looks every second for what other processes have put in. Takes never more than
/// it can send at once, emails apart from messages. When the process stops nothing more leaves; what is leaving is waited for.
/// </summary>
public sealed class ScheduleWorker(ScheduleRunner runner, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<ScheduleWorker> log) : BackgroundService
{
    private const int MostAtOnce = 16;

    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(1);

    private readonly Lane _messages = new(isEmail: false);
    private readonly Lane _mails = new(isEmail: true);
    private readonly SemaphoreSlim _ended = new(0);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await lifetime.ApplicationStarted.WhenCancelledAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var planned = await runner.PlanAsync(stoppingToken);
                var taken = await StartAsync(_messages, stoppingToken) + await StartAsync(_mails, stoppingToken);
                if (planned + taken == 0) await RestAsync(await runner.NextAsync(_messages.Free > 0, _mails.Free > 0, stoppingToken), stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                log.LogFault(e, $"What is scheduled could not be looked at; trying again in {LongestRest}");
                await RestAsync(null, stoppingToken);
            }
        }

        await Task.WhenAll(_messages.Running.Concat(_mails.Running));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _ended.Dispose();
    }

    private async Task<int> StartAsync(Lane lane, CancellationToken stoppingToken)
    {
        lane.Running.RemoveAll(run => run.IsCompleted);
        var taken = await runner.TakeAsync(lane.IsEmail, lane.Free, stoppingToken);
        foreach (var delivery in taken) lane.Running.Add(RunAsync(delivery, stoppingToken));
        return taken.Count;
    }

    private async Task RunAsync(Delivery delivery, CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            await runner.RunAsync(delivery, stoppingToken);
        }
        catch (Exception e)
        {
            // The store is away. Somebody takes the delivery when its lease is over.
            log.LogFault(e, $"Delivery {delivery.Id} was left to its lease");
        }

        _ended.Release();
    }

    // Until the next is due, a run has ended, or a second is over.
    private async Task RestAsync(long? next, CancellationToken stoppingToken)
    {
        var rest = next is { } on ? DateTimeOffset.FromUnixTimeMilliseconds(on) - time.GetUtcNow() : LongestRest;
        if (rest <= TimeSpan.Zero) return;
        using var limit = new CancellationTokenSource(rest < LongestRest ? rest : LongestRest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stoppingToken);
        await _ended.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private sealed class Lane(bool isEmail)
    {
        public bool IsEmail => isEmail;

        public List<Task> Running { get; } = [];

        public int Free => MostAtOnce - Running.Count(run => !run.IsCompleted);
    }
}
