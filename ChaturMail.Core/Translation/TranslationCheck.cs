using System.Globalization;
using System.Text;
using ChaturMail.Core.Language;
using ChaturMail.Core.Language.Safety;

namespace ChaturMail.Core.Translation;

/// <summary>
/// Holds what a model gave as a translation against its original, in code: the text is a stranger's and may have talked the model into something. A
/// translation gives nothing away of what the model was told, leads nowhere that the original does not, keeps where it leads, and has about
/// its size. Whether it says the same is beyond such a check. Takes time linear in both texts.
/// </summary>
internal static class TranslationCheck
{
    // A Chinese sentence is some five times as long in English; two words may become a sentence.
    private const int MostTimesTheLength = 8;
    private const int MostBesides = 200;
    private const int LeastPart = 12;

    // Numbers of fewer digits may be written as words, dates and amounts in another form.
    private const int FewestDigits = 6;

    // Of a sentence or more the language is known.
    private const double Sure = 0.5;

    /// <summary>Why the translation may not be shown, in a few words without one of the text's; null when it may.</summary>
    /// <param name="text">The translation, cleaned.</param>
    public static string? Problem(ModelRequest request, string text)
    {
        var original = request.Rewrite!.Draft;
        if (string.IsNullOrWhiteSpace(text)) return "no words";
        if (text.Length > MostBesides + MostTimesTheLength * original.Length) return "far longer than its original";
        if (original.Length > MostBesides && text.Length * LeastPart < original.Length) return "far shorter than its original";
        if (IsUntouched(original, text, request.Language)) return "the original";
        var given = new GivenText(request);
        var plain = GivenText.Plain(text);
        return PromptLeak.In(plain, given, request)
            ?? ForeignContacts.In(plain, given, "")
            ?? ForeignNumbers.In(plain, given)
            ?? Missing(given.Own, plain);
    }

    private static bool IsUntouched(string original, string text, string language) =>
        text.Trim().Equals(original.Trim(), StringComparison.OrdinalIgnoreCase)
        && LanguageDetector.Detect(original) is { Confidence: >= Sure } detected && !TranslationNeed.IsOneLanguage(detected.Tag, language);

    private static string? Missing(string original, string plain)
    {
        var (given, kept) = (Contacts.In(original), Contacts.In(plain));
        if (given.Addresses.Any(address => !kept.Addresses.Contains(address))) return "an address is missing";
        // What only looks like a host ("and.so") need not stay.
        if (given.Links.Any(link => original.Contains("://" + link.Host, StringComparison.Ordinal) && !kept.Links.Contains(link))) return "a link is missing";
        var digits = Digits(plain);
        return Numbers(original).Any(number => !digits.Contains(number, StringComparison.Ordinal)) ? "a number is missing" : null;
    }

    // Digits with nothing between them, but those of round numbers: "1000000" may become a million.
    private static IEnumerable<string> Numbers(string plain)
    {
        for (var i = 0; i < plain.Length; i++)
        {
            var start = i;
            while (i < plain.Length && char.IsAsciiDigit(plain[i])) i++;
            if (i - start >= FewestDigits && !plain.AsSpan(start, i - start).EndsWith("000", StringComparison.Ordinal)) yield return plain[start..i];
        }
    }

    private static string Digits(string plain)
    {
        var digits = new StringBuilder();
        for (var i = 0; i < plain.Length; i++)
        {
            if (char.IsAsciiDigit(plain[i])) digits.Append(plain[i]);
            // "1,234,567" is "1.234.567" elsewhere; any other character parts two numbers.
            else if (digits.Length > 0 && !(plain[i] is '.' or ',' or '\'' or '’' or ' ' or '-' || char.GetUnicodeCategory(plain[i]) == UnicodeCategory.SpaceSeparator)) digits.Append('|');
        }

        return digits.ToString();
    }
}
