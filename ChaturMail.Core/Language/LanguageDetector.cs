using System.Text;

namespace ChaturMail.Core.Language;

/// <summary>
/// Tells in which language a short text is written: by its script, and in Latin script by small words, words of subjects and keywords,
/// endings and letters (<c>Data/languages.txt</c>). Made for subjects and keywords of a few words, English terms and names among
/// them, with or without accents. Takes time linear in the text, of which the first <see cref="MostCharacters"/> are read.
/// </summary>
public static class LanguageDetector
{
    /// <summary>English: what a text is taken for that does not tell.</summary>
    public const string Default = "en";

    /// <summary>The most characters of a text that are looked at.</summary>
    public const int MostCharacters = 8192;

    // About one word that no other language has. Less is a name, or a word that English borrowed.
    private const float Least = 0.9f;

    /// <summary>BCP 47 tag of the language of subject and keywords, the majority's where they are mixed; <see cref="Default"/> when they do not tell.</summary>
    public static string Detect(string subject, IEnumerable<string> keywords)
    {
        var text = new StringBuilder(subject);
        foreach (var keyword in keywords)
        {
            if (text.Length > MostCharacters) break;
            text.Append('\n').Append(keyword);
        }

        return Detect(text.ToString()).Tag;
    }

    /// <summary>The language of a text, and how sure that is.</summary>
    public static DetectedLanguage Detect(string text)
    {
        if (text.Length > MostCharacters) text = text[..MostCharacters];
        // An accent may stand as a character of its own. Text that is no text (half a surrogate) has no normal form.
        try
        {
            if (!text.IsNormalized()) text = text.Normalize();
        }
        catch (ArgumentException)
        {
            // As it is, then.
        }

        var scripts = ScriptCount.Of(text);
        if (scripts.Language is { } language) return new DetectedLanguage(language, scripts.Share);
        return scripts.LatinWords == 0 ? new DetectedLanguage(Default, 0) : Latin(text);
    }

    private static DetectedLanguage Latin(string text)
    {
        Span<float> scores = stackalloc float[LanguageWords.Count];
        scores.Clear();
        Score(text, scores);
        var (best, second) = (1, 0);
        for (var i = 2; i < scores.Length; i++)
        {
            if (scores[i] > scores[best]) (best, second) = (i, best);
            else if (scores[i] > scores[second]) second = i;
        }

        // English stands first.
        if (scores[best] < Least || scores[best] <= scores[0]) return new DetectedLanguage(Default, Confidence(scores[0], scores[best]));
        return new DetectedLanguage(LanguageWords.Tag(best), Confidence(scores[best], Math.Max(scores[0], scores[second])));
    }

    // Two words that no other language has make half of it.
    private static double Confidence(float best, float second) => best <= 0 ? 0 : Math.Round((best - Math.Max(0, second)) / best * (best / (best + 2)), 3);

    private static void Score(string text, Span<float> scores)
    {
        var shouting = !text.AsSpan().ContainsAnyInRange('a', 'z');
        Span<char> word = stackalloc char[LanguageWords.LongestWord];
        for (var i = 0; i < text.Length;)
        {
            if (!IsWordCharacter(text[i]))
            {
                i++;
                continue;
            }

            var start = i;
            while (i < text.Length && (IsWordCharacter(text[i]) || (IsApostrophe(text[i]) && i + 1 < text.Length && char.IsLetter(text[i + 1])))) i++;
            var token = text.AsSpan(start, i - start);
            if (IsPartOfAddress(text, start, i) || token.ContainsAnyInRange('0', '9') || token.Length > word.Length || (!shouting && IsAcronym(token))) continue;
            Lower(token, word);
            Word(word[..token.Length], char.IsUpper(token[0]) && !shouting, IsBeforeCapital(text, i), scores);
        }
    }

    private static void Word(ReadOnlySpan<char> word, bool isCapital, bool isBeforeCapital, Span<float> scores)
    {
        // "Los Angeles" and "La Paz" are names; German nouns are in the list themselves.
        if (LanguageWords.Add(word, isCapital && isBeforeCapital, scores)) return;
        var apostrophe = word.IndexOf('\'');
        if (apostrophe is 1 or 2 && !isCapital)
        {
            LanguageWords.AddElision(scores);
            LanguageWords.Add(word[(apostrophe + 1)..], false, scores);
            return;
        }

        LanguageWords.AddSpelling(word, isCapital, scores);
    }

    private static void Lower(ReadOnlySpan<char> token, Span<char> word)
    {
        for (var i = 0; i < token.Length; i++)
            word[i] = token[i] switch { 'İ' => 'i', '’' or 'ʼ' => '\'', var c => char.ToLowerInvariant(c) };
    }

    private static bool IsWordCharacter(char c) => char.IsLetterOrDigit(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.NonSpacingMark;

    private static bool IsApostrophe(char c) => c is '\'' or '’' or 'ʼ';

    private static bool IsAcronym(ReadOnlySpan<char> token)
    {
        if (token.Length < 2) return false;
        foreach (var c in token)
            if (!char.IsUpper(c)) return false;
        return true;
    }

    // "first.last@example.com", "example.com": no words of a language.
    private static bool IsPartOfAddress(string text, int start, int end) =>
        (start > 1 && text[start - 1] is '@' or '.' && char.IsLetterOrDigit(text[start - 2]))
        || (end + 1 < text.Length && text[end] is '@' or '.' && char.IsLetterOrDigit(text[end + 1]));

    private static bool IsBeforeCapital(string text, int end) => end + 1 < text.Length && text[end] == ' ' && char.IsUpper(text[end + 1]);
}

/// <summary>A language, and how sure it is.</summary>
/// <param name="Tag">BCP 47 tag.</param>
/// <param name="Confidence">0, nothing tells, to 1. A sentence or two in one language gives 0.7 and more.</param>
public readonly record struct DetectedLanguage(string Tag, double Confidence);
