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
