using System.Globalization;

namespace ChaturMail.Core.Language;

/// <summary>Tells a model which language a BCP 47 tag means.</summary>
internal static class LanguageName
{
    private const int LongestTag = 35;

    /// <summary>
    /// The language's English name with its tag, e.g. <c>German (de)</c>; the tag alone where the server's culture data has no name for it;
    /// null for <c>und</c> and for what cannot be a tag (RFC 5646: letters, digits and hyphens), since the text stands outside the fence.
    /// </summary>
    public static string? Of(string tag)
    {
        if (tag.Length is < 2 or > LongestTag || tag == "und" || !tag.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')) return null;
        try
        {
            var name = CultureInfo.GetCultureInfo(tag).EnglishName;
            // What the data does not know is called by its tag, or "Unknown Language (tag)".
            var known = !name.StartsWith("Unknown", StringComparison.Ordinal) && !name.StartsWith("Invariant", StringComparison.Ordinal)
                && !name.Equals(tag, StringComparison.OrdinalIgnoreCase);
            return known ? $"{name} ({tag})" : $"the language with the tag {tag}";
        }
        catch (CultureNotFoundException)
        {
            return $"the language with the tag {tag}";
        }
    }
}
