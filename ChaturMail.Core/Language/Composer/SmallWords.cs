using static ChaturMail.Core.Language.Composer.WordClass;

namespace ChaturMail.Core.Language.Composer;

/// <summary>
/// Puts back the small words that hurried people leave out: "deadline 15 December" becomes "the deadline is 15 December". The words
/// that were typed stay as they are and in their order; only articles, prepositions and forms of "be" come between them.
/// </summary>
internal static class SmallWords
{
    /// <summary>Predicates that speak of things in general: "Parking is free" and not "The parking is free".</summary>
    private static readonly string[] General = ["welcome", "required", "needed", "included", "free", "mandatory", "compulsory", "optional",
        "allowed", "provided", "possible", "covered", "guaranteed", "recommended", "appreciated", "unavailable"];

    private static readonly string[] WantOne = ["required", "needed", "recommended"];
    private static readonly string[] DateNouns = ["day", "date", "deadline", "shift", "cut-off", "cutoff"];
    private static readonly string[] Unlike = ["wrote", "ran", "grew", "took", "gave", "drove", "began", "spoke", "broke", "came", "went"];
    private static readonly string[] Handled = ["send", "submit", "sign", "visit", "fill", "complete", "return", "review", "pay", "cancel", "use", "download", "check", "read"];
    private static readonly string[] TakeOne = ["have", "need", "want", "prefer"];

    /// <summary>The phrase with its small words, or as it is when it lacks none.</summary>
    public static Phrase Restore(Phrase phrase)
    {
        var words = Words.Split(phrase.Text);
        // Punctuation between the words would get lost.
        if (words.Length == 0 || string.Join(' ', words) != phrase.Text) return phrase;
        return phrase.Kind switch
        {
            PhraseKind.State => State(phrase, words) ?? phrase,
            PhraseKind.Dated => Dated(phrase, words),
            PhraseKind.Past or PhraseKind.Self or PhraseKind.Own => Done(phrase, words),
            PhraseKind.Experience => phrase with { Text = Experience(words) },
            PhraseKind.Notice => phrase with { Text = Notice(words) },
            PhraseKind.Feeling when IsPast(words) => new Phrase("was " + Timed(phrase.Text), PhraseKind.Self),
            PhraseKind.Back when words.Length > 1 && words[1] is "to" => phrase with { Text = "going " + phrase.Text, Kind = PhraseKind.Doing },
            PhraseKind.Ask => phrase with { Text = Timed(Asked(words)) },
            PhraseKind.It or PhraseKind.Doing or PhraseKind.Back or PhraseKind.Feeling or PhraseKind.Clause => phrase with { Text = Timed(phrase.Text) },
            _ => phrase,
        };
    }

    /// <summary>"bank details unchanged" with its verb; null where what stands before the predicate is no noun.</summary>
    private static Phrase? State(Phrase state, string[] words)
    {
        var at = KeywordReader.PredicateAt(words);
        if (at < 1) return null;
        var isNegated = at > 1 && words[at - 1].Equals("not", StringComparison.OrdinalIgnoreCase);
        var subject = isNegated ? words[..(at - 1)] : words[..at];
        if (subject.All(w => w.Is(Qualities) || w.Is(Adverbs))) return null;
        var adverbs = subject.Reverse().TakeWhile(w => w.Is(Adverbs)).Count();
        var adverb = string.Concat(subject[^adverbs..].Select(w => w + " "));
        subject = subject[..^adverbs];
        var noun = NounReader.Read(string.Join(' ', subject), subject);
        var predicate = string.Join(' ', words[at..]);
        var isAction = (words[at].Is(Participles) || words[at].Is(RegularPast)) && !words[at].Is(Predicates);
        var verb = Verb(noun.Plural, isAction, isNegated, words[(at + 1)..]);
        var article = Article(noun, words[at].ToLowerInvariant(), isAction && words[0].Is(Qualities));
        var text = article.Length == 0 && noun.Article == ArticleUse.Definite ? noun.Text : article + noun.Text;
        return state with
        {
            Text = $"{text} {verb} {adverb}{Timed(predicate)}",
            Plural = noun.Plural,
            Article = text != noun.Text || IsGeneral(noun, words[at]) ? ArticleUse.Never : noun.Article,
        };
    }

    private static string Verb(bool plural, bool isAction, bool isNegated, string[] rest)
    {
        var not = isNegated ? " not" : "";
        if (rest is [var first, ..] && isAction && first.ToLowerInvariant() is "by" or "before" && (rest.Length == 1
            || rest[1] == "then" || TimeReader.IsTime(rest[1..]))) return $"will{not} be";
        if (!isAction) return (plural ? "are" : "is") + not;
        if (IsPast(rest)) return (plural ? "were" : "was") + not;
        return (plural ? "have" : "has") + not + " been";
    }

    private static string Article(Phrase noun, string predicate, bool isNew) => noun.Article == ArticleUse.Any
        && (isNew || WantOne.Contains(predicate)) ? Grammar.Indefinite(noun)[..^noun.Text.Length] : "";

    private static bool IsGeneral(Phrase noun, string predicate) => noun.Article is ArticleUse.Definite or ArticleUse.Owned
        && General.Contains(predicate.ToLowerInvariant());

    private static bool IsPast(string[] words) => words.Any(w => w.ToLowerInvariant() is "yesterday" or "last" or "ago" or "earlier");

    /// <summary>An event or a named day gets a verb, anything else its preposition: "the flight on Monday".</summary>
    private static Phrase Dated(Phrase phrase, string[] words)
    {
        if (words[0].Equals("due", StringComparison.OrdinalIgnoreCase)) return phrase with { Kind = PhraseKind.It, Text = "is " + Timed(phrase.Text) };
        var count = TimeReader.TrailingTime(words);
        if (count == 0 || count == words.Length || words[^count].Is(Prepositions) || words[^(count + 1)].Is(Prepositions)) return phrase;
        var noun = NounReader.Read(string.Join(' ', words[..^count]), words[..^count]);
        var time = TimeReader.Read(string.Join(' ', words[^count..]), words[^count..]);
        if (time?.Adverbial is null) return phrase;
        var isDay = DateNouns.Contains(words[^(count + 1)].ToLowerInvariant());
        if (!isDay && noun.Kind != PhraseKind.Event) return noun with { Kind = PhraseKind.Dated, Text = $"{noun.Text} {time.Adverbial}" };
        var verb = IsPast(words[^count..]) ? noun.Plural ? "were" : "was" : noun.Plural ? "are" : "is";
        var text = $"{(isDay && words[^(count + 1)] is "day" or "date" or "shift" ? noun.Text : Grammar.Definite("the", noun))} {verb} {(isDay ? time.Text : time.Adverbial)}";
        return noun with { Kind = PhraseKind.State, Text = text, Article = text.StartsWith(noun.Text, StringComparison.Ordinal) ? noun.Article : ArticleUse.Never };
    }

    /// <summary>"led team of 4": an article for the object, and no perfect where the verb or a past time forbids it.</summary>
    private static Phrase Done(Phrase phrase, string[] words)
    {
        var rest = words[1..];
        var text = phrase.Text;
        if (rest.Length > 0 && (phrase.Kind == PhraseKind.Past || TakeOne.Contains(words[0])) && !KeywordReader.OpensComplement(rest[0]))
        {
            var noun = NounReader.Read(text[(words[0].Length + 1)..], rest);
            if (noun.Article == ArticleUse.Any && noun.Kind is not (PhraseKind.Person or PhraseKind.Skill)) text = $"{words[0]} {Grammar.Indefinite(noun)}";
        }

        // "Worked in your lab 2 years" lacks its "for".
        if (rest.Length > 3 && Words.IsNumber(rest[^2]) && rest[^1].IsForm(Units) && !rest[^3].Is(Prepositions) && !rest[^3].Is(Determiners) && rest[..^2].Any(w => w.Is(Prepositions)))
            text = $"{words[0]} {string.Join(' ', rest[..^2])} for {rest[^2]} {rest[^1]}";
        var isPerfect = phrase.Kind == PhraseKind.Past && !Unlike.Contains(words[0].ToLowerInvariant()) && !IsPast(rest) && TimeReader.TrailingTime(words) == 0;
        return phrase with { Text = Timed(text), Kind = isPerfect || phrase.Kind != PhraseKind.Past ? phrase.Kind : PhraseKind.Self };
    }

    /// <summary>"bring notebook" wants "a", "sign contract" wants "the".</summary>
    private static string Asked(string[] words)
    {
        var text = string.Join(' ', words);
        var isNew = words[0] is "bring" or "wear" or "make" or "book";
        if (words.Length < 2 || KeywordReader.OpensComplement(words[1]) || !(isNew || Handled.Contains(words[0]))) return text;
        var noun = NounReader.Read(string.Join(' ', words[1..]), words[1..]);
        return noun.Article != ArticleUse.Any ? text : $"{words[0]} {(isNew ? Grammar.Indefinite(noun) : Grammar.Definite("the", noun))}";
    }

    private static string Experience(string[] words)
    {
        var unit = Array.FindIndex(words, w => w.IsForm(Units));
        var next = unit >= 0 && unit + 1 < words.Length ? words[unit + 1] : "";
        return next.Length == 0 || next.Is(Prepositions) || next.Is(WordClass.Doing) ? string.Join(' ', words)
            : $"{string.Join(' ', words[..(unit + 1)])} of {string.Join(' ', words[(unit + 1)..])}";
    }

    private static string Notice(string[] words)
    {
        var at = Array.FindIndex(words, w => w.Equals("notice", StringComparison.OrdinalIgnoreCase));
        if (at < 1 || words.Length > at + 1 || !char.IsLetter(words[at - 1][^1])) return string.Join(' ', words);
        return $"{string.Join(' ', words[..at])}{(words[at - 1].EndsWith('s') ? "'" : "'s")} {words[at]}";
    }

    /// <summary>The text with the preposition that a time at its end needs: "arrives on Wednesday".</summary>
    private static string Timed(string text)
    {
        var words = text.Split(' ');
        var count = TimeReader.TrailingTime(words);
        if (count == 0 || words[^count].Is(Prepositions) || words[^count] is "or" or "and" or "through" || words[^(count + 1)].Is(Prepositions) || words[^(count + 1)].Is(Determiners) || Words.IsNumber(words[^(count + 1)])) return text;
        var tail = words[^count..];
        return TimeReader.Read(string.Join(' ', tail), tail)?.Adverbial is { } time ? $"{string.Join(' ', words[..^count])} {time}" : text;
    }
}
