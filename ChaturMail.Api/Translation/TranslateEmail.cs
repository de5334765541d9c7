using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Translation;

namespace ChaturMail.Api.Translation;

/// <summary>Subject and body of one of the user's emails in another language, beside the original.</summary>
public static class TranslateEmail
{
    /// <param name="Id">The email.</param>
    /// <param name="Language">BCP 47 tag; the user's own language when absent.</param>
    public sealed record Request(string? Id, string? Language);

    /// <param name="Id">The email.</param>
    /// <param name="Language">BCP 47 tag of the language that was asked for.</param>
    /// <param name="Subject">The subject.</param>
    /// <param name="Body">The email's text.</param>
    public sealed record Response(string Id, string Language, TranslationItem Subject, TranslationItem Body);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, TranslationService translations, TranslationSources sources, PreferencesService preferences,
        CancellationToken cancellation)
    {
        var check = new Check();
        var id = check.EmailId(request.Id);
        if (check.Failure is { } failure) return failure;
        var uid = session.Account.Uid;
        var reader = new TranslationReader(uid, EmailTexts.Name, id);
        if (await sources.FindAsync(reader, cancellation) is not [var subject, var body]) return Reply.Error(ApiError.EmailNotFound);
        var language = await TranslationItem.LanguageAsync(request.Language, check, uid, preferences, cancellation);
        if (check.Failure is { } noLanguage) return noLanguage;
        var answers = await translations.TranslateAsync(reader, [subject, body], language, cancellation);
        var (message, status) = TranslationItem.Head(answers);
        return Reply.Ok(
            message, new Response(id, language, new TranslationItem(id, subject, language, answers[0]), new TranslationItem(id, body, language, answers[1])), status);
    }
}
