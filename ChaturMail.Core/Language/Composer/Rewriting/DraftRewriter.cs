using ChaturMail.Core.Emails;

namespace ChaturMail.Core.Language.Composer.Rewriting;

/// <summary>
/// Changes a draft by rules, whoever wrote it. What the draft says stays: numbers, names, dates, links and addresses are never touched.
/// Where a rule finds nothing to do, the draft comes back with a sentence that says so.
/// </summary>
internal static class DraftRewriter
{
    private const int MostElaborated = 300;

    /// <summary>The changed draft, or that it cannot be done: the rules know English alone, and translate nothing.</summary>
    /// <param name="request">Its rewrite is not null.</param>
    /// <param name="script">The sentences of its template.</param>
    /// <param name="choice">Varies what is added.</param>
    public static ModelAnswer Write(ModelRequest request, ComposerScript script, SeededChoice choice)
    {
        var rewrite = request.Rewrite!;
        if (ForeignText.IsForeign(rewrite.Draft, [])) return Unsupported("a draft that is not English");
        if (rewrite.Kind == RewriteKind.Translate)
            return IsEnglish(rewrite.Language) ? Written(rewrite.Draft, "The email is in English already.") : Unsupported("a translation");
        var letter = LetterParts.Of(rewrite.Draft, request.Options.Signature);
        var changed = (rewrite.Kind switch
        {
            RewriteKind.Shorten => Shortening.Shorten(letter, new RequestFacts(request.Subject, request.Keywords), (int?)request.Options.Length),
            RewriteKind.Elaborate => Elaborate(request, letter, script, choice),
            RewriteKind.Formalize => Formality.Formalize(letter),
            RewriteKind.Soften => Softening.Soften(letter, script.FitOf(EmailTone.Apologetic) == ToneFit.Full),
            RewriteKind.FixGrammar => Correction.Correct(letter),
            _ => letter,
        }).ToString();
        // Blank lines alone are no change.
        return changed.Length == 0 || changed == letter.ToString() ? Written(rewrite.Draft, Unchanged(rewrite.Kind)) : Written(changed, null);
    }

    /// <summary>Whether a BCP 47 tag is English of some kind.</summary>
    public static bool IsEnglish(string? language) => language is not null
        && (language.Equals("en", StringComparison.OrdinalIgnoreCase) || language.StartsWith("en-", StringComparison.OrdinalIgnoreCase));

    private static LetterParts Elaborate(ModelRequest request, LetterParts letter, ComposerScript script, SeededChoice choice)
    {
        var words = WordCount.Of(letter.ToString());
        var room = Math.Max(0, ((int?)request.Options.Length ?? MostElaborated) - words);
        return Elaboration.Elaborate(letter, choice.Shuffle(script.After.Select(f => f.Plain)), choice.Shuffle(script.Fill.Concat(script.More).Select(f => f.Plain)), room);
    }

    private static string Unchanged(RewriteKind kind) => kind switch
    {
        RewriteKind.Shorten => "The offline composer found nothing to leave out: every sentence holds something that you asked for.",
        RewriteKind.Elaborate => "The offline composer has nothing to add that you did not say.",
        RewriteKind.Formalize => "The offline composer found nothing to make more formal.",
        RewriteKind.Soften => "The offline composer found nothing to make gentler.",
        _ => "The offline composer found nothing to correct.",
    };

    private static ModelAnswer.Written Written(string text, string? note) => new(text, OfflineComposer.ModelName, 0, 0, note);

    private static ModelAnswer.Failed Unsupported(string what) => new(ModelFailure.Unsupported, $"{OfflineComposer.ModelName}: {what}");
}
