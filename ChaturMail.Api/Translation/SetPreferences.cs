using ChaturMail.Api.Emails;
using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Scheduling;
using ChaturMail.Core.Translation;

namespace ChaturMail.Api.Translation;

/// <summary>Changes the user's preferences: what is absent stays, an empty text takes a choice away.</summary>
public static class SetPreferences
{
    /// <param name="Language">BCP 47 tag of the language that they like to read.</param>
    /// <param name="TimeZone">IANA name of their time zone.</param>
    /// <param name="AutoTranslate">Whether messages are translated unasked.</param>
    public sealed record Request(string? Language, string? TimeZone, bool? AutoTranslate);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, PreferencesService preferences, TranslationService translations, ScheduleService schedules,
        CancellationToken cancellation)
    {
        var check = new Check();
        var language = EmailRequestReader.Language("language", request.Language, check);
        var zone = check.Optional("timeZone", request.TimeZone, Preferences.LongestTimeZone);
        if (zone is not null && !Preferences.IsTimeZone(zone))
            check.Fail("The field 'timeZone' must name a time zone of the IANA database, e.g. Europe/Berlin, Asia/Kolkata or UTC.");
        if (check.Failure is { } failure) return failure;
        var chosen = await preferences.ChangeAsync(
            session.Account.Uid,
            before => before with
            {
                Language = request.Language is null ? before.Language : language,
                TimeZone = request.TimeZone is null ? before.TimeZone : zone,
                AutoTranslate = request.AutoTranslate ?? before.AutoTranslate,
            },
            cancellation);
        return Reply.Ok("Your preferences are saved.", PreferencesItem.Of(chosen, translations, schedules));
    }
}
