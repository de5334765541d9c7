namespace ChaturMail.Core.Language.Composer.Rewriting;

/// <summary>
/// Says the same in about half the words: long-winded phrases become short ones, then the sentences that say least go. A sentence that
/// holds a keyword, a number, a name or a date of the request stays, and so do greeting and closing.
/// </summary>
internal static class Shortening
{
    private const int Known = -1000;

    /// <summary>The shorter letter; the same when nothing can go.</summary>
    /// <param name="facts">What no sentence that holds one is dropped for.</param>
    /// <param name="most">The most words of the whole letter, or null for about half.</param>
    public static LetterParts Shorten(LetterParts letter, RequestFacts facts, int? most)
    {
        letter = letter.WithBody(RewriteWords.Short.Replace);
        var outside = WordCount.Of(letter.Greeting) + WordCount.Of(letter.Closing);
        var sentences = letter.Body.SelectMany((paragraph, at) => Sentence.Split(paragraph).Select(text => new Line(at, text))).ToList();
        var words = sentences.Sum(s => s.Words);
        var target = Math.Min(words / 2, Math.Max(0, (most ?? int.MaxValue) - outside));
        facts.Keep(sentences);
        var left = sentences.Count;
        foreach (var sentence in sentences.Where(s => !s.IsKept).OrderBy(s => s.Worth).ThenByDescending(s => s.Words))
        {
            if (words <= target || left == 1) break;
            sentence.IsDropped = true;
            words -= sentence.Words;
            left--;
        }

        return letter with { Body = Joined(letter, sentences) };
    }

    private static List<string> Joined(LetterParts letter, List<Line> sentences) => sentences.GroupBy(s => s.Paragraph)
        .Select(group => string.Concat(group.Where(s => !s.IsDropped).Select(s => s.Text.EndsWith('\n') || s.Text.EndsWith(' ') ? s.Text : s.Text + " ")).Trim())
        .Where(text => text.Length > 0).ToList();

    /// <summary>A sentence, and what becomes of it.</summary>
    internal sealed class Line(int paragraph, string text)
    {
        /// <summary>Number of its paragraph.</summary>
        public int Paragraph { get; } = paragraph;

        /// <summary>The sentence with the blanks after it.</summary>
        public string Text { get; } = text;

        /// <summary>Its words.</summary>
        public int Words { get; } = WordCount.Of(text);

        /// <summary>True for a sentence that must stay.</summary>
        public bool IsKept { get; set; }

        /// <summary>True for a sentence that goes.</summary>
        public bool IsDropped { get; set; }

        /// <summary>How much it says: words that are no small words; least for the phrases of courtesy.</summary>
        public int Worth => RewriteWords.Filler.Any(f => Text.Contains(f, StringComparison.OrdinalIgnoreCase))
            ? Known : Composer.Words.Split(Text).Count(w => !w.IsFunctionWord());
    }
}
