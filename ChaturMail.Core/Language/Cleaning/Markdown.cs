using System.Buffers;
using System.Text;

namespace ChaturMail.Core.Language.Cleaning;

/// <summary>
/// Turns Markdown into the plain text that it stands for: after CommonMark 0.31, but for what a plain email may hold as well, such as
/// <c>snake_case</c>, <c>5 * 3</c>, <c>C#</c> and <c>#4182</c>.
/// </summary>
internal static class Markdown
{
    private const string Bullets = "*+•●○▪■◦‣∙·";
    private static readonly SearchValues<char> InlineMarks = SearchValues.Create("*_~`[\\");
    private static readonly SearchValues<char> LineStarts = SearchValues.Create("#=->" + Bullets);

    /// <summary>The text without Markdown.</summary>
    public static string Remove(string text)
    {
        if (text.AsSpan().IndexOfAny(InlineMarks) < 0 && text.AsSpan().IndexOfAny(LineStarts) < 0) return text;
        var lines = text.Split('\n');
        Unquote(lines);
        for (var i = 0; i < lines.Length; i++)
        {
            lines[i] = LineStart(lines[i]);
            if (lines[i].AsSpan().IndexOfAny(InlineMarks) < 0) continue;
            lines[i] = Emphasis.Remove(Links(WithoutBackticks(Unescaped(lines[i]))));
        }

        return string.Join('\n', lines);
    }

    /// <summary>Takes the quotation marks off a text that is all one quotation. Otherwise a quotation is the user's.</summary>
    private static void Unquote(string[] lines)
    {
        if (!lines.All(line => line.Length == 0 || line.StartsWith('>') || string.IsNullOrWhiteSpace(line))) return;
        for (var i = 0; i < lines.Length; i++)
            lines[i] = lines[i].TrimStart('>').TrimStart(' ');
    }

    private static string LineStart(string line)
    {
        var text = line.AsSpan().TrimStart();
        if (text.IsEmpty) return line;
        if (IsRule(text)) return "";
        if (text[0] == '#')
        {
            var heading = text.TrimStart('#');
            var level = text.Length - heading.Length;
            return level <= 6 && heading.Length > 0 && heading[0] is ' ' or '\t' ? heading.Trim().TrimEnd('#').Trim().ToString() : line;
        }

        if (Bullets.Contains(text[0], StringComparison.Ordinal) && text.Length > 1 && text[1] is ' ' or '\t')
            return string.Concat(line.AsSpan(0, line.Length - text.Length), "- ", text[1..].TrimStart());
        return line;
    }

    /// <summary>A thematic break or the underline of a heading: three or more of one mark and nothing else.</summary>
    private static bool IsRule(ReadOnlySpan<char> text) =>
        text[0] is '-' or '*' or '_' or '=' && !text.ContainsAnyExcept(text[0], ' ') && text.Count(text[0]) >= 3;

    private static string Unescaped(string line)
    {
        if (!line.Contains('\\', StringComparison.Ordinal)) return line;
        var kept = new StringBuilder(line.Length);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\\' && i + 1 < line.Length && line[i + 1] is '*' or '_' or '#' or '~' or '[' or ']' or '`' or '>') i++;
            kept.Append(line[i]);
        }

        return kept.ToString();
    }

    /// <summary>Backticks come in pairs when they mean code; a single one is somebody's apostrophe.</summary>
    private static string WithoutBackticks(string line) => line.AsSpan().Count('`') is var count && count > 0 && count % 2 == 0
        ? line.Replace("`", "", StringComparison.Ordinal) : line;

    private static string Links(string line)
    {
        if (!line.Contains("](", StringComparison.Ordinal)) return line;
        var kept = new StringBuilder(line.Length);
        for (var i = 0; i < line.Length;)
        {
            if (line[i] is '[' or '!' && LinkAt(line, i) is var (plain, length))
            {
                kept.Append(plain);
                i += length;
            }
            else
            {
                kept.Append(line[i++]);
            }
        }

        return kept.ToString();
    }

    private static (string Plain, int Length)? LinkAt(string line, int start)
    {
        const int LongestText = 300, LongestTarget = 500;
        var open = line[start] == '!' ? start + 1 : start;
        if (open >= line.Length || line[open] != '[') return null;
        var middle = line.AsSpan(open + 1, Math.Min(LongestText, line.Length - open - 1)).IndexOfAny('[', ']') + open + 1;
        if (middle <= open || line[middle] == '[' || middle + 1 >= line.Length || line[middle + 1] != '(') return null;
        var target = line.AsSpan(middle + 2, Math.Min(LongestTarget, line.Length - middle - 2));
        var end = target.IndexOfAny(')', '(');
        if (end < 0 || target[end] == '(') return null;
        var title = target[..end].IndexOf(" \"", StringComparison.Ordinal);
        var address = (title < 0 ? target[..end] : target[..title]).Trim();
        if (!IsAddress(address)) return null;
        return (Plain(line.AsSpan(open + 1, middle - open - 1).Trim(), address), middle + 3 + end - start);
    }

    private static bool IsAddress(ReadOnlySpan<char> target) => !target.Contains(' ') && (target.Contains("://", StringComparison.Ordinal)
        || target.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) || target.StartsWith("tel:", StringComparison.OrdinalIgnoreCase)
        || target.StartsWith("www.", StringComparison.OrdinalIgnoreCase) || target.StartsWith('#') || target.StartsWith('/'));

    private static string Plain(ReadOnlySpan<char> text, ReadOnlySpan<char> address)
    {
        if (address.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase)) address = address[7..];
        else if (address.StartsWith("tel:", StringComparison.OrdinalIgnoreCase)) address = address[4..];
        if (text.IsEmpty) return address.ToString();
        var same = address.StartsWith('#') || address.Equals(text, StringComparison.OrdinalIgnoreCase);
        return same ? text.ToString() : $"{text} ({address})";
    }
}
