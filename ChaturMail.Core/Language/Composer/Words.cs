using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ChaturMail.Core.Language.Composer;

/// <summary>Cleans and splits what the user typed.</summary>
internal static partial class Words
{
    /// <summary>One line without control characters, doubled blanks, or punctuation at its end that the sentence will bring.</summary>
    public static string Clean(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (char.IsControl(c) || char.IsWhiteSpace(c)) line.Append(' ');
            else line.Append(c);
        }

        var clean = Blanks().Replace(line.ToString(), " ").Trim();
        return clean.Contains("://", StringComparison.Ordinal)
            ? clean : clean.TrimEnd(' ', '.', ',', ';', ':', '!').TrimStart(' ', ',', ';', ':', '-', '*', '•');
    }

    /// <summary>The words, without the punctuation around each.</summary>
    public static string[] Split(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(word => word.Trim(',', ';', ':', '"', '“', '”', '(', ')', '?', '!')).Where(word => word.Length > 0).ToArray();

    /// <summary>Whether a number, in digits or as a word, stands here.</summary>
    public static bool IsNumber(string word) => word.Is(WordClass.Numbers) || Digits().IsMatch(word);

    /// <summary>Whether the word is a code such as "INV-2201", "#4182" or "B204".</summary>
    public static bool IsCode(string word) => Code().IsMatch(word) && word.Any(char.IsDigit);

    /// <summary>Whether the text holds <paramref name="part"/> between word boundaries, in any case.</summary>
    public static bool Holds(string text, string part)
    {
        if (part.Length == 0) return true;
        for (var at = text.IndexOf(part, StringComparison.OrdinalIgnoreCase); at >= 0;
             at = text.IndexOf(part, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var end = at + part.Length;
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1]) || !char.IsLetterOrDigit(part[0]))
                && (end == text.Length || !char.IsLetterOrDigit(text[end]) || !char.IsLetterOrDigit(part[^1]))) return true;
        }

        return false;
    }

    /// <summary>Whether most letters belong to another script than Latin.</summary>
    public static bool IsOtherScript(string text)
    {
        int latin = 0, other = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (!Rune.IsLetter(rune)
                && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark)) continue;
            if (rune.Value < 0x250 || rune.Value is >= 0x300 and < 0x370 or >= 0x1E00 and < 0x1F00) latin++;
            else other++;
        }

        return other > latin;
    }

    /// <summary>Whether the text is more than one sentence; "Dr. Mehta" is not.</summary>
    public static bool IsSeveralSentences(string text) => SentenceBreak().IsMatch(text);

    [GeneratedRegex(@"(?<!\b(Mrs?|Ms|Dr|Prof|St|No|vs|\p{Lu}))[.!?] +\p{Lu}")]
    private static partial Regex SentenceBreak();

    [GeneratedRegex(" {2,}")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"^[+-]?\d[\d.,]*(k|m|x|\+)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Digits();

    [GeneratedRegex(@"^(#\S+|[A-Za-z]{1,6}[-/_.]?\d[\w/.-]*|\d+[-/]\w[\w/-]*|\d+[A-Z])$")]
    private static partial Regex Code();
}
