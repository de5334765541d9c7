using System.Diagnostics.Metrics;
using ChaturMail.Core;
using ChaturMail.Core.Privacy;

namespace ChaturMail.Api.Users;

/// <summary>
/// Finishes erasures that a process which died, or an identity provider or a Redis that was away, left unfinished. Runs in the Api, which
/// alone may delete the identity provider's users; any number of instances share the work. <c>chaturmail.erasures.pending</c> shows how
/// many are left, the same in every instance.
/// </summary>
public sealed class ErasureSweeper : BackgroundService
{
    private readonly AccountErasure _erasure;
    private readonly PrivacyOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<ErasureSweeper> _log;
    private int _pending = -1;

    /// <summary>Makes the instrument.</summary>
    public ErasureSweeper(AccountErasure erasure, PrivacyOptions options, TimeProvider time, ILogger<ErasureSweeper> log)
    {
        (_erasure, _options, _time, _log) = (erasure, options, time, log);
        Telemetry.Meter.CreateObservableGauge("chaturmail.erasures.pending", Pending);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_options.SweepEvery, _time);
        do
        {
            try
            {
                Volatile.Write(ref _pending, await _erasure.SweepAsync(_options.SweepEvery, stoppingToken));
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Volatile.Write(ref _pending, -1);
                _log.LogFault(e, "The sweep of unfinished erasures failed; the next one tries again");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private IEnumerable<Measurement<int>> Pending() => Volatile.Read(ref _pending) is >= 0 and var pending ? [new Measurement<int>(pending)] : [];
}
