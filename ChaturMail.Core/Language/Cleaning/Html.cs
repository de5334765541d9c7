using System.Text;

namespace ChaturMail.Core.Language.Cleaning;

/// <summary>The few HTML tags that models mix into Markdown, and addresses in angle brackets.</summary>
internal static class Html
{
    private const int LongestTag = 200;

    private static readonly HashSet<string> Tags = new(StringComparer.OrdinalIgnoreCase)
    {
        "html", "body", "p", "div", "span", "b", "strong", "i", "em", "u", "s", "h1", "h2", "h3", "h4", "ul", "ol", "li", "a", "pre",
        "code", "blockquote", "font", "center", "hr",
    };

    /// <summary>The text without them. A tag that the user's subject speaks of stays.</summary>
    public static string Remove(string text, KnownWords known)
    {
        if (!text.Contains('<', StringComparison.Ordinal)) return text;
        var kept = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var next = text.IndexOf('<', i);
            if (next < 0) next = text.Length;
            kept.Append(text, i, next - i);
            i = next;
            if (i == text.Length) break;
            var length = text.AsSpan(i, Math.Min(LongestTag, text.Length - i)).IndexOf('>') + 1;
            var replacement = length > 2 && !known.Holds(text.AsSpan(i, length)) ? Replacement(text.AsSpan(i + 1, length - 2)) : null;
            kept.Append(replacement ?? "<");
            i += replacement is null ? 1 : length;
        }

        return kept.ToString();
    }

    /// <summary>What takes the tag's place, or null when this is no tag.</summary>
    private static string? Replacement(ReadOnlySpan<char> inside)
    {
        if (inside.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            || inside.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
            return inside.ContainsAny(' ', '\n') ? null : inside.ToString();
        var closing = inside[0] == '/';
        var name = inside.Trim('/').Trim();
        var space = name.IndexOf(' ');
        // Attributes have an equals sign; "a new world" in angle brackets has none.
        if (space >= 0 && !name.Contains('=')) return null;
        var tag = (space < 0 ? name : name[..space]).ToString();
        if (tag.Equals("br", StringComparison.OrdinalIgnoreCase)) return "\n";
        if (!Tags.Contains(tag)) return null;
        if (tag is "li" or "LI" && !closing) return "\n- ";
        return closing && tag is "p" or "div" or "h1" or "h2" or "h3" or "h4" or "P" or "DIV" ? "\n\n" : "";
    }
}
