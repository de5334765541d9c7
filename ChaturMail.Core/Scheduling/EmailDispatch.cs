namespace ChaturMail.Core.Scheduling;

/// <summary>Sends an email now: a schedule that is due at once, with everything that schedules have.</summary>
public sealed class EmailDispatch(ScheduleService schedules)
{
    /// <summary>Has an email sent. The same again under the same client id sends nothing more, and gives the schedule that there is.</summary>
    /// <param name="uid">Who sends it; answers go to their address.</param>
    /// <param name="clientId">The caller's own name for it, at most 64 characters; null where a repetition is another email.</param>
    public Task<ScheduleResult> SendNowAsync(
        string uid, IReadOnlyList<string> to, string subject, string text, IReadOnlyList<string> attachments, string? clientId, CancellationToken cancellation) =>
        schedules.ScheduleEmailAsync(uid, new ScheduledEmail(to, subject, text, attachments), new ScheduleTime(null, "UTC", Recurrence.Once), clientId, cancellation);
}
