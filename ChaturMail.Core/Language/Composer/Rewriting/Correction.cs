namespace ChaturMail.Core.Language.Composer.Rewriting;

/// <summary>
/// Corrects what can be known to be wrong without understanding the text: spelling from a list, double words, capitals, "a" and "an",
/// blanks and punctuation. Numbers, names, addresses and links stay as they are.
/// </summary>
internal static class Correction
{
    private static readonly string[] QuestionStarts = ["could", "can", "would", "will", "do", "does", "did", "is", "are", "may", "shall", "should", "when", "where", "why", "how", "what", "who", "which"];
    private static readonly string[] VowelArticles = ["a", "an"];

    /// <summary>The draft, corrected. Doing it again changes nothing.</summary>
    public static LetterParts Correct(LetterParts letter) => letter.WithBody(Paragraph);

    private static string Paragraph(string paragraph)
    {
        var tokens = Token.Read(RewriteWords.Spelling.Replace(paragraph));
        tokens = Capitals(Articles(WithoutDoubles(Punctuation(tokens))));
        return Ended(tokens);
    }

    /// <summary>"here , now" and "here ,now" become "here, now"; "here,," becomes "here,".</summary>
    private static List<Token> Punctuation(List<Token> tokens)
    {
        var result = new List<Token>(tokens.Count);
        foreach (var raw in tokens)
        {
            var token = raw;
            var isBare = token.Core.Length == 0 && token.Trail.Length == 0 && token.Lead.Length > 0 && token.Lead.All(c => c is '.' or ',' or ';' or '!' or '?' or ':');
            var leads = token.Lead.Length == 1 && token.Lead[0] is ',' or ';' && token.Core.Length > 0;
            if (result.Count > 0 && (isBare || leads) && result[^1] is { Core.Length: > 0 } before && !before.Gap.Contains('\n', StringComparison.Ordinal))
            {
                var mark = token.Lead;
                result[^1] = before with { Trail = Single(before.Trail + mark), Gap = isBare ? token.Gap : " " };
                if (isBare) continue;
                token = token with { Lead = "" };
            }

            var gap = token.Gap.Contains('\n', StringComparison.Ordinal) || token.Gap.Length == 0 ? token.Gap : " ";
            result.Add(token with { Trail = token.Core.Length > 0 ? Single(token.Trail) : token.Trail, Gap = gap });
        }

        return result;
    }

    /// <summary>One mark where the same stands several times; three full stops are meant.</summary>
    private static string Single(string trail)
    {
        if (trail.Length < 2 || trail.StartsWith("...", StringComparison.Ordinal)) return trail;
        var kept = new System.Text.StringBuilder();
        foreach (var c in trail)
        {
            var last = kept.Length > 0 ? kept[^1] : '\0';
            if (last == c && c is '.' or ',' or ';' or '!' or '?' or ':') continue;
            if (last is ',' or ';' && c is '.' or '!' or '?') kept[^1] = c;
            else if (last is '.' or '!' or '?' && c is ',' or ';') continue;
            else kept.Append(c);
        }

        return kept.ToString();
    }

    private static List<Token> WithoutDoubles(List<Token> tokens)
    {
        var result = new List<Token>(tokens.Count);
        foreach (var token in tokens)
        {
            if (result.Count > 0 && result[^1] is { Trail: "" } before && token is { IsWord: true, Lead: "" } && !before.Gap.Contains('\n', StringComparison.Ordinal)
                && before.Core.Equals(token.Core, StringComparison.OrdinalIgnoreCase) && !RewriteWords.Doubleable.Contains(token.Core)
                // "Duran Duran" is a name.
                && !(char.IsUpper(before.Core[0]) && char.IsUpper(token.Core[0]) && token.Core != "I"))
                result[^1] = before with { Trail = token.Trail, Gap = token.Gap };
            else result.Add(token);
        }

        return result;
    }

    private static List<Token> Articles(List<Token> tokens)
    {
        for (var i = 0; i + 1 < tokens.Count; i++)
        {
            var (token, next) = (tokens[i], tokens[i + 1]);
            var article = token.Core.ToLowerInvariant();
            if (!VowelArticles.Contains(article) || token.Trail.Length > 0 || next.Lead.Length > 0 || !IsSure(next.Core) || token.Core is "AN") continue;
            // A capital "A" in the middle of a sentence is a grade or a name.
            if (token.Core == "A" && i > 0 && !tokens[i - 1].EndsSentence) continue;
            var right = Grammar.SoundsLikeVowel(next.Core) ? "an" : "a";
            if (right != article) tokens[i] = token with { Core = char.IsUpper(token.Core[0]) ? "A" + right[1..] : right };
        }

        return tokens;
    }

    // Acronyms are spoken in two ways, and "u" and "eu" sound in two.
    private static bool IsSure(string word) => word.Length > 2 && word.All(c => char.IsAsciiLetter(c) || c == '-') && !word.Skip(1).Any(char.IsUpper)
        && !word.IsFunctionWord() && (char.ToLowerInvariant(word[0]) != 'u' || word.StartsWith("un", StringComparison.OrdinalIgnoreCase)
            && !word.StartsWith("una", StringComparison.OrdinalIgnoreCase) || word is "user" or "useful" or "usual" or "update" or "urgent" or "upgrade" or "upcoming")
        && !word.StartsWith("eu", StringComparison.OrdinalIgnoreCase) && !word.StartsWith("ew", StringComparison.OrdinalIgnoreCase)
        && !word.StartsWith("on", StringComparison.OrdinalIgnoreCase);

    private static List<Token> Capitals(List<Token> tokens)
    {
        var isStart = true;
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (IsLoneI(token)) token = token with { Core = "I" + token.Core[1..] };
            if (isStart && token.IsWord) token = token with { Core = Grammar.Capitalise(token.Core) };
            if (token.Core.Length > 0) isStart = false;
            isStart |= token.EndsSentence && !token.Trail.Contains("..", StringComparison.Ordinal) && !token.Trail.Contains('…', StringComparison.Ordinal);
            tokens[i] = token;
        }

        return tokens;
    }

    private static bool IsLoneI(Token token) => token.Core.Replace('’', '\'') is "i" or "i'm" or "i've" or "i'll" or "i'd" && !token.Lead.Contains('(') && !token.Trail.StartsWith(')');

    /// <summary>A last sentence gets its full stop, unless it is a list, ends with an address, or has a mark already.</summary>
    private static string Ended(List<Token> tokens)
    {
        var text = Token.Join(tokens).TrimEnd();
        if (tokens.Count < 3 || tokens[^1] is not { IsWord: true, Trail: "" } || text[(text.LastIndexOf('\n') + 1)..].TrimStart() is not [not ('-' or '*' or '•'), ..]) return text;
        var sentence = Sentence.Split(text)[^1];
        var first = sentence.Split(' ')[0].ToLowerInvariant();
        return text + (QuestionStarts.Contains(first) && IsQuestion(sentence) ? "?" : ".");
    }

    private static bool IsQuestion(string sentence) => sentence.Split(' ') is [_, var second, ..]
        && (second.Is(WordClass.Pronouns) || second.Is(WordClass.Auxiliaries) || second.Is(WordClass.Determiners));
}
