using System.Buffers;

namespace ChaturMail.Core.Language.Cleaning;

/// <summary>Finds the placeholders of one line, from left to right, none inside another.</summary>
internal static class PlaceholderScan
{
    private const int LongestInside = 120;
    private static readonly SearchValues<char> Starts = SearchValues.Create("[{<(_XxDMY");
    private static readonly string[] DateForms =
        ["DD/MM/YYYY", "MM/DD/YYYY", "YYYY/MM/DD", "YYYY-MM-DD", "DD-MM-YYYY", "MM-DD-YYYY", "DD.MM.YYYY", "DD/MM/YY", "MM/DD/YY"];

    /// <summary>The placeholders of <paramref name="line"/>; those that the user's subject holds are none.</summary>
    public static List<Placeholder> Find(string line, KnownWords known)
    {
        List<Placeholder>? found = null;
        var i = 0;
        while (line.AsSpan(i).IndexOfAny(Starts) is >= 0 and var skipped)
        {
            i += skipped;
            var end = i + 1;
            var at = line[i] switch
            {
                '[' or '{' or '<' or '(' => Bracketed(line, i),
                '_' => Blank(line, i, ref end),
                'X' or 'x' => Crosses(line, i, ref end),
                _ => DateForm(line, i),
            };
            if (at is { } one && !known.Holds(line.AsSpan(one.Start, one.End - one.Start))) (found ??= []).Add(one);
            i = at?.End ?? end;
        }

        return found ?? [];
    }

    private static Placeholder? Bracketed(string line, int start)
    {
        var open = line[start];
        var (outer, close) = open switch { '[' => ("[", ']'), '<' => ("<", '>'), '(' => ("(", ')'), _ => ("{", '}') };
        var first = start + 1;
        // {{name}} and [[name]] are one placeholder, and ${name} takes its dollar along.
        var doubled = first < line.Length && line[first] == open && open is '{' or '[' && first + 1 < line.Length;
        if (doubled) first++;
        var window = line.AsSpan(first, Math.Min(LongestInside, line.Length - first));
        var length = window.IndexOfAny(outer[0], close);
        if (length <= 0 || window[length] != close) return null;
        var end = first + length + 1;
        if (doubled && end < line.Length && line[end] == close) end++;
        var isSender = Placeholder.KindOf(open, window[..length]);
        // No email has double braces of its own.
        if (doubled && open == '{') isSender ??= false;
        return isSender is { } kind ? new Placeholder(open == '{' ? BeforeDollar(line, start) : start, end, kind) : null;
    }

    private static int BeforeDollar(string line, int start) => start > 0 && line[start - 1] == '$' ? start - 1 : start;

    /// <summary>A line to write on: three or more underscores that touch no word.</summary>
    private static Placeholder? Blank(string line, int start, ref int end)
    {
        end = EndOf(line, start, "_");
        return end - start >= 3 && !TouchesWord(line, start, end) ? new Placeholder(start, end, IsSenderName: false) : null;
    }

    /// <summary>XX/XX/XXXX and its like, for a date, a number or a sum.</summary>
    private static Placeholder? Crosses(string line, int start, ref int end)
    {
        if (start > 0 && char.IsLetterOrDigit(line[start - 1])) return null;
        end = EndOf(line, start, "Xx/-:.");
        var last = end;
        while (line[last - 1] is not ('X' or 'x')) last--;
        var token = line.AsSpan(start, last - start);
        var crosses = token.Count('X') + token.Count('x');
        var priced = start > 0 && line[start - 1] is '$' or '€' or '£' or '₹';
        // Small ones without a separator are kisses.
        var enough = crosses >= 4 && (token[0] == 'X' || crosses < token.Length);
        return (enough || (priced && crosses >= 2)) && !TouchesWord(line, start, last)
            ? new Placeholder(priced ? start - 1 : start, last, IsSenderName: false) : null;
    }

    /// <summary>DD/MM/YYYY, but not where the sentence speaks of the format itself.</summary>
    private static Placeholder? DateForm(string line, int start)
    {
        foreach (var form in DateForms)
        {
            var end = start + form.Length;
            if (!line.AsSpan(start).StartsWith(form, StringComparison.Ordinal) || TouchesWord(line, start, end)) continue;
            return line.Contains("format", StringComparison.OrdinalIgnoreCase) ? null : new Placeholder(start, end, IsSenderName: false);
        }

        return null;
    }

    private static bool TouchesWord(string line, int start, int end) =>
        (start > 0 && char.IsLetterOrDigit(line[start - 1])) || (end < line.Length && char.IsLetterOrDigit(line[end]));

    private static int EndOf(string line, int start, string characters)
    {
        var length = line.AsSpan(start).IndexOfAnyExcept(characters);
        return length < 0 ? line.Length : start + length;
    }
}
