using System.Text.RegularExpressions;
using ChaturMail.Core.Events;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Scheduling;

/// <summary>
/// Takes in mails that came back: delivery status notifications (RFC 3464) to the address that each mail of ours has for them. Which recipient it was says that address,
/// and nothing else in a report is believed, for anybody can write one.
/// </summary>
public sealed partial class Bounces(IDocumentStore store, SchedulingOptions options, TimeProvider time)
{
    private readonly Documents<Delivery> _deliveries = new(store, Delivery.Kind);
    private readonly Documents<Schedule> _schedules = new(store, Schedule.Kind);

    /// <summary>Takes in a report. True when it told of a mail of ours that came back, whether for the first time or not.</summary>
    /// <param name="report">The whole mail, raw (RFC 5322).</param>
    public async Task<bool> TakeAsync(string report, CancellationToken cancellation)
    {
        if (options.BounceAddress.Length == 0 || StatusOf(report) is not { } status) return false;
        var at = options.BounceAddress.IndexOf('@', StringComparison.Ordinal);
        var address = new Regex(
            $@"{Regex.Escape(options.BounceAddress[..at])}\+([0-9a-f.-]{{20,60}}){Regex.Escape(options.BounceAddress[at..])}",
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        if (address.Match(report) is not { Success: true } match) return false;
        if (await DeliveryToken.ReadAsync(_deliveries, match.Groups[1].Value, cancellation) is not var (delivery, index)) return false;

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var bounced = await _deliveries.ChangeAsync(
            delivery.Id,
            found => DeliverySteps.Bounce(found, index, status, now) is { } changed
                ? new Decision<Delivery, Delivery>(changed) { Change = changed, Happened = [ScheduleEvents.Of(time, EventType.ScheduleBounced, changed, status)] }
                : new Decision<Delivery, Delivery>(found), cancellation);
        if (bounced is null) return false;
        await _schedules.ChangeAsync(
            delivery.ScheduleId, found => new Decision<Schedule, Schedule>(found) { Change = SchedulePlan.Became(found, delivery.Number, bounced.State) }, cancellation);
        return true;
    }

    // The status of a recipient whom it tells to have failed; null for a report of a delay, for an absence notice, for anything else.
    private static string? StatusOf(string report)
    {
        var at = report.IndexOf("message/delivery-status", StringComparison.OrdinalIgnoreCase);
        if (at < 0 || Failed().Match(report, at) is not { Success: true }) return null;
        return Status().Match(report, at) is { Success: true } status ? status.Groups[1].Value : "5.0.0";
    }

    [GeneratedRegex(@"^Action:[ \t]*failed\b", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Failed();

    [GeneratedRegex(@"^Status:[ \t]*([45]\.\d{1,3}\.\d{1,3})", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Status();
}
