namespace ChaturMail.Core.Language.Composer.Rewriting;

/// <summary>Splits a paragraph into its sentences.</summary>
internal static class Sentence
{
    /// <summary>The sentences, each with the blanks after it, so that together they are the paragraph again. A line of a list is one.</summary>
    public static List<string> Split(string paragraph)
    {
        var tokens = Token.Read(paragraph);
        var sentences = new List<string>();
        var start = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            if (i + 1 < tokens.Count && !EndsAt(tokens, i)) continue;
            sentences.Add(Token.Join(tokens.Skip(start).Take(i + 1 - start)));
            start = i + 1;
        }

        return sentences;
    }

    private static bool EndsAt(List<Token> tokens, int i)
    {
        var (token, next) = (tokens[i], tokens[i + 1]);
        if (token.Gap.Contains('\n', StringComparison.Ordinal) && (IsBullet(next) || token.Trail.EndsWith(':') || token.EndsSentence)) return true;
        if (!token.EndsSentence) return false;
        var following = next.Core.Length > 0 ? next.Core[0] : '-';
        return !char.IsLower(following);
    }

    private static bool IsBullet(Token token) => token is { Core: "", Lead: "-" or "*" or "–" or "—" } || token.Core is "•"
        || (token.Trail is "." or ")" && token.Core.Length < 3 && token.Core.All(char.IsDigit) && token.Core.Length > 0);
}
