namespace ChaturMail.Core.Language.Composer.Rewriting;

/// <summary>Makes a draft gentler: orders become requests, blunt words milder ones.</summary>
internal static class Softening
{
    private const int LongestQuestion = 18;

    /// <summary>The draft in gentler words. Doing it again changes nothing.</summary>
    public static LetterParts Soften(LetterParts letter) =>
        letter.WithBody(paragraph => string.Concat(Sentence.Split(RewriteWords.Soft.Replace(paragraph)).Select(Asked)));

    /// <summary>"Send me the file." becomes "Could you please send me the file?", and a longer order gets its "please".</summary>
    private static string Asked(string sentence)
    {
        var tokens = Token.Read(sentence);
        if (tokens.Count < 3 || tokens[0] is not { Lead: "", Trail: "" } || !tokens[0].Core.Is(WordClass.Imperatives)
            || !RewriteWords.Objects.Contains(tokens[1].Core) || !char.IsUpper(tokens[0].Core[0])) return sentence;
        if (tokens[0].Core is "Let" or "Feel" or "See" or "Don't" or "Enjoy" or "Please" or "Thank" or "Remember" or "Do" or "Give" && tokens[1].Core is "my" or "our") return sentence;
        tokens[0] = tokens[0] with { Core = char.ToLowerInvariant(tokens[0].Core[0]) + tokens[0].Core[1..] };
        var last = tokens[^1];
        if (tokens.Count > LongestQuestion || last.Trail is not ("." or "!") || tokens.Take(tokens.Count - 1).Any(t => t.Trail.Length > 0)
            || tokens.Any(t => t.Core is "I" or "we" or "and" or "or" or "otherwise" or "please")) return "Please " + Token.Join(tokens);
        tokens[^1] = last with { Trail = "?" };
        return "Could you please " + Token.Join(tokens);
    }
}
