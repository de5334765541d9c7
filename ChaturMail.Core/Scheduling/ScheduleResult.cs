namespace ChaturMail.Core.Scheduling;

/// <summary>When something is to be sent.</summary>
/// <param name="At">Local date and time as <see cref="Timetable.ReadTime"/> gives it, or null for now.</param>
/// <param name="Zone">IANA name.</param>
/// <param name="Recurrence">How it comes again.</param>
public sealed record ScheduleTime(string? At, string Zone, Recurrence Recurrence);

/// <summary>What a user changes of a schedule; null leaves a thing as it is.</summary>
public sealed record ScheduleChange
{
    /// <summary>When.</summary>
    public ScheduleTime? Time { get; init; }

    /// <summary>To whom, of an email.</summary>
    public IReadOnlyList<string>? To { get; init; }

    /// <summary>Subject, of an email.</summary>
    public string? Subject { get; init; }

    /// <summary>Text, of either.</summary>
    public string? Text { get; init; }

    /// <summary>Address of the Api, for an email that recurs.</summary>
    public string? PublicAddress { get; init; }
}

/// <summary>What came of a request about a schedule.</summary>
public abstract record ScheduleResult
{
    private ScheduleResult()
    {
    }

    /// <summary>It is so.</summary>
    /// <param name="Schedule">As it is now.</param>
    /// <param name="IsNew">True when this request made it.</param>
    public sealed record Done(Schedule Schedule, bool IsNew = false) : ScheduleResult;

    /// <summary>It is refused.</summary>
    /// <param name="Code">One of <see cref="ScheduleFailure"/>, or a code of the attachments or conversations.</param>
    public sealed record Refused(string Code) : ScheduleResult;
}

/// <summary>Why something about a schedule is refused, or a delivery did not leave. Stable codes.</summary>
public static class ScheduleFailure
{
    /// <summary>The user has no schedule of this id.</summary>
    public const string NotFound = "schedule_not_found";

    /// <summary>The user has as many active schedules as they may have.</summary>
    public const string TooMany = "too_many_schedules";

    /// <summary>The pictures are together larger than a mail may be, <see cref="EmailDelivery.MostAttachedBytes"/>.</summary>
    public const string AttachmentsTooLarge = "attachments_too_large";

    /// <summary>The time is over, too far ahead, or never comes.</summary>
    public const string TimeInvalid = "schedule_time_invalid";

    /// <summary>It has left, ended, or was called off: it cannot be changed any more.</summary>
    public const string Ended = "schedule_ended";

    /// <summary>A recipient wants no more mail of this user.</summary>
    public const string Unsubscribed = "recipient_unsubscribed";

    /// <summary>There is nothing of this delivery that could be sent again.</summary>
    public const string NotToBeSentAgain = "delivery_not_resendable";

    /// <summary>The user's address is not known to be theirs.</summary>
    public const string EmailNotVerified = "email_not_verified";

    /// <summary>The server sends no mail.</summary>
    public const string MailUnavailable = "mail_unavailable";

    /// <summary>There is no such conversation of the user's (any more).</summary>
    public const string ConversationNotFound = "conversation_not_found";

    /// <summary>Nobody but the user is left in the conversation.</summary>
    public const string ConversationClosed = "conversation_closed";

    /// <summary>True when no later occurrence could leave either.</summary>
    public static bool IsOfTheSchedule(string reason) => reason is AccountGone or ConversationNotFound or ConversationClosed;

    /// <summary>The account is gone, or disabled.</summary>
    public const string AccountGone = "account_gone";

    /// <summary>An attachment is gone, or all of them are larger than a mail may be.</summary>
    public const string AttachmentGone = "attachment_gone";

    /// <summary>Waits: the user has sent as many emails as a day allows.</summary>
    public const string UserLimit = "user_limit";

    /// <summary>Waits: the recipient's domain was sent as many emails as an hour allows.</summary>
    public const string DomainLimit = "domain_limit";
}
