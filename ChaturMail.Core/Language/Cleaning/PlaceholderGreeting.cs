namespace ChaturMail.Core.Language.Cleaning;

/// <summary>A greeting with a placeholder for the name: <c>Dear [Recipient Name],</c> becomes <c>Hello,</c>.</summary>
internal static class PlaceholderGreeting
{
    private const int LongestGreeting = 80;

    /// <summary>The line with its greeting made plain, or null when the placeholder is not the greeting's.</summary>
    /// <param name="word">The greeting word that the line starts with.</param>
    /// <param name="plain">The same greeting without a name.</param>
    public static string? Cleaned(string line, string word, string plain, List<Placeholder> found)
    {
        var end = EndOf(line, found);
        if (end > LongestGreeting || found[0].Start >= end) return null;
        var names = Names(line, line.Length - line.TrimStart().Length + word.Length, end, found);
        var rest = end < line.Length ? line[(end + 1)..] : "";
        return names.Count == 0 ? plain + rest : $"{line[..end].TrimStart()[..word.Length]} {string.Join(' ', names)},{rest}";
    }

    /// <summary>The length of a greeting that stands before the first placeholder, with its punctuation; 0 when there is none.</summary>
    public static int Length(string line, List<Placeholder> found) =>
        EndOf(line, found) is var end && end < line.Length && end < LongestGreeting && end < found[0].Start ? end + 1 : 0;

    /// <summary>Where the greeting's own punctuation stands, outside every placeholder; or the line's end.</summary>
    private static int EndOf(string line, List<Placeholder> found)
    {
        var next = 0;
        for (var i = 0; i < line.Length; i++)
        {
            while (next < found.Count && found[next].End <= i) next++;
            if (next < found.Count && i >= found[next].Start) continue;
            if (line[i] is ',' or ':' or '!' or '，' or ';') return i;
        }

        return line.Length;
    }

    /// <summary>The words between the greeting and its punctuation that are a name: no placeholder and no mere title.</summary>
    private static List<string> Names(string line, int from, int end, List<Placeholder> found)
    {
        var names = new List<string>();
        foreach (var placeholder in found)
        {
            if (placeholder.Start >= end) break;
            Add(line[from..Math.Max(from, placeholder.Start)]);
            from = Math.Max(from, placeholder.End);
        }

        if (from < end) Add(line[from..end]);
        return names.TrueForAll(LetterWords.IsTitle) ? [] : names;

        void Add(string text) =>
            names.AddRange(text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(w => w.Any(char.IsLetterOrDigit)));
    }
}
