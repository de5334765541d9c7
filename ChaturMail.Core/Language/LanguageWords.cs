using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace ChaturMail.Core.Language;

/// <summary>What is known of the languages in Latin script, read once from <c>Data/languages.txt</c>. English is language 0.</summary>
internal static class LanguageWords
{
    /// <summary>Longer words are looked up nowhere.</summary>
    public const int LongestWord = 40;

    private const float SmallWord = 1;
    private const float SingleLetter = 0.3f;
    private const float MailWord = 1.2f;
    // English terms stand in mails of every language.
    private const float EnglishMailWord = 0.6f;
    private const float Ending = 0.5f;
    private const float Letter = 0.6f;
    private const float CapitalShare = 0.35f;
    private const float NameShare = 0.2f;
    private const float Elision = 0.5f;
    private const int LeastBeforeEnding = 3;
    private const int LongestEnding = 5;

    private static readonly List<string> Tags = [];
    private static readonly FrozenDictionary<string, Weight[]> Words;
    private static readonly FrozenDictionary<string, Weight[]> Endings;
    private static readonly FrozenDictionary<char, Weight[]> Letters;
    private static readonly FrozenDictionary<string, Weight[]>.AlternateLookup<ReadOnlySpan<char>> WordsBySpan;
    private static readonly FrozenDictionary<string, Weight[]>.AlternateLookup<ReadOnlySpan<char>> EndingsBySpan;

    // One file fills all of them at once, which field initializers cannot.
#pragma warning disable CA1810
    static LanguageWords()
#pragma warning restore CA1810
    {
        Dictionary<string, Dictionary<int, float>> words = new(StringComparer.Ordinal), endings = new(StringComparer.Ordinal), letters = new(StringComparer.Ordinal);
        foreach (var line in Lines())
        {
            var head = line[..line.IndexOf(':', StringComparison.Ordinal)].Split(' ');
            if (!Tags.Contains(head[0])) Tags.Add(head[0]);
            var language = Tags.IndexOf(head[0]);
            foreach (var item in line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                switch (head[1])
                {
                    case "small": AddWord(words, item, language, item.Length == 1 ? SingleLetter : SmallWord); break;
                    case "mail": AddWord(words, item, language, language == 0 ? EnglishMailWord : MailWord); break;
                    case "ends": Put(endings, item, language, Ending); break;
                    case "letters": Put(letters, item, language, Letter); break;
                    default: throw new InvalidDataException($"languages.txt: {head[1]} is no kind.");
                }
            }
        }

        (Words, Endings) = (Freeze(words), Freeze(endings));
        Letters = Freeze(letters).Where(pair => pair.Key.Length == 1).ToFrozenDictionary(pair => pair.Key[0], pair => pair.Value);
        WordsBySpan = Words.GetAlternateLookup<ReadOnlySpan<char>>();
        EndingsBySpan = Endings.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>How many languages there are.</summary>
    public static int Count => Tags.Count;

    /// <summary>The BCP 47 tag of a language.</summary>
    public static string Tag(int language) => Tags[language];

    /// <summary>Counts a word in lower case for the languages that have it; false when none has.</summary>
    /// <param name="isName">It may be a name's first part, so it counts little.</param>
    public static bool Add(ReadOnlySpan<char> word, bool isName, Span<float> scores)
    {
        if (!WordsBySpan.TryGetValue(word, out var weights)) return false;
        Add(weights, isName ? NameShare : 1, scores);
        return true;
    }

    /// <summary>Counts ending and letters of a word that is in no list.</summary>
    /// <param name="isCapital">It may be a name, so it counts less.</param>
    public static void AddSpelling(ReadOnlySpan<char> word, bool isCapital, Span<float> scores)
    {
        var share = isCapital ? CapitalShare : 1;
        for (var length = Math.Min(LongestEnding, word.Length - LeastBeforeEnding); length >= 2; length--)
        {
            if (!EndingsBySpan.TryGetValue(word[^length..], out var weights)) continue;
            Add(weights, share, scores);
            break;
        }

        var most = 2;
        foreach (var c in word)
        {
            if (c <= '\u007F' || most == 0 || !Letters.TryGetValue(c, out var weights)) continue;
            Add(weights, share, scores);
            most--;
        }
    }

    /// <summary>Counts "l'" or "d'" before a word.</summary>
    public static void AddElision(Span<float> scores)
    {
        scores[Tags.IndexOf("fr")] += Elision;
        scores[Tags.IndexOf("it")] += Elision / 2;
    }

    private static void Add(Weight[] weights, float share, Span<float> scores)
    {
        foreach (var weight in weights) scores[weight.Language] += weight.Value * share;
    }

    private static void AddWord(Dictionary<string, Dictionary<int, float>> words, string word, int language, float weight)
    {
        Put(words, word, language, weight);
        var plain = WithoutAccents(word);
        // Two letters without their accent are too many things: "să" and "sa".
        if (plain != word && plain.Length > 2) Put(words, plain, language, weight);
    }

    private static void Put(Dictionary<string, Dictionary<int, float>> all, string item, int language, float weight)
    {
        if (!all.TryGetValue(item, out var languages)) all[item] = languages = [];
        languages[language] = Math.Max(weight, languages.GetValueOrDefault(language));
    }

    private static FrozenDictionary<string, Weight[]> Freeze(Dictionary<string, Dictionary<int, float>> all) => all.ToFrozenDictionary(
        pair => pair.Key,
        // What several languages share says less, but not nothing: Danish and Norwegian share nearly all.
        pair => pair.Value.Select(l => new Weight(l.Key, l.Value / MathF.Sqrt(pair.Value.Count))).ToArray(),
        StringComparer.Ordinal);

    private static string WithoutAccents(string word)
    {
        var plain = new StringBuilder(word.Length);
        foreach (var c in word.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark) continue;
            plain.Append(c switch { 'ł' => "l", 'ı' => "i", 'ø' => "o", 'æ' => "ae", 'œ' => "oe", 'ß' => "ss", 'đ' => "d", _ => c.ToString() });
        }

        return plain.ToString();
    }

    private static IEnumerable<string> Lines()
    {
        using var reader = new StreamReader(typeof(LanguageWords).Assembly.GetManifestResourceStream("languages.txt")!);
        while (reader.ReadLine() is { } line)
            if (line.Length > 0 && line[0] != '#') yield return line.Normalize();
    }

    private readonly record struct Weight(int Language, float Value);
}
