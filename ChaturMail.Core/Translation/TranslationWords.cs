using System.Text.Json;
using System.Text.Json.Nodes;
using ChaturMail.Core.Language;

namespace ChaturMail.Core.Translation;

/// <summary>Takes from a model's answer what it says about its translation, so that only the translation is left. Takes time linear in the text.</summary>
public static class TranslationWords
{
    // As far as a sentence goes with which a model presents its work.
    private const int LongestPresentation = 160;

    // "Translation", "translated", and the same in other languages that models answer in.
    private static readonly string[] OwnTrade =
    [
        "translat", "übersetz", "uebersetz", "traduc", "traduz", "traduit", "tradott", "vertaling", "vertaald", "tłumacz", "çevir", "перевод", "переклад",
        "अनुवाद", "翻訳", "翻译", "翻譯", "译文", "譯文", "번역", "ترجم", "תרגום", "terjemah",
    ];

    // What begins a presentation or is one; "The translator said:" is a sentence of the writer's.
    private static readonly string[] Presentations =
    [
        "translation", "translated", "the translation", "here is", "here's", "here’s", "here you", "below is", "sure", "certainly", "of course", "okay",
        "übersetzung", "die übersetzung", "hier ist", "hier die", "gerne", "natürlich", "traduction", "la traduction", "voici", "bien sûr", "traducción",
        "la traducción", "aquí", "claro", "traduzione", "la traduzione", "ecco", "tradução", "a tradução", "aqui", "vertaling", "перевод", "вот",
        "अनुवाद", "यहाँ", "यहां", "नीचे", "ज़रूर", "翻訳", "翻译", "翻譯", "译文", "譯文", "以下", "번역", "ترجمة", "الترجمة", "إليك",
    ];

    private static readonly string[] Remarks = ["note", "(note", "*note", "[note", "hinweis", "(hinweis", "anmerkung", "(anmerkung", "remarque", "nota", "let me know", "please let me know"];

    private static readonly (char Open, char Close)[] Quotes = [('"', '"'), ('“', '”'), ('„', '“'), ('«', '»'), ('「', '」'), ('\'', '\''), ('‘', '’')];

    /// <summary>
    /// The translation alone; an empty string when nothing is left. What the original says of translations itself, its quotation marks and its
    /// fences stay.
    /// </summary>
    public static string Clean(string original, string answer)
    {
        var text = InvisibleCharacters.Remove(answer).Trim();
        text = OutOfJson(original, text);
        text = OutOfFence(original, text);
        if (!SpeaksOfTranslations(original))
        {
            text = AfterPresentation(text);
            text = BeforeRemark(text);
        }

        return OutOfQuotes(original, OutOfFence(original, text));
    }

    // The data came as JSON, so that some answer in kind.
    private static string OutOfJson(string original, string text)
    {
        if (text is not ['{', .., '}'] || original.TrimStart().StartsWith('{')) return text;
        try
        {
            return JsonNode.Parse(text) is JsonObject { Count: 1 } only && only.First().Value is JsonValue value && value.TryGetValue<string>(out var inner)
                ? InvisibleCharacters.Remove(inner).Trim() : text;
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private static string OutOfFence(string original, string text)
    {
        const string Fence = "```";
        if (!text.StartsWith(Fence, StringComparison.Ordinal) || original.Contains(Fence, StringComparison.Ordinal)) return text;
        var start = text.IndexOf('\n', StringComparison.Ordinal);
        if (start < 0) return text.Trim('`').Trim();
        var end = text.LastIndexOf(Fence, StringComparison.Ordinal);
        return (end > start ? text[(start + 1)..end] : text[(start + 1)..]).Trim();
    }

    // "Here is the translation:", on a line of its own or before the text.
    private static string AfterPresentation(string text)
    {
        var head = text[..Math.Min(text.Length, LongestPresentation)];
        var line = head.IndexOf('\n', StringComparison.Ordinal);
        if (line >= 0) head = head[..line];
        var colon = head.IndexOfAny([':', '：']);
        var presentation = colon < 0 ? "" : head[..colon].TrimStart('*', '#', ' ');
        if (Presentations.Any(start => presentation.StartsWith(start, StringComparison.OrdinalIgnoreCase)) && SpeaksOfTranslations(presentation))
        {
            // Bold labels end behind the colon.
            var rest = text[(colon + 1)..].TrimStart('*', ' ', '\t', '\n');
            return rest.Length > 0 ? rest : text;
        }

        return text;
    }

    // A last paragraph about the translation.
    private static string BeforeRemark(string text)
    {
        var last = text.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (last <= 0) return text;
        var remark = text[(last + 2)..].TrimStart();
        return Remarks.Any(start => remark.StartsWith(start, StringComparison.OrdinalIgnoreCase)) && SpeaksOfTranslations(remark) ? text[..last].TrimEnd() : text;
    }

    private static string OutOfQuotes(string original, string text)
    {
        if (text.Length < 3) return text;
        var bare = original.Trim();
        foreach (var (open, close) in Quotes)
        {
            if (text[0] != open || text[^1] != close) continue;
            var inner = text[1..^1];
            // Two quoted words at the ends are the writer's.
            if (inner.Contains(open, StringComparison.Ordinal) || inner.Contains(close, StringComparison.Ordinal)) return text;
            return bare.Length > 0 && Quotes.Any(quote => bare[0] == quote.Open || bare[^1] == quote.Close) ? text : inner.Trim();
        }

        return text;
    }

    private static bool SpeaksOfTranslations(string text) => OwnTrade.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
}
