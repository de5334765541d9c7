using ChaturMail.Core.Mail;

namespace ChaturMail.Core.Scheduling;

/// <summary>What may be scheduled, and how it leaves. Section <c>Scheduling</c>.</summary>
public sealed class SchedulingOptions
{
    /// <summary>Schedules of one user of which anything is to come, 1 to 500.</summary>
    public int ActiveOfAUser { get; set; } = 100;

    /// <summary>How far ahead a first occurrence may be, 1 to 3660 days.</summary>
    public TimeSpan Ahead { get; set; } = TimeSpan.FromDays(366);

    /// <summary>Occurrences of one schedule, 1 to 1000; one that names no end ends with the last of them.</summary>
    public int Occurrences { get; set; } = 366;

    /// <summary>Recipients of one email, 1 to 10.</summary>
    public int Recipients { get; set; } = 10;

    /// <summary>Emails that a user may send in a day, each recipient one, 1 to 100,000; what is more waits.</summary>
    public int EmailsOfAUserADay { get; set; } = 50;

    /// <summary>Emails to one domain in an hour, of all users together, 1 to 1,000,000; what is more waits.</summary>
    public int EmailsToADomainAnHour { get; set; } = 100;

    /// <summary>How late something may leave after its time, and how long a refusal for now is tried again, 1 minute to 5 days.</summary>
    public TimeSpan CatchUp { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long a mail server's answer to a whole mail is waited for, 1 s to 15 min. Who leaves sooner does not know whether it was taken.</summary>
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a schedule that has ended is kept with its deliveries, 1 to 3660 days.</summary>
    public TimeSpan KeepEnded { get; set; } = TimeSpan.FromDays(90);

    /// <summary>
    /// Address that bounces go to, e.g. <c>bounces@example.com</c>; each mail has one of its own, <c>bounces+…@example.com</c>. Empty: they go to
    /// <see cref="MailOptions.From"/>, and nobody reads them here.
    /// </summary>
    public string BounceAddress { get; set; } = "";

    /// <summary>What the mail server says when it passes on a bounce (<c>POST /mail/bounce</c>), 16 characters or more. Empty: the address does not exist.</summary>
    public string BounceSecret { get; set; } = "";

    /// <summary>What is wrong with these settings: a sentence each, with the configuration key.</summary>
    public IEnumerable<string> Validate()
    {
        if (ActiveOfAUser is < 1 or > 500) yield return "Scheduling:ActiveOfAUser must be 1 to 500.";
        if (Ahead < TimeSpan.FromDays(1) || Ahead > TimeSpan.FromDays(3660)) yield return "Scheduling:Ahead must be 1 to 3660 days.";
        if (Occurrences is < 1 or > 1000) yield return "Scheduling:Occurrences must be 1 to 1000.";
        if (Recipients is < 1 or > MostRecipients) yield return "Scheduling:Recipients must be 1 to 10.";
        if (EmailsOfAUserADay is < 1 or > 100_000) yield return "Scheduling:EmailsOfAUserADay must be 1 to 100000.";
        if (EmailsToADomainAnHour is < 1 or > 1_000_000) yield return "Scheduling:EmailsToADomainAnHour must be 1 to 1000000.";
        if (CatchUp < TimeSpan.FromMinutes(1) || CatchUp > TimeSpan.FromDays(5)) yield return "Scheduling:CatchUp must be 1 minute to 5 days.";
        if (AnswerTimeout < TimeSpan.FromSeconds(1) || AnswerTimeout > TimeSpan.FromMinutes(15)) yield return "Scheduling:AnswerTimeout must be 1 s to 15 min.";
        if (KeepEnded < TimeSpan.FromDays(1) || KeepEnded > TimeSpan.FromDays(3660)) yield return "Scheduling:KeepEnded must be 1 to 3660 days.";
        if (BounceAddress.Length > 0 && (!MailComposer.IsAddress(BounceAddress) || BounceAddress.Contains('+', StringComparison.Ordinal) || BounceAddress.IndexOf('@', StringComparison.Ordinal) > 15))
            yield return "Scheduling:BounceAddress must be an address with at most 15 characters before its @, without a plus sign.";
        if (BounceSecret.Length is > 0 and < 16) yield return "Scheduling:BounceSecret must have 16 characters or more.";
        if (BounceSecret.Length > 0 && BounceAddress.Length == 0) yield return "Scheduling:BounceAddress is missing: the address that bounces go to.";
    }

    /// <summary>The most recipients that any setting allows.</summary>
    public const int MostRecipients = 10;
}
