using System.Text.Json.Serialization;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Scheduling;
using ChaturMail.Core.Translation;

namespace ChaturMail.Api.Translation;

/// <summary>What a user has chosen for themselves.</summary>
/// <param name="Language">BCP 47 tag of the language that they like to read, or null.</param>
/// <param name="TimeZone">IANA name of their time zone, or null.</param>
/// <param name="AutoTranslate">Whether messages are translated unasked.</param>
/// <param name="CanTranslate">Whether this server translates at all.</param>
/// <param name="Note">Why it does not; absent where it does.</param>
/// <param name="CanSendEmail">Whether this server sends emails.</param>
public sealed record PreferencesItem(
    string? Language, string? TimeZone, bool AutoTranslate, bool CanTranslate, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Note,
    bool CanSendEmail)
{
    /// <summary>These preferences, on this server.</summary>
    public static PreferencesItem Of(Preferences chosen, TranslationService translations, ScheduleService schedules) => new(
        chosen.Language, chosen.TimeZone, chosen.AutoTranslate, translations.IsAvailable,
        translations.IsAvailable ? null : TranslationCode.Sentence(TranslationCode.Unavailable), schedules.CanSendEmail);
}
