using System.Collections.Frozen;
using YamlDotNet.Serialization;

namespace ChaturMail.Core.Language.Composer;

/// <summary>What a word can be. The names are those of the lists in <c>Data/lexicon.yaml</c>.</summary>
internal enum WordClass
{
    Determiners, Pronouns, Auxiliaries, Prepositions, Adverbs, Weekdays, Months, Days, Relative, Units, Numbers, Currency,
    Feelings, Qualities, Imperatives, VerbNouns, Verbs3, IrregularPast, RegularPast, Participles, Self, Doing,
    Predicates, Positive, Negative, Vocabulary, Wishes, Grant, Problem, Remedy, Event, Document, Work, Trait, Role, People, Position, Place, RefNouns, Mass, Common, Skills, Cities, Names,
}

/// <summary>The words the composer knows, read once from the embedded list.</summary>
internal static class Lexicon
{
    private static readonly FrozenDictionary<WordClass, FrozenSet<string>> Lists = Load();

    /// <summary>Whether the word, in any case, stands in the list.</summary>
    public static bool Is(this string word, WordClass list) => Lists[list].Contains(word);

    /// <summary>Whether the word or its singular stands in the list.</summary>
    public static bool IsForm(this string word, WordClass list) => word.Is(list) || Singular(word).Is(list);

    /// <summary>Whether the word is an ordinary English word, which has no capital in the middle of a sentence.</summary>
    public static bool IsOrdinary(this string word)
    {
        if (word.Is(WordClass.Names) || word.Is(WordClass.Cities) || word.Is(WordClass.Weekdays)) return false;
        if (word.Is(WordClass.Months)) return false;
        if (word.ToLowerInvariant() is "today" or "tomorrow" or "tonight" or "yesterday" or "noon" or "midnight") return true;
        if (word.Contains('-')) return word.Split('-').All(part => part.Length == 0 || part.IsOrdinary());
        var singular = Singular(word);
        return Lists.Any(list => list.Key is not (WordClass.Skills or WordClass.Days or WordClass.Months or WordClass.Currency)
                && (list.Value.Contains(word) || list.Value.Contains(singular)))
            || (word.Length > 6 && OrdinaryEndings.Any(ending => word.EndsWith(ending, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>The singular of a regular plural; the word itself otherwise.</summary>
    public static string Singular(string word)
    {
        if (word.Length < 4 || !word.EndsWith('s') || word.EndsWith("ss", StringComparison.Ordinal)) return word;
        if (word.EndsWith("ies", StringComparison.Ordinal) && word.Length > 4) return word[..^3] + "y";
        return word.EndsWith("sses", StringComparison.Ordinal) || word.EndsWith("xes", StringComparison.Ordinal)
            || word.EndsWith("ches", StringComparison.Ordinal) || word.EndsWith("shes", StringComparison.Ordinal) ? word[..^2] : word[..^1];
    }

    /// <summary>Whether the word has the form of a plural noun.</summary>
    public static bool IsPlural(string word) =>
        word.Equals("people", StringComparison.OrdinalIgnoreCase) || word.Equals("children", StringComparison.OrdinalIgnoreCase)
        || word.Equals("staff", StringComparison.OrdinalIgnoreCase)
        || (word.Length > 3 && word.EndsWith('s') && !SingularEndings.Any(e => word.EndsWith(e, StringComparison.OrdinalIgnoreCase))
            && !SingularsInS.Contains(word));

    private static readonly string[] OrdinaryEndings =
        ["tion", "sion", "ment", "ness", "ing", "ance", "ence", "able", "ible", "ally", "ously", "ful", "less", "ity", "ship", "ed",
            "ive", "ous", "tal", "nal", "cal", "ual", "ial"];

    private static readonly string[] SingularEndings = ["ss", "us", "is", "'s", "’s"];

    private static readonly FrozenSet<string> SingularsInS =
        new[] { "news", "lens", "gas", "bias", "canvas", "logistics", "analytics", "kubernetes", "christmas", "atlas", "series",
            "sales", "less", "maths", "physics", "mathematics", "economics", "electronics", "statistics", "ethics", "politics" }
            .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static FrozenDictionary<WordClass, FrozenSet<string>> Load()
    {
        var lists = new DeserializerBuilder().Build().Deserialize<Dictionary<string, string>>(ComposerData.Read("lexicon.yaml"));
        return lists.ToFrozenDictionary(list => Enum.Parse<WordClass>(list.Key, ignoreCase: true),
            list => Words(list.Value).ToFrozenSet(StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Words between blanks; several words between quotation marks are one entry.</summary>
    private static IEnumerable<string> Words(string list) => list.Split('"').SelectMany((part, i) => i % 2 == 1
        ? [part] : part.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
