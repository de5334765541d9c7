using System.Text.RegularExpressions;

namespace ChaturMail.Core.Language.Composer;

/// <summary>
/// A sentence, or a few, with slots for a phrase: <c>{k}</c> the words alone, <c>{np}</c> with "a" or "an", <c>{the}</c>, <c>{my}</c>,
/// <c>{our}</c> and <c>{your}</c> with that word, each only where the phrase takes it, <c>{when}</c> with the preposition of a time,
/// <c>{at}</c> with that of a place, <c>{q}</c> in quotation marks, <c>{is/are}</c> and the like by number. A frame for two phrases of
/// different kinds names the second one's slots with a 2: <c>{2k}</c>.
/// </summary>
internal sealed partial class Frame
{
    private static readonly HashSet<string> SlotNames = ["k", "np", "the", "my", "our", "your", "when", "at", "q"];
    private readonly string _text;

    /// <summary>Takes a frame; <see cref="Problem"/> says what is wrong with it.</summary>
    public Frame(string text)
    {
        _text = text.Trim();
        var space = _text.IndexOf(' ', StringComparison.Ordinal);
        FirstWord = space < 0 ? _text : _text[..space];
        Words = Composer.Words.Split(_text).Select(w => w.TrimEnd('.')).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Start = string.Join(' ', _text.Split(' ').Take(3));
        Adds = Words.Contains("also") || Words.Contains("too") || _text.Contains("as well", StringComparison.Ordinal);
    }

    /// <summary>The first word, so that neighbouring sentences can begin differently.</summary>
    public string FirstWord { get; }

    /// <summary>The frame's own words.</summary>
    public IReadOnlySet<string> Words { get; }

    /// <summary>The first words, by which a reader would notice that a pattern comes again.</summary>
    public string Start { get; }

    /// <summary>Whether it says that something came before: "also", "as well". Nothing did at the start, and twice in a row is once too often.</summary>
    public bool Adds { get; }

    /// <summary>What is wrong with a frame, or null.</summary>
    public static string? Problem(string text, bool isPair = false)
    {
        if (string.IsNullOrWhiteSpace(text)) return "holds an empty sentence";
        foreach (Match slot in Slot().Matches(text))
            if (!SlotNames.Contains(isPair ? slot.Groups[1].Value.TrimStart('2') : slot.Groups[1].Value) && !slot.Groups[1].Value.Contains('/'))
                return $"has the unknown slot {slot.Value} in \"{text}\"";
        return Slot().Replace(text, "").AsSpan().IndexOfAny("{}[]") >= 0 ? $"has a stray bracket in \"{text}\""
            : text.TrimEnd()[^1] is '.' or '?' or '!' or '}' ? null : $"does not end a sentence in \"{text}\"";
    }

    /// <summary>The sentence with the phrases, which have the same kind, in its slots.</summary>
    public string With(params IReadOnlyList<Phrase> phrases)
    {
        var plural = phrases.Count > 1 || phrases[0].Plural;
        var filled = Slot().Replace(_text, slot => Fill(slot.Groups[1].Value, phrases, plural));
        return Sentences(filled);
    }

    /// <summary>The sentence with two phrases of different kinds.</summary>
    public string WithPair(Phrase first, Phrase second) => Sentences(Slot().Replace(_text, slot => slot.Groups[1].Value is ['2', .. var name]
        ? Fill(name, [second], second.Plural) : Fill(slot.Groups[1].Value, [first], first.Plural)));

    /// <summary>The sentence without a phrase.</summary>
    public string Plain => _text;

    private static string Fill(string slot, IReadOnlyList<Phrase> phrases, bool plural)
    {
        var choice = slot.IndexOf('/', StringComparison.Ordinal);
        if (choice >= 0) return plural ? slot[(choice + 1)..] : slot[..choice];
        return Listed(phrases.Select(phrase => slot switch
        {
            "np" => Grammar.Indefinite(phrase),
            "the" or "my" or "our" or "your" => Grammar.Definite(slot, phrase),
            "when" => phrase.Adverbial ?? phrase.Text,
            "at" => $"{Grammar.PrepositionOf(phrase.Text)} {Grammar.Definite("the", phrase)}",
            "q" => Quote(phrase.Text),
            _ => phrase.Text,
        }).ToList());
    }

    private static string Listed(List<string> items) => items.Count == 1 ? items[0] : $"{string.Join(", ", items[..^1])} and {items[^1]}";

    private static string Quote(string text) => text.Contains('"') || text.Contains('“') ? $"‘{text}’" : $"\"{text}\"";

    /// <summary>Capitals at the starts, and no second full stop after "p.m.".</summary>
    private static string Sentences(string text)
    {
        var end = text.Length > 2 && text[^1] == '.' && text[^2] is '.' or '?' or '!' ? text[..^1] : text;
        return Grammar.Capitalise(end);
    }

    [GeneratedRegex(@"\{([^{}]+)\}")]
    private static partial Regex Slot();
}
