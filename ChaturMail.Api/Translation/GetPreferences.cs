using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Scheduling;
using ChaturMail.Core.Translation;

namespace ChaturMail.Api.Translation;

/// <summary>Shows the user's preferences.</summary>
public static class GetPreferences
{
    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        NoFields? request, SessionUser session, PreferencesService preferences, TranslationService translations, ScheduleService schedules,
        CancellationToken cancellation) =>
        Reply.Ok("Your preferences.", PreferencesItem.Of(await preferences.FindAsync(session.Account.Uid, cancellation), translations, schedules));
}
