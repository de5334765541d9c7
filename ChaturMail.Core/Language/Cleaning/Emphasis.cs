using System.Text;

namespace ChaturMail.Core.Language.Cleaning;

/// <summary>
/// Takes the marks off bold, italic and struck words in one line, by CommonMark's flanking rules made stricter: a mark inside a word or
/// between numbers is a character, not a mark, and a URL's or address's underscores are its own.
/// </summary>
internal static class Emphasis
{
    /// <summary>The line without the marks.</summary>
    public static string Remove(string line)
    {
        var runs = Runs(line);
        if (runs.Count == 0) return line;
        Pair(line, runs);
        var kept = new StringBuilder(line.Length);
        var from = 0;
        foreach (var run in runs)
        {
            // Bold that goes on in another line has its only mark at this one's edge.
            var alone = run.Left == 2 && run.Length == 2 && run.Mark == '*'
                && (IsAtStart(line, run) ? run.Opens : run.Start + run.Length == line.Length && run.Closes);
            var removed = alone ? 2 : run.Length - run.Left;
            kept.Append(line, from, run.Start - from);
            from = run.Start + removed;
        }

        return kept.Append(line, from, line.Length - from).ToString();
    }

    private static bool IsAtStart(string line, Run run) => line.AsSpan(0, run.Start).Trim("- ").IsEmpty;

    private static List<Run> Runs(string line)
    {
        var runs = new List<Run>();
        var inAddress = false;
        for (var i = 0; i < line.Length;)
        {
            var c = line[i];
            if (i == 0 || line[i - 1] == ' ') inAddress = StartsAddress(line.AsSpan(i));
            if (c is not ('*' or '_' or '~') || (c == '_' && inAddress))
            {
                i++;
                continue;
            }

            var end = i + 1;
            while (end < line.Length && line[end] == c) end++;
            if (c != '~' || end - i == 2) runs.Add(RunAt(line, i, end));
            i = end;
        }

        return runs;
    }

    private static bool StartsAddress(ReadOnlySpan<char> rest)
    {
        var space = rest.IndexOf(' ');
        var token = space < 0 ? rest : rest[..space];
        return token.Contains('@') || token.Contains("://", StringComparison.Ordinal) || token.StartsWith("www.", StringComparison.Ordinal);
    }

    private static Run RunAt(string line, int start, int end)
    {
        var before = start == 0 ? ' ' : line[start - 1];
        var after = end == line.Length ? ' ' : line[end];
        // Bold may stand inside a word, as scripts without spaces need; a single mark or an underscore may not.
        var strict = line[start] == '_' || (line[start] == '*' && end - start == 1);
        var numbers = char.IsDigit(before) && char.IsDigit(after);
        var opens = !char.IsWhiteSpace(after) && !numbers && !(strict && char.IsLetterOrDigit(before));
        var closes = !char.IsWhiteSpace(before) && !numbers && !(strict && char.IsLetterOrDigit(after));
        return new Run(start, end - start, line[start], opens, closes);
    }

    private static void Pair(string line, List<Run> runs)
    {
        var open = new Stack<Run>[] { new(), new(), new() };
        foreach (var run in runs)
        {
            var waiting = open[run.Mark switch { '*' => 0, '_' => 1, _ => 2 }];
            while (run.Closes && run.Left > 0 && waiting.TryPeek(out var opener) && opener.Start + opener.Length < run.Start)
            {
                var taken = Math.Min(opener.Left, run.Left);
                opener.Left -= taken;
                run.Left -= taken;
                if (opener.Left == 0) waiting.Pop();
            }

            if (run.Opens && run.Left > 0) waiting.Push(run);
        }
    }

    private sealed record Run(int Start, int Length, char Mark, bool Opens, bool Closes)
    {
        /// <summary>How many of its characters no other run has paired with.</summary>
        public int Left { get; set; } = Length;
    }
}
