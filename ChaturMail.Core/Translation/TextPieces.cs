namespace ChaturMail.Core.Translation;

/// <summary>
/// Parts a long text where it breaks by itself, so that each call of a model is short enough for its limits of time and tokens.
/// </summary>
internal static class TextPieces
{
    /// <summary>The longest piece, in characters: some 700 English words.</summary>
    public const int Most = 4000;

    private static readonly string[] Breaks = ["\n\n", "\n", ". ", "。", "। ", "? ", "! ", " "];

    /// <summary>The pieces in order, none empty: together they are the text.</summary>
    public static IEnumerable<string> Of(string text)
    {
        var start = 0;
        while (text.Length - start > Most)
        {
            var end = End(text, start);
            yield return text[start..end];
            start = end;
        }

        if (start < text.Length) yield return text[start..];
    }

    // Past the last break of the best kind in the piece's second half; where there is none, at its end.
    private static int End(string text, int start)
    {
        foreach (var between in Breaks)
        {
            var at = text.LastIndexOf(between, start + Most - 1, Most / 2, StringComparison.Ordinal);
            if (at > start) return at + between.Length;
        }

        return char.IsHighSurrogate(text[start + Most - 1]) ? start + Most - 1 : start + Most;
    }
}
