using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace ChaturMail.Evals.Judging;

/// <summary>
/// Finds what must stand exactly as given. Ways of writing that nobody would call another fact are one: "9 am" and "9am", "15 %" and
/// "15%", "12-16" and "12 to 16", "5th" and "5", "2" and "two".
/// </summary>
internal static partial class Exact
{
    private static readonly FrozenDictionary<string, int> Values = new[]
    {
        ("two", 2), ("three", 3), ("four", 4), ("five", 5), ("six", 6), ("seven", 7), ("eight", 8), ("nine", 9), ("ten", 10), ("eleven", 11), ("twelve", 12),
        ("fifteen", 15), ("twenty", 20), ("thirty", 30), ("forty", 40), ("fifty", 50), ("hundred", 100), ("thousand", 1000), ("dozen", 12),
    }.ToFrozenDictionary(pair => pair.Item1, pair => pair.Item2, StringComparer.OrdinalIgnoreCase);

    /// <summary>The value of a number word, 0 for another word.</summary>
    public static int ValueOf(string word) => Values.GetValueOrDefault(word);

    /// <summary>The text in one way of writing, lower case.</summary>
    public static string Normal(string text)
    {
        var plain = Wording.Plain(text).ToLowerInvariant();
        plain = Meridian().Replace(plain, "$1$2m");
        return Percent().Replace(plain, "$1%");
    }

    /// <summary>Whether a normal text holds the word as a word.</summary>
    public static bool Holds(string normal, string word)
    {
        var sought = Normal(word);
        if (Stands(normal, sought)) return true;
        if (Ordinal().Match(sought) is { Success: true } ordinal) return Stands(normal, ordinal.Groups[1].Value);
        if (Span().Match(sought) is { Success: true } span) return Holds(normal, span.Groups[1].Value) && Holds(normal, span.Groups[2].Value);
        if (sought.EndsWith("'s", StringComparison.Ordinal)) return Holds(normal, sought[..^2]);
        return Values.Any(pair => sought == pair.Value.ToString(System.Globalization.CultureInfo.InvariantCulture) && Stands(normal, pair.Key))
            || (Values.TryGetValue(sought, out var value) && Stands(normal, value.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    /// <summary>The numbers of a text, each as written and in its parts, and the values of its number words.</summary>
    public static IReadOnlySet<string> Numbers(string text)
    {
        var plain = Wording.Plain(text);
        var numbers = Number().Matches(plain).SelectMany(m => Parts(m.Value).Append(m.Value)).ToHashSet();
        foreach (var word in Wording.Words(plain))
            if (Values.TryGetValue(word, out var value)) numbers.Add(value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return numbers;
    }

    /// <summary>The runs of digits in a number: "17" and "30" of "17:30". A decimal or a thousand is one number.</summary>
    public static IEnumerable<string> Parts(string number) => number.Split(':');

    /// <summary>A number with its decimals, thousands or minutes.</summary>
    [GeneratedRegex(@"\d+(?:[.,:]\d+)*")]
    public static partial Regex Number();

    private static bool Stands(string text, string word) =>
        Regex.IsMatch(text, $@"(?<![\p{{L}}\d])(?<!\d[.,:]){Regex.Escape(word)}(?![\p{{L}}\d])(?![.,:]\d)");

    [GeneratedRegex(@"(\d) ?([ap])\.? ?m\b\.?")]
    private static partial Regex Meridian();

    [GeneratedRegex(@"(\d) ?(?:%|percent|per cent)")]
    private static partial Regex Percent();

    [GeneratedRegex(@"^(\d+)(?:st|nd|rd|th)$")]
    private static partial Regex Ordinal();

    [GeneratedRegex(@"^(\d[\d.,:]*(?:st|nd|rd|th|am|pm|%)?)-(\d[\d.,:]*(?:st|nd|rd|th|am|pm|%)?)$")]
    private static partial Regex Span();
}
