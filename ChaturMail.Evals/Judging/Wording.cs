using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ChaturMail.Evals.Judging;

/// <summary>Words and their stems, for telling whether an email says what a keyword says. English; other words stand for themselves.</summary>
internal static partial class Wording
{
    private static readonly FrozenSet<string> Small = ("a an the of to in on at by for from with without and or but nor as if is are was were be been being am do does did have has had "
        + "i me my mine you your yours we us our ours he him his she her hers it its they them their this that these those there here so not no than then too "
        + "very will would can could may might shall should must about into over under up down out off per via also only please re fwd fw just some any all "
        + "until till before after within during since between while when where who whom which what why how one's")
        .Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, string> Irregular = ("led lead,sent send,paid pay,broke break,broken break,left leave,taught teach,held hold,lost lose,loss lose,grew grow,"
        + "grown grow,won win,children child,men man,women woman,people person,met meet,made make,began begin,begun begin,gave give,given give,took take,taken take,"
        + "wrote write,written write,spoke speak,spoken speak,came come,went go,gone go,kept keep,built build,bought buy,brought bring,thought think,felt feel,"
        + "found find,told tell,said say,saw see,seen see,knew know,known know,chose choose,chosen choose,ill illness,better good,best good,hidden hide,stole steal,"
        + "stolen steal,died death,die death,dead death,ran run,sold sell,spent spend,understood understand,forgot forget,forgotten forget,became become,lent lend")
        .Split(',').Select(pair => pair.Split(' ')).ToFrozenDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);

    private static readonly string[] Endings =
    [
        "izations", "ization", "ations", "ation", "ments", "ment", "nesses", "ness", "fully", "ful", "ities", "ity", "ings", "ing", "ions", "ion",
        "ers", "er", "ed", "es", "s", "ly", "e",
    ];

    /// <summary>The words of a text, without the punctuation around them; "C#", "8.9", "#4182" and "read-only" are words.</summary>
    public static IReadOnlyList<string> Words(string text) =>
        [.. Word().Matches(Plain(text)).Select(m => m.Value.TrimEnd('.', ',', ':', '\'', '-', '/', '_', '&')).Where(w => w.Length > 0)];

    /// <summary>Typographic quotes and dashes as their plain forms.</summary>
    public static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in text)
            plain.Append(c switch { '’' or '‘' => '\'', '“' or '”' => '"', '–' or '—' or '‑' => '-', '\u00A0' or '\u202F' => ' ', _ => c });
        return plain.ToString();
    }

    /// <summary>Lower case without accents, for names in addresses.</summary>
    public static string Folded(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in text.Normalize(NormalizationForm.FormD))
            if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark) folded.Append(char.ToLowerInvariant(c));
        return folded.Replace("ł", "l").Replace("ø", "o").Replace("ß", "ss").Replace("æ", "ae").ToString();
    }

    /// <summary>Whether a word carries no meaning of its own.</summary>
    public static bool IsSmall(string word) => Small.Contains(word) || (word.Length == 1 && char.IsLetter(word[0]));

    /// <summary>The word without its ending.</summary>
    public static string Stem(string word)
    {
        var stem = word.ToLowerInvariant();
        if (stem.EndsWith("'s", StringComparison.Ordinal)) stem = stem[..^2];
        stem = stem.Trim('\'');
        if (stem.Any(char.IsDigit)) return stem;
        if (Irregular.TryGetValue(stem, out var regular)) stem = regular;
        foreach (var ending in Endings)
        {
            if (stem.Length - ending.Length < 3 || !stem.EndsWith(ending, StringComparison.Ordinal) || stem.EndsWith("ss", StringComparison.Ordinal)) continue;
            stem = stem[..^ending.Length];
            break;
        }

        if (stem.Length > 3 && stem[^1] == stem[^2] && stem[^1] is not ('s' or 'l')) stem = stem[..^1];
        return stem.EndsWith('y') || stem.EndsWith('i') ? stem[..^1] + "i" : stem;
    }

    /// <summary>Whether two stems are of one family of words: "apply" and "application", "ship" and "shipment".</summary>
    public static bool IsKin(string one, string other)
    {
        if (one == other) return true;
        var (shorter, longer) = one.Length < other.Length ? (one, other) : (other, one);
        var common = 0;
        while (common < shorter.Length && shorter[common] == longer[common]) common++;
        return (common == shorter.Length && common >= 4 && longer.Length - common <= 3) || (common >= 5 && common >= 0.7 * longer.Length)
            || (common >= 4 && common == shorter.Length - 1 && shorter[^1] == 'i' && longer.Length - common <= 3);
    }

    /// <summary>The stems of a text, those of neighbours written as one word ("hand over") among them.</summary>
    public static IReadOnlySet<string> Stems(string text)
    {
        var words = Words(text).SelectMany(w => w.Contains('-', StringComparison.Ordinal) ? w.Split('-').Append(w) : [w]).Where(w => w.Length > 0).ToList();
        var stems = words.Select(Stem).ToHashSet();
        for (var i = 1; i < words.Count; i++) stems.Add(Stem(words[i - 1] + words[i]));
        return stems;
    }

    /// <summary>Whether one of the stems is kin of the word; each half of "read-only" may stand alone.</summary>
    public static bool Holds(IReadOnlySet<string> stems, string word)
    {
        var stem = Stem(word);
        if (stems.Contains(stem) || stems.Any(s => IsKin(s, stem))) return true;
        if (!word.Contains('-', StringComparison.Ordinal) && !word.Contains('/', StringComparison.Ordinal)) return false;
        return word.Split('-', '/').Where(part => part.Length > 0 && !IsSmall(part)).All(part => Holds(stems, part));
    }

    /// <summary>Whether most of its letters are of another script than Latin.</summary>
    public static bool IsOtherScript(string text)
    {
        var letters = text.Where(char.IsLetter).ToList();
        return letters.Count(c => c is > '\u024F' and not (>= '\u1E00' and <= '\u1EFF')) * 2 > letters.Count;
    }

    [GeneratedRegex(@"[#$€£₹]?[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}'.,:/&+#@%_-]*")]
    private static partial Regex Word();
}
