namespace ChaturMail.Core.Language.Composer.Rewriting;

/// <summary>Makes a draft gentler: orders become requests, blunt words milder ones.</summary>
internal static class Softening
{
    private const int LongestQuestion = 18;

    private const string Hope = "I hope that this is all right with you.";

    private static readonly string[] Courtesies = ["find", "see", "note", "let", "do", "don't", "feel", "accept", "forgive", "excuse", "tell", "be", "allow", "also", "direct", "keep", "make", "ask", "read"];

    /// <summary>The draft in gentler words. Doing it again changes nothing.</summary>
    /// <param name="mayHope">Whether a letter without a blunt word gets a sentence that leaves the reader free.</param>
    public static LetterParts Soften(LetterParts letter, bool mayHope)
    {
        var asked = 0;
        var soft = letter.WithBody(paragraph => string.Concat(Sentence.Split(RewriteWords.Soft.Replace(paragraph)).Select(s => Pleaded(Asked(s), ref asked))));
        if (!mayHope || soft.Body.Count == 0 || string.Join(' ', soft.Body) is var body && (body.Contains(Hope, StringComparison.Ordinal) || body != string.Join(' ', letter.Body))) return soft;
        return soft with { Body = [.. soft.Body.Take(soft.Body.Count - 1), $"{soft.Body[^1]} {Hope}"] };
    }

    /// <summary>"Send me the file." becomes "Could you please send me the file?", and a longer order gets its "please".</summary>
    private static string Asked(string sentence)
    {
        var tokens = Token.Read(sentence);
        if (tokens.Count < 3 || tokens[0] is not { Lead: "", Trail: "" } || !tokens[0].Core.Is(WordClass.Imperatives)
            || !RewriteWords.Objects.Contains(tokens[1].Core) || !char.IsUpper(tokens[0].Core[0])) return sentence;
        if (tokens[0].Core is "Let" or "Feel" or "See" or "Don't" or "Enjoy" or "Please" or "Remember" or "Tell") return sentence;
        tokens[0] = tokens[0] with { Core = char.ToLowerInvariant(tokens[0].Core[0]) + tokens[0].Core[1..] };
        if (!IsOneClause(tokens)) return "Please " + Token.Join(tokens);
        tokens[^1] = tokens[^1] with { Trail = "?" };
        return "Could you please " + Token.Join(tokens);
    }

    /// <summary>"Please confirm the date." becomes "It would be very kind if you could confirm the date."</summary>
    private static string Pleaded(string sentence, ref int asked)
    {
        var tokens = Token.Read(sentence);
        if (tokens.Count < 4 || tokens[0] is not { Core: "Please", Lead: "", Trail: "" } || !tokens[1].Core.Is(WordClass.Imperatives)
            || Courtesies.Contains(tokens[1].Core) || !IsOneClause(tokens[1..])) return sentence;
        return $"{RewriteWords.GentleRequests[asked++ % RewriteWords.GentleRequests.Count]} {Token.Join(tokens.Skip(1))}";
    }

    private static bool IsOneClause(List<Token> tokens) => tokens.Count <= LongestQuestion && tokens[^1].Trail is ("." or "!")
        && !tokens.Take(tokens.Count - 1).Any(t => t.Trail.Length > 0)
        && !tokens.Any(t => t.Core is "I" or "we" or "and" or "or" or "otherwise" or "please");
}
