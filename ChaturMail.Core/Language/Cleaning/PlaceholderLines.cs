using System.Text;

namespace ChaturMail.Core.Language.Cleaning;

/// <summary>
/// Gives the sender's name its place and takes every other placeholder out with as little of the email as still reads well: a greeting
/// goes on without the name, a contact line goes whole, a signature loses the one item, and otherwise the sentence goes.
/// </summary>
internal static class PlaceholderLines
{
    private const int LongestSignatureLine = 80;

    /// <summary>Works through the lines; those that nothing is left of are removed.</summary>
    public static void Remove(List<string> lines, KnownWords known)
    {
        var signature = false;
        var kept = 0;
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            var found = PlaceholderScan.Find(line, known);
            if (found.Count > 0)
            {
                var left = Cleaned(line, found, signature, known);
                // A sentence that a hard line break cuts in two goes with both its halves.
                if (left.CutAtEnd && i + 1 < lines.Count && IsContinued(line, lines[i + 1]))
                    lines[i + 1] = Sentences.WithoutFirst(lines[i + 1]);
                if (left.CutAtStart && kept > 0 && IsContinued(lines[kept - 1], line))
                    lines[kept - 1] = Sentences.WithoutLast(lines[kept - 1]);
                if (left.Text.Length == 0) continue;
                line = left.Text;
            }

            signature |= LetterWords.IsSignOff(line);
            lines[kept++] = line;
        }

        lines.RemoveRange(kept, lines.Count - kept);
    }

    private static Remainder Cleaned(string line, List<Placeholder> found, bool signature, KnownWords known)
    {
        if (LetterWords.Greeting(line) is var (word, plain) && PlaceholderGreeting.Cleaned(line, word, plain, found) is { } greeting)
            return new Remainder(greeting);
        var name = found.Exists(p => p.IsSenderName) ? known.SenderName : "";
        var bare = Filled(line, found, "");
        if (!bare.Any(char.IsLetterOrDigit)) return new Remainder(name);
        var onlyNames = found.TrueForAll(p => p.IsSenderName);
        if (IsContactLine(bare)) return new Remainder(name.Length > 0 && onlyNames ? Filled(line, found, name) : "");
        if (LetterWords.SignOffLength(line) is > 0 and var closing && found[0].Start >= closing)
            return new Remainder($"{line[..closing]} {name}");
        if (signature && line.Length <= LongestSignatureLine && !line.EndsWith('.'))
            return new Remainder(Tidied(Filled(line, found, name)));
        if (name.Length == 0) return WithoutSentences(line, found, known);

        var filled = Filled(line, found.FindAll(p => p.IsSenderName), name);
        // The other placeholders have moved, so that the line is looked at anew.
        return onlyNames ? new Remainder(filled) : WithoutSentences(filled, PlaceholderScan.Find(filled, known), known);
    }

    private static Remainder WithoutSentences(string line, List<Placeholder> found, KnownWords known)
    {
        if (found.Count == 0) return new Remainder(line);
        // A greeting on the same line is no part of the sentence.
        if (LetterWords.Greeting(line) is null || PlaceholderGreeting.Length(line, found) is not (> 0 and var greeting))
            return Sentences.Without(line, found);
        var rest = line[greeting..];
        return new Remainder(line[..greeting] + Sentences.Without(rest, PlaceholderScan.Find(rest, known)).Text);
    }

    /// <summary>The line with the sender's name for sender placeholders, and nothing for all others.</summary>
    private static string Filled(string line, List<Placeholder> found, string senderName)
    {
        var kept = new StringBuilder(line.Length);
        var from = 0;
        foreach (var placeholder in found)
        {
            kept.Append(line, from, placeholder.Start - from).Append(placeholder.IsSenderName ? senderName : "");
            from = placeholder.End;
        }

        return kept.Append(line, from, line.Length - from).ToString();
    }

    /// <summary>Whether nothing but labels is left: <c>Phone: | Email:</c>.</summary>
    private static bool IsContactLine(string bare)
    {
        foreach (var part in bare.AsSpan().SplitAny("|•;,"))
        {
            var text = bare.AsSpan(part).Trim(" -.\t");
            if (text.IsEmpty) continue;
            if (text[^1] != ':' || text.Count(' ') > 3 || text.Length > 40) return false;
        }

        return true;
    }

    /// <summary>A signature's line without the separators that a missing item leaves behind.</summary>
    private static string Tidied(string line) => Tidied(Tidied(Tidied(line, ',', ", "), '|', " | "), '•', " • ");

    private static string Tidied(string line, char separator, string spaced)
    {
        const string Loose = " ,|/•-–—·;:\t";
        return line.Contains(separator, StringComparison.Ordinal)
            ? string.Join(spaced, line.Split(separator).Select(part => part.AsSpan().Trim(Loose).ToString()).Where(part => part.Length > 0))
            : line.AsSpan().Trim(Loose).ToString();
    }

    /// <summary>Whether a hard line break, as at 72 characters, stands inside a sentence.</summary>
    private static bool IsContinued(string line, string next)
    {
        const int ShortestWrappedLine = 50;
        var (end, start) = (line.TrimEnd(), next.TrimStart());
        return end.Length >= ShortestWrappedLine && start.Length > 0 && !Sentences.IsTerminator(end[^1]) && end[^1] != ':'
            && (char.IsLower(start[0]) || char.IsDigit(start[0]) || start[0] is '[' or '{' or '<' or '(');
    }
}
