namespace ChaturMail.Core.Scheduling;

/// <summary>Sends an email now: a schedule that is due at once, with everything that schedules have.</summary>
public sealed class EmailDispatch(ScheduleService schedules)
{
    /// <summary>Has an email sent. The same again under the same id sends nothing more, and gives the schedule that there is.</summary>
    /// <param name="uid">Who sends it; answers go to their address.</param>
    /// <param name="id">A new <see cref="Storage.DocumentId"/> that the caller has noted; null where a repetition is another email.</param>
    public Task<ScheduleResult> SendNowAsync(
        string uid, IReadOnlyList<string> to, string subject, string text, IReadOnlyList<string> attachments, string? id, CancellationToken cancellation) =>
        schedules.ScheduleEmailAsync(uid, new ScheduledEmail(to, subject, text, attachments), new ScheduleTime(null, "UTC", Recurrence.Once), null, cancellation, id);
}
