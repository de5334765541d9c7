using System.Text;

namespace ChaturMail.Core.Language.Cleaning;

/// <summary>
/// What a model repeats of the form its examples came in: <c>&amp;&amp;&amp;&amp;Mail Sentiment: …&amp;&amp;&amp;&amp;</c> marks,
/// <c>####</c> between two examples, code fences, and a reasoning model's thoughts.
/// </summary>
internal static class Residue
{
    private const string Mark = "&&&&";
    private const string Separator = "####";
    private const int LongestMark = 300;

    private static readonly string[] ExampleLabels =
        ["Subject", "Keywords", "To", "From", "Email", "Mail", "Mail Sentiment", "Input", "Output", "Prompt", "Example", "Request"];

    private static readonly HashSet<string> FenceWords = new(StringComparer.OrdinalIgnoreCase)
        { "", "text", "txt", "plain", "plaintext", "email", "mail", "eml", "markdown", "md", "html", "none" };

    /// <summary>The text without marks, thoughts and fences; a separator gets a line of its own.</summary>
    public static string Remove(string text)
    {
        text = WithoutThoughts(text);
        if (text.Contains(Mark, StringComparison.Ordinal)) text = WithoutMarks(text);
        if (text.Contains(Separator, StringComparison.Ordinal)) text = WithSeparatorsAlone(text);
        if (text.Contains("```", StringComparison.Ordinal) || text.Contains("\"\"\"", StringComparison.Ordinal)
            || text.Contains("~~~", StringComparison.Ordinal))
            text = string.Join('\n', text.Split('\n').Select(WithoutFence).OfType<string>());
        return text;
    }

    /// <summary>Drops separator lines, and all after one that a further example follows.</summary>
    public static void CutAtSeparator(List<string> lines)
    {
        if (!lines.Exists(IsSeparator)) return;
        var letters = 0;
        var complete = false;
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i].Trim();
            if (!IsSeparator(line))
            {
                if (!IsExampleLabel(line)) letters += line.Length;
                complete |= LetterWords.Greeting(line) is not null || LetterWords.IsSignOff(line);
                continue;
            }

            lines[i] = "";
            var next = lines.FindIndex(i, l => !string.IsNullOrWhiteSpace(l));
            if (next < 0 || !IsExampleLabel(lines[next]) || (letters < 80 && !complete)) continue;
            lines.RemoveRange(i, lines.Count - i);
        }
    }

    private static bool IsSeparator(string line) => line.AsSpan().Trim() is { Length: >= 3 } text && !text.ContainsAnyExcept('#');

    private static bool IsExampleLabel(string line) => ExampleLabels.Any(label => LetterWords.AfterLabel(line, label) is not null);

    private static string WithoutThoughts(string text)
    {
        const string Open = "<think>", Close = "</think>";
        var end = text.LastIndexOf(Close, StringComparison.OrdinalIgnoreCase);
        if (end >= 0) text = text[(end + Close.Length)..];
        var start = text.IndexOf(Open, StringComparison.OrdinalIgnoreCase);
        return start < 0 ? text : text[..start];
    }

    private static string WithoutMarks(string text)
    {
        var kept = new StringBuilder(text.Length);
        var from = 0;
        while (text.IndexOf(Mark, from, StringComparison.Ordinal) is >= 0 and var mark)
        {
            kept.Append(text, from, mark - from);
            from = EndOfRun(text, mark, '&');
            var close = text.IndexOf(Mark, from, Math.Min(LongestMark, text.Length - from), StringComparison.Ordinal);
            if (close < 0) continue;
            var between = text.AsSpan(from, close - from);
            if (between.Contains(':') && !between.Contains('\n')) from = EndOfRun(text, close, '&');
        }

        return kept.Append(text, from, text.Length - from).ToString();
    }

    private static string WithSeparatorsAlone(string text)
    {
        var kept = new StringBuilder(text.Length + 16);
        var from = 0;
        while (text.IndexOf(Separator, from, StringComparison.Ordinal) is >= 0 and var found)
        {
            kept.Append(text, from, found - from).Append('\n').Append(Separator).Append('\n');
            from = EndOfRun(text, found, '#');
        }

        return kept.Append(text, from, text.Length - from).ToString();
    }

    private static int EndOfRun(string text, int start, char c)
    {
        var length = text.AsSpan(start).IndexOfAnyExcept(c);
        return length < 0 ? text.Length : start + length;
    }

    /// <summary>The line without fences, or null when it was one.</summary>
    private static string? WithoutFence(string line)
    {
        var text = line.Trim();
        foreach (var fence in (ReadOnlySpan<char>)['`', '"', '~'])
        {
            var start = text.TrimStart(fence);
            if (text.Length - start.Length >= 3) text = FenceWords.Contains(start.Trim()) ? "" : start;
            var end = text.TrimEnd(fence);
            if (text.Length - end.Length >= 3) text = end;
        }

        return text.Length == 0 && line.AsSpan().Trim().Length > 0 ? null : text.Length == line.AsSpan().Trim().Length ? line : text;
    }
}
