using ChaturMail.Core.Language;

namespace ChaturMail.Core.Translation;

/// <summary>Whether a reader needs a translation at all.</summary>
public static class TranslationNeed
{
    // Who asks for a translation knows better than a guess, but for what plainly is their own language.
    private const double Plain = 0.5;

    /// <summary>The language that a text is in, or null where it does not tell.</summary>
    public static string? SourceOf(string text) => LanguageDetector.Detect(text) is { Confidence: > 0 } found ? found.Tag : null;

    /// <summary>Whether a text has words that are not in the reader's language.</summary>
    /// <param name="isAsked">True when the reader asks for this text; false when it would be translated unasked.</param>
    public static bool Is(string text, string language, bool isAsked)
    {
        if (!HasWords(text)) return false;
        var found = LanguageDetector.Detect(text);
        // What does not tell is translated: "Ok" costs next to nothing, and once for everybody.
        return found.Confidence <= (isAsked ? Plain : 0) || !IsOneLanguage(found.Tag, language);
    }

    /// <summary>Whether two tags name one language, whatever its region or script: who reads <c>pt-BR</c> reads <c>pt</c>.</summary>
    public static bool IsOneLanguage(string one, string other) =>
        one.Split('-')[0].Equals(other.Split('-')[0], StringComparison.OrdinalIgnoreCase);

    private static bool HasWords(string text)
    {
        foreach (var rune in text.EnumerateRunes())
            if (System.Text.Rune.IsLetter(rune)) return true;
        return false;
    }
}
