namespace ChaturMail.Core.Language.Composer.Rewriting;

/// <summary>
/// What stands between two blanks: a word with the punctuation around it and the blanks after it. An address, a link or a number
/// is one token whose core no rule for words matches, so rules leave it alone.
/// </summary>
internal readonly record struct Token(string Lead, string Core, string Trail, string Gap)
{
    private static readonly char[] Marks = ['.', ',', ';', ':', '!', '?', '(', ')', '"', '“', '”', '\'', '‘', '’', '[', ']', '…', '*', '–', '—', '-'];
    private static readonly string[] Abbreviations = ["dr", "mr", "mrs", "ms", "prof", "st", "no", "vs", "e.g", "i.e", "etc", "approx", "dept", "inc", "ltd", "sr", "jr"];

    /// <summary>The tokens of a text, which together are the text again. Takes time linear in it.</summary>
    public static List<Token> Read(string text)
    {
        var tokens = new List<Token>();
        for (var at = 0; at < text.Length;)
        {
            var end = at;
            while (end < text.Length && !char.IsWhiteSpace(text[end])) end++;
            var next = end;
            while (next < text.Length && char.IsWhiteSpace(text[next])) next++;
            var chunk = text.AsSpan(at, end - at);
            var lead = chunk.Length - chunk.TrimStart(Marks).Length;
            var core = chunk[lead..].TrimEnd(Marks).Length;
            tokens.Add(new Token(chunk[..lead].ToString(), chunk.Slice(lead, core).ToString(), chunk[(lead + core)..].ToString(), text[end..next]));
            at = next;
        }

        return tokens;
    }

    /// <summary>The text of tokens.</summary>
    public static string Join(IEnumerable<Token> tokens) => string.Concat(tokens.Select(t => t.ToString()));

    /// <summary>Whether the core is a word of letters, with apostrophes or hyphens at most.</summary>
    public bool IsWord => Core.Length > 0 && Core.All(c => char.IsLetter(c) || c is '\'' or '’' or '-');

    /// <summary>Whether a sentence may end here: a full stop, an exclamation or a question mark that belongs to no abbreviation.</summary>
    public bool EndsSentence => Gap.Length > 0 && Trail.AsSpan().IndexOfAny(".!?…") >= 0
        && !(Trail == "." && (Abbreviations.Contains(Core.ToLowerInvariant()) || (Core.Length == 1 && char.IsUpper(Core[0]) && Core != "I")));

    /// <inheritdoc/>
    public override string ToString() => Lead + Core + Trail + Gap;
}
