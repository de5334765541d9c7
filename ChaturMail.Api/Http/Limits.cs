using ChaturMail.Core.Identity.Local;
using ChaturMail.Core.Scheduling;

namespace ChaturMail.Api.Http;

/// <summary>What a request may hold at most. Text is counted in UTF-16 code units, as Dart and JavaScript count it. docs/api.md states them.</summary>
public static class Limits
{
    /// <summary>Bytes of a request's body.</summary>
    public const int BodyBytes = 256 * 1024;

    /// <summary>Subject of an email or of feedback.</summary>
    public const int Subject = 200;

    /// <summary>Keywords, the whole field.</summary>
    public const int Keywords = 1000;

    /// <summary>Number of keywords.</summary>
    public const int KeywordCount = 50;

    /// <summary>An email address (RFC 5321, section 4.5.3.1).</summary>
    public const int EmailAddress = 320;

    /// <summary>An id.</summary>
    public const int Id = 64;

    /// <summary>Name of the sender or of the recipient.</summary>
    public const int PersonName = 80;

    /// <summary>A signature, the whole of it.</summary>
    public const int Signature = 500;

    /// <summary>Lines of a signature.</summary>
    public const int SignatureLines = 10;

    /// <summary>Instructions in the user's own words.</summary>
    public const int Instructions = 1000;

    /// <summary>The mail that is being answered, in bytes of UTF-8.</summary>
    public const int ContextBytes = 8192;

    /// <summary>Variants of one request.</summary>
    public const int Variants = 3;

    /// <summary>Name of a model.</summary>
    public const int ModelName = 64;

    /// <summary>Name of a rewrite, with its language.</summary>
    public const int Rewrite = 50;

    /// <summary>An email as its user edited it.</summary>
    public const int GeneratedEmail = 20_000;

    /// <summary>An idempotency key.</summary>
    public const int IdempotencyKey = 255;

    /// <summary>Message of feedback.</summary>
    public const int FeedbackMessage = 5000;

    /// <summary>Least length of the subject and the message of feedback.</summary>
    public const int FeedbackLeast = 10;

    /// <summary>An identity provider's token.</summary>
    public const int IdToken = 8192;

    /// <summary>A push token.</summary>
    public const int FcmToken = 4096;

    /// <summary>Name of a sign-in method.</summary>
    public const int LoginMethod = 40;

    /// <summary>Text to search a history for.</summary>
    public const int Search = 100;

    /// <summary>Emails in a page of history, and prompts in a page.</summary>
    public const int PageSize = 100;

    /// <summary>Title of a user's own prompt.</summary>
    public const int PromptTitle = 60;

    /// <summary>Guidance of an own prompt.</summary>
    public const int PromptGuidance = 2000;

    /// <summary>Email in the example of an own prompt.</summary>
    public const int PromptExample = 4000;

    /// <summary>Number of placeholders of an own prompt.</summary>
    public const int Placeholders = 10;

    /// <summary>Name of a placeholder.</summary>
    public const int PlaceholderName = 40;

    /// <summary>Value of a placeholder.</summary>
    public const int PlaceholderValue = 200;

    /// <summary>Versions in a page, each of which is compared with the one before it.</summary>
    public const int Versions = 20;

    /// <summary>Text of a template or of a tutorial that operators publish.</summary>
    public const int PublishedText = 65_536;

    /// <summary>Id of a tutorial.</summary>
    public const int TutorialId = 60;

    /// <summary>Bytes of the banner's PNG.</summary>
    public const int BannerBytes = 150 * 1024;

    /// <summary>Width and height of the banner.</summary>
    public const int BannerPixels = 2000;

    /// <summary>Why an operator does something.</summary>
    public const int Reason = 200;

    /// <summary>Coins that an operator gives or takes at once.</summary>
    public const int CoinsAtOnce = 1_000_000_000;

    /// <summary>An identity provider's id of a person.</summary>
    public const int Uid = 128;

    /// <summary>A sign-in that waits for its code.</summary>
    public const int Challenge = 32_768;

    /// <summary>A code of a second factor, recovery codes with their hyphens included.</summary>
    public const int FactorCode = 32;

    /// <summary>What a user recognises a device by.</summary>
    public const int Device = 100;

    /// <summary>Text of a scheduled email.</summary>
    public const int ScheduledText = 20_000;

    /// <summary>Text of a scheduled message.</summary>
    public const int ScheduledMessage = 4000;

    /// <summary>Recipients of a scheduled email.</summary>
    public const int ScheduledRecipients = SchedulingOptions.MostRecipients;

    /// <summary>Pictures that go with a scheduled email.</summary>
    public const int ScheduledAttachments = 5;

    /// <summary>A client's own name for a schedule.</summary>
    public const int ScheduleClientId = ScheduleService.LongestClientId;

    /// <summary>Name of a time zone.</summary>
    public const int TimeZone = 64;

    /// <summary>A password, after it was put into NFC.</summary>
    public const int Password = PasswordRules.Longest;

    /// <summary>A code that was sent.</summary>
    public const int Code = 6;

    /// <summary>Name of a party.</summary>
    public const int PartyName = 80;

    /// <summary>Token of an invite.</summary>
    public const int InviteToken = 64;

    /// <summary>Hours for which an invite is good.</summary>
    public const int InviteHours = 720;

    /// <summary>Title of a topic.</summary>
    public const int TopicTitle = 120;

    /// <summary>Note to a suggestion or an approval.</summary>
    public const int TopicNote = 500;

    /// <summary>A local time, as text.</summary>
    public const int LocalTime = 30;

    /// <summary>Name of a group.</summary>
    public const int GroupName = 60;

    /// <summary>People who are added to a group at once.</summary>
    public const int MembersAtOnce = 50;

    /// <summary>Positions in one catch-up.</summary>
    public const int SyncPositions = 1000;

    /// <summary>Seconds that a catch-up may wait: less than what stands between, which ends what is silent for 30 or 60.</summary>
    public const int SyncWaitSeconds = 25;

    /// <summary>Name of a file.</summary>
    public const int FileName = 100;

    /// <summary>Type of a file (RFC 9110, section 8.3.1).</summary>
    public const int ContentType = 100;

    /// <summary>A ticket for a live connection.</summary>
    public const int Ticket = 2048;
}
