using ChaturMail.Api.Http;
using ChaturMail.Api.Topics;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Topics;
using ChaturMail.Core.Translation;

namespace ChaturMail.Api.Translation;

/// <summary>Subject and text of a version of a topic's draft in the reader's language, beside the original.</summary>
public static class TranslateDraft
{
    /// <param name="TopicId">The topic.</param>
    /// <param name="Version">The number of the version.</param>
    /// <param name="Language">BCP 47 tag; the user's own language when absent.</param>
    public sealed record Request(string? TopicId, int? Version, string? Language);

    /// <param name="TopicId">The topic.</param>
    /// <param name="Version">The number of the version.</param>
    /// <param name="Language">BCP 47 tag of the language that was asked for.</param>
    /// <param name="Subject">The subject.</param>
    /// <param name="Body">The draft's text.</param>
    public sealed record Response(string TopicId, int Version, string Language, TranslationItem Subject, TranslationItem Body);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, TranslationService translations, TopicService topics, TopicDrafts drafts, PreferencesService preferences,
        CancellationToken cancellation)
    {
        var check = new Check();
        var id = TopicFields.Id(check, "topicId", request.TopicId);
        var number = TopicFields.Version(check, request.Version);
        if (check.Failure is { } failure) return failure;
        var uid = session.Account.Uid;
        if (await topics.FindAsync(id, uid, cancellation) is not var (topic, _)) return TopicReply.NotFound();
        if (await drafts.FindVersionAsync(topic, number, cancellation) is not { } draft) return Reply.Error(TopicErrors.VersionNotFound);
        var language = await TranslationItem.LanguageAsync(request.Language, check, uid, preferences, cancellation);
        if (check.Failure is { } noLanguage) return noLanguage;
        var reader = new TranslationReader(uid, DraftTexts.Name, DraftVersion.IdOf(id, number));
        var answers = await translations.TranslateAsync(reader, [draft.Subject, draft.Text], language, cancellation);
        var (message, status) = TranslationItem.Head(answers);
        return Reply.Ok(
            message,
            new Response(
                id, number, language, new TranslationItem(id, draft.Subject, language, answers[0]), new TranslationItem(id, draft.Text, language, answers[1])),
            status);
    }
}
