using ChaturMail.Core.Language.Cleaning;

namespace ChaturMail.Core.Language;

/// <summary>
/// Turns what a model wrote into plain text that is ready to send: no Markdown, no few-shot residue, no subject line, no chatter around
/// the email, no placeholder, no doubled signature, nothing invisible. Takes time linear in the text, whatever the text is.
/// </summary>
public static class EmailText
{
    // One step can lay bare what another looks for, so they run until none finds anything. A model's text takes two or three rounds.
    private const int MostRounds = 8;

    /// <summary>
    /// The plain text, or an empty string when nothing of use is left, as when all between greeting and signature went. Cleaning it again changes nothing. Never throws.
    /// </summary>
    /// <param name="raw">The text as the model gave it.</param>
    /// <param name="subject">The email's subject: a line that repeats it goes, and brackets that it holds stay.</param>
    /// <param name="senderName">Takes the place of <c>[Your Name]</c> and the like; empty when none is known.</param>
    public static string Clean(string raw, string subject, string senderName)
    {
        var known = new KnownWords(subject, senderName);
        var text = raw;
        for (var round = 0; round < MostRounds; round++)
        {
            var cleaner = Round(text, known);
            if (cleaner == text) return text;
            text = cleaner;
        }

        // Layers upon layers of markup are an attack and no email. Nothing at all is also what a second cleaning would give.
        return "";
    }

    /// <summary>
    /// The cleaned email with the user's signature as its end, exactly once and as it stands: what the model signed with goes, be it the
    /// sender's name or a copy of the signature, in part or in other case. Doing so again changes nothing.
    /// </summary>
    /// <param name="text">The email, as <see cref="Clean"/> gives it.</param>
    /// <param name="signature">The user's signature; null or blank leaves the text as it is.</param>
    /// <param name="senderName">A name that the model may have signed with; may be empty.</param>
    /// <returns>An empty string when there is nothing but a signature.</returns>
    public static string Sign(string text, string? signature, string senderName) =>
        text.Length == 0 || string.IsNullOrWhiteSpace(signature) || string.IsNullOrWhiteSpace(InvisibleCharacters.Remove(signature))
            ? text : new OwnSignature(signature, senderName).Under(text);

    private static string Round(string text, KnownWords known)
    {
        text = Residue.Remove(InvisibleCharacters.Remove(text));
        var lines = Markdown.Remove(Html.Remove(text, known)).Split('\n').ToList();
        Residue.CutAtSeparator(lines);
        Framing.Remove(lines, known);
        PlaceholderLines.Remove(lines, known);
        Signature.Reduce(lines, known);
        return Framing.IsAll(lines) ? "" : Joined(lines);
    }

    /// <summary>The lines without trailing spaces, at most one blank line between two, none at either end.</summary>
    private static string Joined(List<string> lines)
    {
        var kept = new List<string>(lines.Count);
        foreach (var line in lines)
        {
            var trimmed = line.TrimEnd();
            if (trimmed.Length > 0 || (kept.Count > 0 && kept[^1].Length > 0)) kept.Add(trimmed);
        }

        return string.Join('\n', kept).Trim();
    }
}
