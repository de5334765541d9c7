namespace ChaturMail.Core.Language.Composer.Rewriting;

/// <summary>What a request gave to be said: keywords, and the numbers, names, dates, links and addresses in it.</summary>
internal sealed class RequestFacts
{
    private readonly List<string> _keywords;
    private readonly HashSet<string> _tokens;

    /// <summary>Reads them from subject and keywords.</summary>
    public RequestFacts(string subject, IReadOnlyList<string> keywords)
    {
        _keywords = keywords.Select(Words.Clean).Where(k => k.Length > 0).ToList();
        _tokens = keywords.Append(subject).SelectMany(text => Token.Read(text)).Where(IsFact).Select(t => t.Core).ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Marks the sentences that hold one; for a keyword in other words, the sentence that shares most with it. The first sentence that is no courtesy stays as well: it says what the email is about.</summary>
    public void Keep(IReadOnlyList<Shortening.Line> sentences)
    {
        foreach (var sentence in sentences)
            // What somebody wrote into a draft besides counts as well, when it looks like a fact.
            sentence.IsKept = Token.Read(sentence.Text).Any(t => _tokens.Contains(t.Core) || IsNumberOrLink(t)) || _keywords.Any(k => Words.Holds(sentence.Text, k));
        foreach (var keyword in _keywords.Where(k => !sentences.Any(s => Words.Holds(s.Text, k)))) KeepNearest(sentences, keyword);
        if (sentences.FirstOrDefault(s => s.Worth > 0) is { } first) first.IsKept = true;
    }

    private static void KeepNearest(IReadOnlyList<Shortening.Line> sentences, string keyword)
    {
        var words = Stems(keyword);
        var best = words.Count == 0 ? null : sentences.MaxBy(s => Stems(s.Text).Count(words.Contains));
        if (best is not null && Stems(best.Text).Overlaps(words)) best.IsKept = true;
    }

    private static HashSet<string> Stems(string text) => Words.Split(text).Select(w => w.TrimEnd('.').ToLowerInvariant()).Where(w => w.Length > 2 && !w.IsFunctionWord())
        .Select(w => w.Length > 5 ? w[..5] : w).ToHashSet();

    private static bool IsFact(Token token) => IsNumberOrLink(token) || (token.Core.Length > 1 && char.IsUpper(token.Core[0]) && !token.Core.IsOrdinary() && !token.Core.IsFunctionWord());

    private static bool IsNumberOrLink(Token token) => token.Core.AsSpan().IndexOfAnyInRange('0', '9') >= 0 || token.Core.Contains('@') || token.Core.Contains("://", StringComparison.Ordinal)
        || token.Core.StartsWith("www.", StringComparison.OrdinalIgnoreCase);
}
