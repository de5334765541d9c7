using System.Buffers;

namespace ChaturMail.Core.Language;

/// <summary>How many words of a text stand in which script, and what language that makes.</summary>
/// <param name="Language">The language of the script that most words are in, or null for Latin and for none.</param>
/// <param name="Share">That script's share of the words, 0 to 1.</param>
/// <param name="LatinWords">Words in Latin letters.</param>
internal readonly record struct ScriptCount(string? Language, double Share, int LatinWords)
{
    // A script's blocks in the Basic Multilingual Plane, and the language that is taken for it. Han, Cyrillic, Arabic and Devanagari have several.
    private static readonly (char First, char Last, string Tag)[] Blocks =
    [
        ('\u0370', '\u03FF', "el"), ('\u0400', '\u052F', "ru"), ('\u0530', '\u058F', "hy"), ('\u0590', '\u05FF', "he"), ('\u0600', '\u077F', "ar"),
        ('\u0900', '\u097F', "hi"), ('\u0980', '\u09FF', "bn"), ('\u0A00', '\u0A7F', "pa"), ('\u0A80', '\u0AFF', "gu"), ('\u0B00', '\u0B7F', "or"),
        ('\u0B80', '\u0BFF', "ta"), ('\u0C00', '\u0C7F', "te"), ('\u0C80', '\u0CFF', "kn"), ('\u0D00', '\u0D7F', "ml"), ('\u0D80', '\u0DFF', "si"),
        ('\u0E00', '\u0E7F', "th"), ('\u0E80', '\u0EFF', "lo"), ('\u1000', '\u109F', "my"), ('\u10A0', '\u10FF', "ka"), ('\u1100', '\u11FF', "ko"),
        ('\u1200', '\u137F', "am"), ('\u1780', '\u17FF', "km"), ('\u1F00', '\u1FFF', "el"), ('\u3040', '\u30FF', "ja"), ('\u3400', '\u9FFF', "zh"),
        ('\uAC00', '\uD7AF', "ko"), ('\uF900', '\uFAFF', "zh"), ('\uFB50', '\uFDFF', "ar"), ('\uFE70', '\uFEFF', "ar"),
    ];

    // Letters that the other languages of the script lack.
    private static readonly SearchValues<char> Belarusian = SearchValues.Create("ўЎ");
    private static readonly SearchValues<char> Kazakh = SearchValues.Create("әғқңөұүһӘҒҚҢӨҰҮҺ");
    private static readonly SearchValues<char> Serbian = SearchValues.Create("ђћџљњЂЋЏЉЊ");
    private static readonly SearchValues<char> Ukrainian = SearchValues.Create("іїєґІЇЄҐ");
    private static readonly SearchValues<char> Russian = SearchValues.Create("ыэёЫЭЁ");
    private static readonly SearchValues<char> Urdu = SearchValues.Create("ٹڈڑںےھہۂ");
    private static readonly SearchValues<char> Persian = SearchValues.Create("پچژگیک");

    // Scripts that write without blanks count two characters a word.
    private const string Dense = "th lo my km ja zh";

    /// <summary>Counts a text.</summary>
    public static ScriptCount Of(string text)
    {
        Span<int> halves = stackalloc int[Blocks.Length];
        halves.Clear();
        var (latin, previous) = (0, -2);
        foreach (var c in text)
        {
            // 0 to n: a block. -1: Latin. -2: between words.
            var script = c < '\u0370' ? (char.IsLetter(c) ? -1 : IsJoint(c) ? previous : -2) : BlockOf(c) is var block and >= 0 ? block : char.IsLetter(c) ? -1 : IsJoint(c) ? previous : -2;
            if (script == -1 && previous != -1) latin++;
            else if (script >= 0 && Dense.Contains(Blocks[script].Tag, StringComparison.Ordinal)) halves[script]++;
            else if (script >= 0 && script != previous) halves[script] += 2;
            previous = script;
        }

        var (most, total) = (0, 0);
        for (var i = 0; i < halves.Length; i++)
        {
            total += halves[i];
            if (halves[i] > halves[most]) most = i;
        }

        // Terms and names in Latin letters stand in texts of all scripts, hardly the other way round.
        if (total == 0 || total < latin) return new ScriptCount(null, 0, latin);
        return new ScriptCount(LanguageOf(Blocks[most].Tag, text, halves), (double)total / (total + 2 * latin), latin);
    }

    private static int BlockOf(char c)
    {
        for (var i = 0; i < Blocks.Length; i++)
            if (c >= Blocks[i].First && c <= Blocks[i].Last) return char.IsPunctuation(c) || char.IsDigit(c) ? -1 : i;
        return -1;
    }

    // Digits, marks and apostrophes go on with the word they stand in.
    private static bool IsJoint(char c) => c is '\'' or '’' or '-' or '\u200C' or '\u200D' || char.IsDigit(c) || (c >= '\u0300' && c < '\u0370');

    private static string LanguageOf(string tag, string text, Span<int> halves) => tag switch
    {
        "zh" or "ja" => HasAny(halves, "ja") ? "ja" : HasAny(halves, "ko") ? "ko" : "zh",
        "ru" => Cyrillic(text),
        "ar" => Arabic(text),
        "hi" => Devanagari(text),
        _ => tag,
    };

    private static bool HasAny(Span<int> halves, string tag)
    {
        for (var i = 0; i < halves.Length; i++)
            if (Blocks[i].Tag == tag && halves[i] > 0) return true;
        return false;
    }

    private static string Cyrillic(string text)
    {
        if (text.AsSpan().ContainsAny(Belarusian)) return "be";
        if (text.AsSpan().ContainsAny(Kazakh)) return "kk";
        if (text.AsSpan().ContainsAny(Serbian)) return "sr";
        if (text.AsSpan().ContainsAny(Ukrainian)) return "uk";
        if (text.AsSpan().ContainsAny(Russian)) return "ru";
        if (HasWord(text, "що", "про", "ласка", "дякую", "та")) return "uk";
        // Bulgarian has its hard sign between consonants, Russian before a vowel only.
        for (var at = text.IndexOf('ъ', StringComparison.Ordinal); at >= 0; at = text.IndexOf('ъ', at + 1))
            if (at + 1 == text.Length || !"еёюя".Contains(text[at + 1], StringComparison.Ordinal)) return "bg";
        return HasWord(text, "се", "са", "ще", "моля") ? "bg" : "ru";
    }

    private static string Arabic(string text)
    {
        if (text.AsSpan().ContainsAny(Urdu)) return "ur";
        if (text.AsSpan().ContainsAny(Persian)) return HasWord(text, "کی", "کا", "کے", "میں", "اور") ? "ur" : "fa";
        return HasWord(text, "از", "به", "را", "برای", "با", "است", "در") ? "fa" : "ar";
    }

    private static string Devanagari(string text) =>
        text.Contains('ळ', StringComparison.Ordinal) || HasWord(text, "आहे", "आणि", "साठी", "नाही", "मला", "कृपया मला", "बद्दल") ? "mr"
        : HasWord(text, "छ", "छैन", "लागि", "हुन्छ", "गर्नुहोस्", "मलाई") ? "ne" : "hi";

    private static bool HasWord(string text, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
            for (var at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase))
                if ((at == 0 || !IsPart(text[at - 1])) && (at + word.Length == text.Length || !IsPart(text[at + word.Length]))) return true;
        return false;
    }

    // Vowel signs are marks and belong to their word.
    private static bool IsPart(char c) => char.IsLetter(c) || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.NonSpacingMark
        or System.Globalization.UnicodeCategory.SpacingCombiningMark;
}
