namespace ChaturMail.Core.Language.Cleaning;

/// <summary>Sentences that a model says to the person who asked, not to the email's reader.</summary>
internal static class Chatter
{
    private static readonly string[] Assents =
    [
        "Sure", "Sure thing", "Certainly", "Of course", "Absolutely", "Okay", "OK", "Great", "Gerne", "Natürlich", "Selbstverständlich",
        "Bien sûr", "Avec plaisir", "Voici", "Claro", "Por supuesto", "ज़रूर", "अवश्य", "बिल्कुल",
    ];

    private static readonly string[] Presentations =
    [
        "Here is", "Here's", "Here’s", "Here are", "Below is", "The following is", "Please find below", "I've written",
        "I've drafted", "I have written", "I have drafted", "I drafted", "Based on", "As requested", "Hier ist", "Nachfolgend", "Anbei",
        "Aquí está", "Aquí tienes", "Ecco", "यहाँ", "यहां", "नीचे", "यह रहा",
    ];

    private static readonly string[] MailWords =
    [
        "email", "e-mail", "mail", "message", "draft", "letter", "version", "template", "reply", "courriel", "lettre", "brouillon", "nachricht", "entwurf", "schreiben",
        "correo", "mensaje", "ईमेल", "मेल", "पत्र", "संदेश",
    ];

    private static readonly string[] Offers =
    [
        "Let me know if", "Please let me know if", "Feel free to", "Please feel free to", "Would you like me to", "Do you want me to",
        "I can also", "Shall I", "Lassen Sie mich wissen", "Lass mich wissen", "N'hésitez pas à", "N’hésitez pas à",
        "Souhaitez-vous que je",
    ];

    private static readonly string[] Remarks =
    [
        "If you would like", "If you'd like", "If you’d like", "If you need", "Note", "Please note", "Remember to", "Make sure to",
        "Don't forget to", "Please replace", "Replace", "This email", "This draft", "This version", "You can", "Hinweis", "Remarque",
    ];

    private static readonly string[] Farewells =
    [
        "I hope this helps", "Hope this helps", "I hope this email", "Is there anything else", "Would you like me to", "Good luck",
        "I hope this meets", "Let me know if you need anything else", "Let me know if you need any",
    ];

    private static readonly string[] DraftWords =
    [
        "draft", "email", "e-mail", "tone", "wording", "version", "placeholder", "bracket", "template", "letter", "entwurf", "brouillon",
        "courriel",
    ];

    private static readonly string[] EditWords =
    [
        "change", "adjust", "edit", "modif", "tweak", "revis", "rewrit", "rewrite", "customi", "personali", "shorten", "shorter", "longer",
        "more formal", "less formal", "placeholder", "replace", "refin", "improve", "fill in", "anpass", "änder", "ajust",
    ];

    /// <summary>
    /// What follows on the first line when it opens with chatter (often nothing), or null when it does not.
    /// </summary>
    /// <param name="next">The next line with text, or null.</param>
    public static string? AfterOpening(string line, string? next)
    {
        var assents = StartsWithAny(line, Assents);
        var alone = assents && Assents.Contains(line.TrimEnd('!', '.', ',', ' '), StringComparer.OrdinalIgnoreCase);
        if (alone) return next is null ? null : "";
        if ((!assents && !StartsWithAny(line, Presentations)) || line.Length > 4000) return null;

        var colon = line.AsSpan(0, Math.Min(line.Length, 200)).IndexOf(':');
        if (colon >= 0 && ContainsAny(line.AsSpan(0, colon), MailWords))
        {
            var rest = line[(colon + 1)..].Trim();
            if (rest.Length > 0) return OpensEmail(rest) ? rest : null;
            return next is not null && (assents || OpensEmail(next) || ContainsAny(line, ["mail", "ईमेल", "courriel"])) ? "" : null;
        }

        // Without a colon the line may be the email's own first, unless an email plainly starts below it.
        return colon < 0 && line.Length <= 200 && next is not null && OpensEmail(next) && ContainsAny(line, MailWords) ? "" : null;
    }

    /// <summary>Whether the text's last line is chatter. After a signature more counts as such than without one.</summary>
    public static bool IsClosing(string line, bool afterSignature)
    {
        var text = line.TrimStart('(', '*', ' ');
        if (text.Length > 600) return false;
        if (afterSignature && StartsWithAny(text, Farewells)) return true;
        var offers = StartsWithAny(text, Offers) || (afterSignature && StartsWithAny(text, Remarks));
        return offers && ContainsAny(text, DraftWords) && ContainsAny(text, EditWords);
    }

    /// <summary>Whether the line starts as an email does: with a greeting or a subject.</summary>
    public static bool OpensEmail(string line) => LetterWords.Greeting(line) is not null || LetterWords.AfterSubjectLabel(line) is not null;

    private static bool StartsWithAny(ReadOnlySpan<char> text, string[] phrases)
    {
        foreach (var phrase in phrases)
        {
            if (LetterWords.StartsWithWord(text, phrase)) return true;
        }

        return false;
    }

    private static bool ContainsAny(ReadOnlySpan<char> text, string[] words)
    {
        foreach (var word in words)
        {
            if (text.Contains(word, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }
}
