using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Translation;

namespace ChaturMail.Api.Translation;

/// <summary>A message in the reader's language, beside the original.</summary>
public static class TranslateMessage
{
    /// <param name="Id">The message.</param>
    /// <param name="Language">BCP 47 tag; the user's own language when absent.</param>
    public sealed record Request(string? Id, string? Language);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, TranslationService translations, TranslationSources sources, PreferencesService preferences,
        CancellationToken cancellation)
    {
        var check = new Check();
        var id = check.Required("id", request.Id, Limits.Id).ToLowerInvariant();
        if (check.Failure is { } failure) return failure;
        var uid = session.Account.Uid;
        var reader = new TranslationReader(uid, MessageTexts.Name, id);
        if (await sources.FindAsync(reader, cancellation) is not [var original]) return Reply.Error(ApiError.MessageNotFound);
        var language = await TranslationItem.LanguageAsync(request.Language, check, uid, preferences, cancellation);
        if (check.Failure is { } noLanguage) return noLanguage;
        var answer = (await translations.TranslateAsync(reader, [original], language, cancellation))[0];
        var (message, status) = TranslationItem.Head(answer);
        return Reply.Ok(message, new TranslationItem(id, original, language, answer), status);
    }
}
