using System.Text;

namespace ChaturMail.Core.Language.Cleaning;

/// <summary>What is left of a line.</summary>
/// <param name="Text">The text, or an empty string.</param>
/// <param name="CutAtStart">Whether its first sentence went, which may have begun on the line above.</param>
/// <param name="CutAtEnd">Whether its last sentence went without having ended.</param>
internal readonly record struct Remainder(string Text, bool CutAtStart = false, bool CutAtEnd = false);

/// <summary>Splits a line into sentences, as far as taking one out needs it. Each keeps the spaces that follow it.</summary>
internal static class Sentences
{
    private static readonly HashSet<string> Abbreviations = new(StringComparer.OrdinalIgnoreCase)
    {
        "mr", "mrs", "ms", "dr", "prof", "sr", "jr", "st", "no", "nr", "vs", "e.g", "i.e", "approx", "dept", "inc", "ltd", "rs", "etc",
        "bzw", "z.b", "d.h", "ca", "hr", "fr", "m", "mme", "p.s", "ext", "tel", "fig", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep",
        "sept", "oct", "nov", "dec", "डॉ",
    };

    /// <summary>Whether the character ends a sentence; the danda does in Hindi.</summary>
    public static bool IsTerminator(char c) => c is '.' or '!' or '?' or '।' or '॥' or '؟' or '。' or '！' or '？' or '…';

    /// <summary>The line without the sentences that hold a placeholder.</summary>
    public static Remainder Without(string line, List<Placeholder> found)
    {
        var kept = new StringBuilder(line.Length);
        var next = 0;
        var (atStart, atEnd) = (false, false);
        foreach (var (start, end) in Split(line, found))
        {
            while (next < found.Count && found[next].End <= start) next++;
            if (next == found.Count || found[next].Start >= end)
            {
                kept.Append(line, start, end - start);
                continue;
            }

            atStart |= start == 0;
            atEnd = end == line.Length && !IsTerminator(line.TrimEnd()[^1]);
        }

        var text = kept.ToString().TrimEnd();
        return new Remainder(IsBullet(text) ? "" : text, atStart, atEnd);
    }

    /// <summary>The line without its first sentence.</summary>
    public static string WithoutFirst(string line) => line[Split(line, []).First().End..];

    /// <summary>The line without its last sentence.</summary>
    public static string WithoutLast(string line) => line[..Split(line, []).Last().Start].TrimEnd();

    private static IEnumerable<(int Start, int End)> Split(string line, List<Placeholder> found)
    {
        var (start, next) = (0, 0);
        for (var i = 0; i < line.Length; i++)
        {
            while (next < found.Count && found[next].End <= i) next++;
            if (next < found.Count && i >= found[next].Start) continue;
            if (!IsTerminator(line[i]) || !EndsSentence(line, start, ref i)) continue;
            while (i + 1 < line.Length && line[i + 1] == ' ') i++;
            yield return (start, i + 1);
            start = i + 1;
        }

        if (start < line.Length || start == 0) yield return (start, line.Length);
    }

    /// <summary>Whether a sentence ends at <paramref name="i"/>, which moves on over closing quotes and brackets.</summary>
    private static bool EndsSentence(string line, int start, ref int i)
    {
        var end = i + 1;
        while (end < line.Length && (line[end] is '"' or '”' or '’' or ')' or '»' or '“' || IsTerminator(line[end]))) end++;
        if (end < line.Length && line[end] != ' ') return false;
        var after = line.AsSpan(end).TrimStart();
        var goesOn = !after.IsEmpty && (char.IsLower(after[0]) || IsAbbreviation(line.AsSpan(start, i - start)));
        if (line[i] is '.' or '…' && goesOn) return false;
        i = end - 1;
        return true;
    }

    private static bool IsAbbreviation(ReadOnlySpan<char> before)
    {
        const int LongestAbbreviation = 8;
        var tail = before[^Math.Min(before.Length, LongestAbbreviation + 1)..];
        var word = tail[(tail.LastIndexOfAny(' ', '(') + 1)..];
        if (word.Length == tail.Length && tail.Length < before.Length) return false;
        // An initial, the number of a list's item, or a known word.
        return word.Length == 1 || (word.Length == before.Trim().Length && !word.ContainsAnyExceptInRange('0', '9'))
            || Abbreviations.Contains(word.ToString());
    }

    private static bool IsBullet(string text) => text.Trim() is "-" or "–" or "—" or "" || (text.Trim() is { Length: <= 4 } number
        && number[^1] is '.' or ')' && !number.AsSpan(0, number.Length - 1).ContainsAnyExceptInRange('0', '9'));
}
