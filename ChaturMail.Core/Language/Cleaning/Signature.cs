namespace ChaturMail.Core.Language.Cleaning;

/// <summary>Reduces a signature that a model wrote twice to one.</summary>
internal static class Signature
{
    private const int MostLines = 12;
    private const int LongestName = 60;

    /// <summary>Works on the last lines alone.</summary>
    public static void Reduce(List<string> lines, KnownWords known)
    {
        var tail = TextLines(lines);
        if (tail.Count < 2) return;
        RemoveRepeatedName(lines, tail, known);
        RemoveSecondSignOff(lines, TextLines(lines));
    }

    /// <summary>The indexes of the last lines with text, first to last.</summary>
    private static List<int> TextLines(List<string> lines)
    {
        var indexes = new List<int>(MostLines);
        for (var i = lines.Count - 1; i >= 0 && indexes.Count < MostLines; i--)
        {
            if (!string.IsNullOrWhiteSpace(lines[i])) indexes.Add(i);
        }

        indexes.Reverse();
        return indexes;
    }

    /// <summary>A name on two lines one after the other, under a closing phrase or as the user's own.</summary>
    private static void RemoveRepeatedName(List<string> lines, List<int> tail, KnownWords known)
    {
        for (var k = tail.Count - 1; k > 0; k--)
        {
            var name = lines[tail[k]].Trim();
            if (name.Length > LongestName || !IsSame(name, lines[tail[k - 1]])) continue;
            var signed = IsSame(name, known.SenderName) || LetterWords.IsSignOff(name)
                || tail.Take(k).Any(index => LetterWords.IsSignOff(lines[index]));
            if (!signed) continue;
            lines.RemoveAt(tail[k]);
            tail.RemoveAt(k);
        }
    }

    /// <summary>A second closing phrase whose name the first has already: it goes with that name; what else it brings stays.</summary>
    private static void RemoveSecondSignOff(List<string> lines, List<int> tail)
    {
        var second = tail.FindLastIndex(index => LetterWords.IsSignOff(lines[index]));
        if (second <= 0) return;
        var first = tail.FindLastIndex(second - 1, index => LetterWords.IsSignOff(lines[index]));
        if (first < 0 || second - first < 2 || second - first > 6) return;
        var signature = tail.GetRange(first + 1, second - first - 1).ConvertAll(index => lines[index].Trim());
        if (signature.Exists(line => line.Length > LongestName || line.EndsWith('.'))) return;
        var below = tail.GetRange(second + 1, tail.Count - second - 1);
        var repeated = below.FindAll(index => signature.Exists(line => IsSame(line, lines[index])));
        if (repeated.Count == 0 && below.Count > 0) return;
        for (var k = repeated.Count - 1; k >= 0; k--) lines.RemoveAt(repeated[k]);
        lines.RemoveAt(tail[second]);
    }

    private static bool IsSame(string one, string other) => one.Length > 0
        && one.AsSpan().Trim().TrimEnd(",.").Equals(other.AsSpan().Trim().TrimEnd(",."), StringComparison.OrdinalIgnoreCase);
}
