using static ChaturMail.Core.Language.Composer.WordClass;

namespace ChaturMail.Core.Language.Composer;

/// <summary>Keywords that the general rules would read wrongly: fixed expressions, and verbs that look like nouns.</summary>
internal static class Idioms
{
    private static readonly string[] Ordinals = ["second", "third", "fourth", "fifth", "sixth", "2nd", "3rd", "4th", "5th", "6th"];
    private static readonly string[] Repeated = ["complaint", "reminder", "request", "attempt", "time", "email", "message", "notice", "warning", "delay", "visit"];
    private static readonly string[] Beginnings = ["start", "kickoff", "kick-off", "launch", "arrival", "departure", "delivery", "completion"];
    private static readonly string[] Shared = ["reschedule", "postpone", "collaborate", "cooperate", "reconnect", "celebrate"];

    /// <summary>Reads the words as such an expression, or gives null.</summary>
    public static Phrase? Read(string text, string[] words)
    {
        var first = words[0].ToLowerInvariant();
        var second = words.Length > 1 ? words[1].ToLowerInvariant() : "";
        if (text.ToLowerInvariant() is "thank you" or "thanks" or "many thanks") return new Phrase(text + " for everything", PhraseKind.Social);
        if (text.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon && text[..colon].Count(c => c == ' ') < 3) return new Phrase(text, PhraseKind.Social);
        if (text.ToLowerInvariant() is "moving house" or "moving home" or "moving flat") return new Phrase(text, PhraseKind.Doing);
        if (words.Length > 2 && second == "to" && words[2] is "measure" or "order" && first == "made") return new Phrase(text, PhraseKind.Quality);
        if (words.Length > 2 && char.IsUpper(words[0][0]) && !words[0].IsOrdinary() && words[1].Is(Verbs3)) return new Phrase(text, PhraseKind.Clause);
        if (words.Length > 1 && words[^1] == "works" && TimeReader.IsTime(words[..^1])) return new Phrase(text, PhraseKind.Clause);
        if (words.Length > 2 && words[^2] == "too" && words[^1].Is(Qualities) && !words[..^2].Any(w => w.Is(Prepositions) || w.Is(Pronouns))) return Stated(words[..^2], "is", words[^2..]);
        if (words.Length == 1) return Shared.Contains(first) ? new Phrase(text, PhraseKind.Offer) : null;
        if (first.Is(Imperatives) && second is "if" or "when" or "once" && words.Length > 2) return new Phrase(text, PhraseKind.Ask);
        if (first == "laid" && second == "off") return new Phrase("was " + text, PhraseKind.Self);
        if (first == "moved" && second is "from" or "to" or "into" or "out" or "here") return new Phrase(text, PhraseKind.Self);
        if (first == "fluent" && words.Length < 4 && !second.Is(Prepositions)) return new Phrase("speak " + text, PhraseKind.Self);
        var seeking = Array.FindIndex(words, 1, w => w is "looking" or "seeking" or "searching");
        if (seeking > 0 && words[seeking - 1].IsForm(Role) && NounReader.Read("", words[..seeking]) is { Plural: false })
            return new Phrase(Grammar.Indefinite(NounReader.Read(text, words[..seeking])), PhraseKind.Feeling);
        if (words.Length == 2 && Ordinals.Contains(first) && Repeated.Contains(second)) return new Phrase("is the " + text, PhraseKind.It);
        if (first is "every" or "each" && words.Length > 3 && (second.IsForm(Units) || second.Is(Days) || second.IsForm(Weekdays))
            && words[2].Is(Prepositions) && TimeReader.IsTime(words[3..])) return new Phrase(text, PhraseKind.Period, Adverbial: text);
        if (Beginnings.Contains(first) && second is "in" or "on" or "from" && TimeReader.IsTime(words[2..])) return Stated(words[..1], "is", words[1..]);
        if (words.Length > 2 && words[^1].ToLowerInvariant() is "me" or "us" && words[^2] is "on" && !first.Is(Imperatives)) return Stated(words[..^2], "is", words[^2..]);
        var verb = Array.FindIndex(words, 1, w => w is "stays" or "remains" or "stay" or "remain");
        return verb > 0 && verb + 1 < words.Length && (words[verb + 1].Is(Qualities) || words[verb + 1].Is(Predicates)) && !words[..verb].Any(w => w.Is(Prepositions))
            ? Stated(words[..verb], words[verb], words[(verb + 1)..]) : null;
    }

    /// <summary>"The calendar stays open": the noun with its article, a verb, and what is said of it.</summary>
    private static Phrase Stated(string[] noun, string verb, string[] rest)
    {
        var name = string.Join(' ', noun);
        var read = NounReader.Read(name, noun);
        if (verb == "is" && read.Plural) verb = "are";
        return new Phrase($"{name} {verb} {string.Join(' ', rest)}", PhraseKind.Clause, read.Plural, read.Article);
    }
}
