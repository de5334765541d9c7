using System.Text.RegularExpressions;
using static ChaturMail.Core.Language.Composer.WordClass;

namespace ChaturMail.Core.Language.Composer;

/// <summary>
/// Finds out what a keyword is. The rules run from the narrow to the broad, and the last one makes a topic of whatever is left, so
/// every text gets a kind that some frame can carry.
/// </summary>
internal static partial class KeywordReader
{
    private const int LongestPhrase = 14;
    private static readonly string[] Happenings = ["happen", "work", "start", "load", "turn", "connect", "charge", "open", "fit",
        "close", "respond", "arrive", "print", "ring"];
    private static readonly string[] Confessions = ["missed", "forgot", "hope", "wish", "love", "miss", "want", "appreciate", "heard",
        "know", "believe", "regret", "apologise", "apologize", "understand"];
    private static readonly string[] Channels = ["zoom", "teams", "microsoft teams", "ms teams", "google meet", "skype", "whatsapp",
        "paypal", "online", "remotely", "phone", "email"];
    private static readonly string[] Payments = ["bank transfer", "wire transfer", "cheque", "credit card", "direct debit", "standing order", "debit card"];
    private static readonly string[] Fields = ["retail", "sales", "finance", "logistics", "hospitality", "healthcare", "education", "construction", "hr", "it"];
    private static readonly string[] Scores = ["gpa", "cgpa", "ielts", "toefl", "gre", "gmat"];
    private static readonly string[] Attributive = ["reduced", "increased", "automated", "trained", "learned", "published", "used", "returned", "asked", "fixed"];
    private static readonly string[] Answers = ["reply", "respond", "register", "book", "apply", "sign", "return", "pay", "vote", "submit", "confirm"];
    private static readonly string[] Without = ["sugar", "gluten", "stress", "fat", "dairy", "lactose", "smoke", "alcohol", "tax", "interest", "debt", "risk", "nut"];
    private static readonly string[] AdjectiveEndings = ["ful", "less", "ous", "able", "ible", "ual", "ical"];

    /// <summary>Reads one keyword. <paramref name="text"/> is clean and not empty.</summary>
    public static Phrase Read(string text)
    {
        if (!text.Any(char.IsLetterOrDigit)) return new Phrase(text, PhraseKind.Odd);
        if (Words.IsOtherScript(text)) return new Phrase(text, ForeignText.IsTime(text) ? PhraseKind.ForeignWhen : PhraseKind.Foreign);
        if (Contact().IsMatch(text)) return new Phrase(text, PhraseKind.Contact);
        if (text.Contains("://", StringComparison.Ordinal)
            || text.StartsWith("www.", StringComparison.OrdinalIgnoreCase)) return new Phrase(text, PhraseKind.Link);
        if (Words.IsSeveralSentences(text)) return new Phrase(text, PhraseKind.Odd);
        var inside = Grammar.Embed(text);
        var words = Words.Split(inside);
        if (words.Length == 0 || IsMarkup(text)) return new Phrase(text, PhraseKind.Odd);
        return Idioms.Read(inside, words) ?? ReadSentence(inside, words) ?? (words.Length > LongestPhrase ? new Phrase(text, PhraseKind.Odd) : null)
            ?? ReadTimeOrNumber(inside, words) ?? ReadPredicate(inside, words) ?? NounReader.Read(inside, words);
    }

    /// <summary>Texts with a verb that stand, or nearly stand, by themselves.</summary>
    private static Phrase? ReadSentence(string text, string[] words)
    {
        var first = words[0];
        var second = words.Length > 1 ? words[1] : "";
        if (text.EndsWith('?') || (IsQuestionStart(first) && second.Length > 0 && (second.Is(Pronouns) || second.Is(Determiners))))
            return new Phrase(text.EndsWith('?') ? text : text + "?", PhraseKind.Question);
        if (first.Equals("please", StringComparison.OrdinalIgnoreCase) && words.Length > 1) return new Phrase(text, PhraseKind.Social);
        if (words.Length > 1 && words[^1].Equals("please", StringComparison.OrdinalIgnoreCase)) return new Phrase(text, PhraseKind.Social);
        if (IsSocialPhrase(first, second, words)) return new Phrase(text, PhraseKind.Social);
        if (text.Equals("looking forward", StringComparison.OrdinalIgnoreCase)) return new Phrase(text + " to hearing from you", PhraseKind.Doing);
        if (first.Is(Pronouns) && words.Length > 2 && !(first.ToLowerInvariant() is "this" or "that" && NounReader.IsNounLike(second)))
            return new Phrase(text, PhraseKind.Clause);
        if (StandsAsClause(words)) return new Phrase(text, PhraseKind.Clause, Article: ClauseArticle(words));
        return null;
    }

    private static bool IsSocialPhrase(string first, string second, string[] words) => first.ToLowerInvariant() switch
    {
        "thanks" or "hello" or "hi" or "welcome" or "congratulations" or "congrats" when words.Length == 1 || second is "there"
            or "everyone" or "all" => true,
        "i" or "i'm" or "we" or "we're" => words.Length > 2 && words.Take(5).Contains("sorry"),
        "thank" or "thanks" => second is "you" or "for" or "to" or "a",
        "congratulations" or "congrats" => true,
        "happy" => second is "new" or "holidays" || second.Is(Days) || words[^1].ToLowerInvariant() is "anniversary" or "birthday"
            or "holidays" or "retirement",
        "good" => second is "luck" or "job",
        "get" => second is "well",
        "sorry" => second is "i" or "I" or "we" or "that" or "if" or "to",
        "see" => second is "you",
        "well" => second is "done",
        "best" or "warm" or "many" => words.Length <= 3 && second is "wishes" or "thanks" or "regards",
        _ => false,
    };

    private static bool StandsAsClause(string[] words)
    {
        if (words[0].Is(Prepositions) || words[0].Is(Imperatives) && !words[0].Is(Common)) return false;
        for (var i = 1; i < words.Length; i++)
        {
            var before = words[i - 1];
            if (before.Is(Prepositions) || before.Is(Determiners) || words.Take(i).Any(w => w.ToLowerInvariant() is "that" or "which"
                or "who")) continue;
            // "The proposal we sent last week" is a proposal.
            if (i > 1 && before.ToLowerInvariant() is "i" or "we" or "you" or "they" && NounReader.IsNounLike(words[i - 2])) continue;
            var next = i + 1 < words.Length ? words[i + 1] : "";
            if (i == 1 && next.Length > 0 && Lexicon.IsPlural(before)
                && words[i] is "remain" or "stay" or "cost" or "include" or "go" or "get" or "come" or "need" or "want" or "have" or "leave" or "start") return true;
            if (words[i].Is(Auxiliaries) && next.Length > 0 && !(words[i].Is(Months) && !NounReader.IsVerbLike(next))) return true;
            if (i == 1 && next.Length == 0 && words[i].Is(Verbs3) && char.IsUpper(before[0]) && !before.IsOrdinary()) return true;
            if (words[i] is "stopped" or "started" or "kept" && next.EndsWith("ing", StringComparison.Ordinal)) return true;
            if (words[i].Is(Verbs3) && next.Length > 0
                && (OpensComplement(next) || next.EndsWith("ing", StringComparison.Ordinal))) return true;
            if ((words[i].Is(IrregularPast) || words[i].Is(RegularPast)) && !before.Is(Adverbs)
                && (next.Is(Pronouns) || (next.Is(Determiners) && !next.Is(Numbers)) || TimeReader.IsTime(words[(i + 1)..])
                    && words[i].Is(IrregularPast)))
                return true;
        }

        return false;
    }

    private static ArticleUse ClauseArticle(string[] words)
    {
        var verb = Array.FindIndex(words, 1, w => w.Is(Auxiliaries) || w.Is(Verbs3) || w.Is(IrregularPast) || w.Is(RegularPast));
        var subject = verb > 0 ? words[..verb] : words[..1];
        if (subject.Any(Words.IsCode) || subject.Any(Words.IsNumber)) return ArticleUse.Never;
        return NounReader.Read(string.Join(' ', subject), subject).Article == ArticleUse.Any ? ArticleUse.Any : ArticleUse.Never;
    }

    private static Phrase? ReadTimeOrNumber(string text, string[] words)
    {
        if (TimeReader.Read(text, words) is { } time) return time;
        if (Money().IsMatch(text) && words.Length <= 5 && (words.Contains("per") || !words[^1].IsForm(Common) && !words[^1].IsForm(Remedy))
            && words.TakeWhile(w => w != "per").All(w => w.Any(char.IsDigit) || w.IsForm(Currency) || w is "per" or "or" or "to" or "%" or "percent" or "instead"
                or "of" or "a" or "an" or "the" || w.IsForm(Units) || Words.IsNumber(w)))
            return new Phrase(text, PhraseKind.Money);
        if (words.Length > 1 && words[1] is "off" && words[0].Any(char.IsDigit)) return new Phrase(text, PhraseKind.Remedy);
        if (words.Length is 3 or 4 && words[^1].IsForm(Currency) && words[^2].Any(char.IsDigit)
            && char.IsLetter(words[0][0]) && IsPlain(text, words)) return Priced(text, words);
        if (words.Length is 3 or 4 && words[^1].IsForm(Units) && Words.IsNumber(words[^2]) && words[^3] is "period" or "term" or "duration" or "time"
            && IsPlain(text, words)) return Priced(text, words);
        if (words.Length == 2 && IsPlain(text, words) && Scores.Contains(words[0].ToLowerInvariant()) && words[1].Any(char.IsDigit))
            return new Phrase($"{words[0]} of {words[1]}", PhraseKind.Trait, Article: ArticleUse.Any);
        if (NumberedDuration(text, words) is { } counted) return counted;
        if (ReadReference(text, words) is { } reference) return reference;
        return null;
    }

    /// <summary>"6 years C#" is experience, "two months notice" is notice, "20 minute call" is a noun with a measure before it.</summary>
    private static Phrase? NumberedDuration(string text, string[] words)
    {
        if (words.Length < 3 || !Words.IsNumber(words[0])) return null;
        var unit = Array.FindIndex(words, 1, Math.Min(3, words.Length - 1), w => w.IsForm(Units));
        if (unit < 0 || unit == words.Length - 1) return null;
        var rest = words[(unit + 1)..];
        if (rest[0].Equals("notice", StringComparison.OrdinalIgnoreCase)) return new Phrase(text, PhraseKind.Notice);
        if (rest[0].ToLowerInvariant() is "experience" or "exp" or "of" or "in" or "as" or "with" or "working" || SkillReader.IsSkill(rest))
            return new Phrase(text, PhraseKind.Experience, Plural: true);
        if (IsField(words[unit], rest)) return new Phrase(text, PhraseKind.Experience, Plural: true);
        if (rest[0].Is(Predicates)) return new Phrase("is " + text, PhraseKind.It);
        var noun = NounReader.Read(text, rest);
        return noun with { Text = text, Article = Lexicon.IsPlural(words[unit]) ? ArticleUse.Never : noun.Article };
    }

    /// <summary>Whether years of it are experience: "retail", "teaching", "hard work"; years of warranty or notice are not.</summary>
    private static bool IsField(string unit, string[] words)
    {
        if (Lexicon.Singular(unit).ToLowerInvariant() is not ("year" or "yr" or "month")) return false;
        if (Fields.Contains(words[0].ToLowerInvariant()) || words is [{ Length: > 4 } single] && single.EndsWith("ing", StringComparison.Ordinal)) return true;
        var noun = NounReader.Read(string.Join(' ', words), words);
        return noun is { Plural: false, Kind: PhraseKind.Name } || string.Join(' ', words) is "hard work";
    }

    private static Phrase? ReadReference(string text, string[] words)
    {
        if (words.Length is 0 or > 4 || words.Any(w => w.Is(Prepositions))) return null;
        var last = words[^1];
        var isNumbered = Words.IsCode(last) || last.All(char.IsDigit) || (last.Length == 1 && char.IsUpper(last[0]));
        if (words.Length == 1) return Words.IsCode(last) && last.Length > 2 && !SkillReader.IsSkill(words)
            ? new Phrase(text, PhraseKind.Reference) : null;
        var noun = words[^2].Trim('#').ToLowerInvariant();
        if (!isNumbered || noun is "of" or "and" or "top") return null;
        if (noun.Is(WordClass.Place)) return new Phrase(text, PhraseKind.Place);
        return words[..^1].Any(w => w.Is(RefNouns)) || noun is "no" or "no." or "number" or "nr" or "id"
            ? new Phrase(text, PhraseKind.Reference) : null;
    }

    /// <summary>Texts without a subject: an adjective, a request, a past action, a state.</summary>
    private static Phrase? ReadPredicate(string text, string[] words)
    {
        var first = words[0].ToLowerInvariant();
        var second = words.Length > 1 ? words[1] : "";
        if (first is "no" or "zero" && words.Length > 1) return new Phrase(text, PhraseKind.None,
            Plural: NounReader.Read(text, words[1..]).Plural);
        if (first is "due" && second is "in" or "on" or "by" or "within") return new Phrase("is " + text, PhraseKind.It);
        if (first is "due" or "because" or "owing" or "since" && words.Length > 1) return new Phrase(text, PhraseKind.Reason);
        if (ReadAttachment(text, words, first) is { } attachment) return attachment;
        if (first is "always" or "here" or "there" && words.SkipWhile(w => w is "always").FirstOrDefault() is "here" or "there"
            && words.Contains("for")) return new Phrase(text, PhraseKind.Feeling);
        if (words.Length > 2 && words.Skip(1).Contains("instead") && !words.Any(Words.IsNumber)) return new Phrase(text, PhraseKind.Remark);
        if (first == "not" && second.Is(Prepositions) && text.StartsWith("not ", StringComparison.OrdinalIgnoreCase)) return new Phrase("not" + text[3..], PhraseKind.Feeling);
        if (first is "never" or "already" or "not" && words.Length == 2 && second.Length > 4 && second.EndsWith("ed", StringComparison.Ordinal)) return Passive(text, first);
        if (first == "finally" && words.Length > 1 && second.EndsWith("ed", StringComparison.Ordinal)) return new Phrase(text, PhraseKind.It);
        if (first is "online" or "onsite" or "remotely" && second is "or" or "and") return new Phrase(text, PhraseKind.Manner, Adverbial: text);
        if (first == "not" && IsGerund(words[1..])) return new Phrase(text, PhraseKind.Doing);
        if ((first.EndsWith("n't", StringComparison.Ordinal) || first is "cannot" or "will" or "would") && Happenings.Contains(second)) return new Phrase(text, PhraseKind.It);
        if (first == "back" && words.Length > 1) return new Phrase(text, PhraseKind.Back);
        if (first.Is(Participles) && words.Length > 1 && !first.Is(Feelings) && (TimeReader.IsTime(words[1..])
            || (second.Is(Prepositions) && !first.Is(Qualities)) || (second.Is(Adverbs) && words.Length == 2) || second is "twice"))
            return Passive(text, first);
        if (ReadAdjective(text, words) is { } adjective) return adjective;
        if (first == "to" && second.Is(Imperatives)) return new Phrase(text, PhraseKind.Purpose);
        if (text.ToLowerInvariant() is "asap" or "as soon as possible" or "now" or "immediately" or "right away" or "soon") return new Phrase(text, PhraseKind.Deadline, Adverbial: text);
        if (IsRequest(first, second, words)) return new Phrase(text, words.Contains("you") ? PhraseKind.Offer : PhraseKind.Ask);
        if (words.Length > 1 && ReadPast(text, words) is { } past) return past;
        if (IsGerund(words)) return new Phrase(text, PhraseKind.Doing);
        if (words.Length > 1 && first.Is(Verbs3) && (!NounReader.IsNounLike(second) || first is "loves" or "likes" or "speaks"
            or "knows" or "includes" or "covers")) return new Phrase(text, PhraseKind.It);
        if (Payments.Contains(text.ToLowerInvariant())) return new Phrase(text, PhraseKind.Manner, Adverbial: "by " + text);
        if (Channels.Contains(text.ToLowerInvariant())) return new Phrase(text, PhraseKind.Manner,
            Adverbial: text.ToLowerInvariant() is "online" or "remotely" ? text : "via " + text);
        if (words.Length < 4 && words[^1].ToLowerInvariant() is "reason" or "reasons" && !first.Is(Determiners))
            return new Phrase(text, PhraseKind.Manner, Adverbial: "for " + text);
        if (first.Is(Prepositions) && words.Length > 1) return Adverbial(text, first);
        if (words.Length > 1 && (words[^1].ToLowerInvariant() is "compliant" or "friendly" or "certified" || (words[^1] is "free" && Without.Contains(words[^2]))))
            return new Phrase(text, words[^1] is "certified" ? PhraseKind.Feeling : PhraseKind.Quality);
        return IsState(words) ? State(text) : null;
    }

    /// <summary>Whether the words begin with a verb in -ing and go on as its object or adverb: "moving to Canada", not "moving boxes".</summary>
    public static bool IsGerund(string[] words) => words.Length > 1 && words[0].Length > 4
        && words[0].EndsWith("ing", StringComparison.Ordinal)
        && (words[0].Is(WordClass.Doing) || !words[0].Is(Common)) && (OpensComplement(words[1]) || words[1].Is(Adverbs));

    private static Phrase Adverbial(string text, string preposition) => preposition switch
    {
        "by" or "before" or "until" or "till" when !text.StartsWith("by ", StringComparison.Ordinal)
            => new Phrase(text, PhraseKind.Deadline, Adverbial: text),
        "after" or "during" => new Phrase(text, PhraseKind.Period, Adverbial: text),
        _ => new Phrase(text, PhraseKind.Manner),
    };

    private static Phrase? ReadAttachment(string text, string[] words, string first)
    {
        if (words[^1].ToLowerInvariant() is "attached" or "enclosed" && words.Length > 1)
        {
            var noun = NounReader.Read(text, words[..^1]);
            return noun with { Text = text, Kind = PhraseKind.Attachment };
        }

        if (first is "attached" or "enclosed"
            && words.Length > 1) return NounReader.Read(text, words) with { Kind = PhraseKind.Attachment };
        return words[^1].ToLowerInvariant() is "link" or "url" or "website" && !first.Is(Imperatives) && !words.Any(w => w.Is(Prepositions))
            ? NounReader.Read(text, words) with { Kind = PhraseKind.Link } : null;
    }

    private static Phrase? ReadAdjective(string text, string[] words)
    {
        var at = 0;
        while (at < words.Length - 1 && (words[at].Is(Adverbs) || words[at].Equals("not", StringComparison.OrdinalIgnoreCase))) at++;
        var rest = words[(at + 1)..];
        if (rest is [{ } part] && part.Is(Days) && part.IsForm(Common)) return null;
        var complement = rest.Length == 0 || OpensComplement(rest[0]) || (TimeReader.IsTime(rest) && (rest.Length > 1 || !rest[0].IsForm(Common)))
            || (rest.Length == 1 && rest[0].Is(Adverbs)) || rest[0].ToLowerInvariant() is "that" or "and" or "enough" or "sick";
        var isAll = words.All(w => w.Is(Qualities) || w.Is(Adverbs) || w.Is(Feelings) || w.ToLowerInvariant() is "and" or "but"
            or "not" or "or");
        if (words[at].Is(Feelings) && complement && !(words[at].Is(Determiners))) return new Phrase(text, PhraseKind.Feeling);
        if (words.Length == 1 && words[0].Length > 6 && !NounReader.IsNounLike(words[0]) && AdjectiveEndings.Any(e
            => words[0].EndsWith(e, StringComparison.Ordinal)))
            return new Phrase(text, PhraseKind.Quality);
        return (words[at].Is(Qualities) && complement) || (isAll && words.Any(w => w.Is(Qualities)))
            ? new Phrase(text, PhraseKind.Quality) : null;
    }

    private static bool IsRequest(string first, string second, string[] words)
    {
        if (!first.Is(Imperatives)) return false;
        if (first is "rsvp" or "don't" or "let" || (Answers.Contains(first) && second is "by" or "before" && TimeReader.IsTime(words[2..]))) return true;
        if (words.Length == 1) return false;
        if (first is "complete" or "fill" or "open" or "clean" or "register" or "forward" || first.Is(VerbNouns) || first.Is(Problem)
            || first.Is(Remedy))
            return second.Is(Determiners) || second.Is(Names) || (first is "contact" or "call" && char.IsUpper(second[0]))
                || (first is "refund" && Lexicon.IsPlural(words[^1])) || (words.Length == 2 && second.Is(Adverbs))
                || second.Is(Pronouns) || second.ToLowerInvariant() is "back" or "me" or "us" or "in" or "up" or "out" or "by"
                or "before" or "with" or "for"
                && !NounReader.IsNounLike(first) || second.ToLowerInvariant() is "me" or "us" or "back" or "up";
        return true;
    }

    private static Phrase? ReadPast(string text, string[] words)
    {
        var first = words[0];
        var rest = words[1..];
        if (Confessions.Contains(first) && !rest[0].Is(Prepositions) && (first != "missed" || OpensComplement(rest[0]))) return new Phrase(text, PhraseKind.Own);
        if ((first.Is(IrregularPast) || first.Is(RegularPast)) && (TimeReader.IsTime(rest) || rest[^1] is "ago")
            && !rest[0].Is(Prepositions)) return first.Is(Participles) ? Passive(text, first) : new Phrase(text, PhraseKind.Self);
        if (first.Is(Self) && !(first.ToLowerInvariant() is "love" or "hope" or "regret" or "need" && rest[0].Is(Prepositions)
            && rest[0] != "to") && !first.Is(Months))
            return new Phrase(text, PhraseKind.Own);
        if (first.Length > 5 && first.EndsWith("ed", StringComparison.Ordinal) && (rest[0].Is(Determiners) || rest[0].Is(Pronouns)))
            return new Phrase(text, PhraseKind.Self);
        var isVerb = OpensComplement(rest[0]) || Array.FindIndex(rest, w => w == "by") is > 0 and var by && by + 1 < rest.Length && rest[by + 1].Any(char.IsDigit)
            || (!first.Is(Qualities) && !first.Is(Participles) && !Attributive.Contains(first));
        if (!first.Is(IrregularPast) && !(first.Is(RegularPast) && isVerb)) return null;
        if (first.ToLowerInvariant() is "lost" or "broken" or "left" or "paid" && !OpensComplement(rest[0])) return null;
        return new Phrase(text, PhraseKind.Past);
    }

    private static bool IsState(string[] words)
    {
        if (words.Length < 2 || words[0].Is(Participles) && words.Length == 2) return false;
        var at = PredicateAt(words);
        if (at < 0 || words[..at].Any(w => w.Is(Prepositions) && !w.Equals("of", StringComparison.Ordinal))) return false;
        return at == words.Length - 1 || TimeReader.IsTime(words[(at + 1)..]) || OpensComplement(words[at + 1]) && (words[at].Is(Participles) || !words[at].Is(Qualities) || words[at] is "valid")
            || words[at + 1].ToLowerInvariant() is "twice" or "before";
    }

    /// <summary>Where the predicate of "bank details unchanged", "class moved to Monday" or "room cold" stands, or -1.</summary>
    public static int PredicateAt(string[] words)
    {
        var at = Array.FindIndex(words, 1, w => w.Is(Participles) || w.Is(Predicates));
        if (at < 0) at = Array.FindIndex(words, 1, w => w.Is(RegularPast) && !w.Is(Qualities));
        if (at > 1 && words[at - 1].ToLowerInvariant() is "i" or "we" or "you" or "they") return -1;
        if (at > 0) return words[at - 1].Is(Adverbs) && at == 1 ? -1 : at;
        var last = words[^1];
        var describes = last.Is(Feelings) || (last.Is(Qualities) && !NounReader.IsNounLike(last)) || last.ToLowerInvariant() is "online" or "cold" or "useful";
        return describes && words.Length is > 1 and < 5 && (NounReader.IsNounLike(words[^2]) || Lexicon.IsPlural(words[^2])) && !words[..^1].Any(w => w.Is(Prepositions)) ? words.Length - 1 : -1;
    }

    /// <summary>"client demo finished before" wants a word after its preposition.</summary>
    private static Phrase State(string text) => new(text.EndsWith(" before", StringComparison.OrdinalIgnoreCase)
        || text.EndsWith(" after", StringComparison.OrdinalIgnoreCase) ? text + " then" : text, PhraseKind.State);

    /// <summary>"paid today" says what happened to the thing in question.</summary>
    private static Phrase Passive(string text, string participle) =>
        new($"{(participle.Is(Predicates) || text.EndsWith(" now", StringComparison.OrdinalIgnoreCase) ? "is" : "was")} {text}", PhraseKind.It);

    private static bool IsPlain(string text, string[] words) => string.Join(' ', words) == text;

    /// <summary>"deposit 300 EUR" is a statement, "fine of 2 EUR" a thing with its price.</summary>
    private static Phrase Priced(string text, string[] words)
    {
        var noun = NounReader.Read(string.Join(' ', words[..^2]), words[..^2]);
        return words[^3].Is(Prepositions) ? new Phrase(text, PhraseKind.Priced, Article: NounReader.Read(text, words).Article)
            : noun with { Text = $"{noun.Text} {(noun.Plural ? "are" : "is")} {string.Join(' ', words[^2..])}", Kind = PhraseKind.Clause };
    }

    /// <summary>Whether the word begins what goes with a verb or an adjective rather than a noun of its own.</summary>
    public static bool OpensComplement(string word) => word.Is(Prepositions) || word.Is(Determiners) || word.Is(Pronouns)
        || word.Is(Weekdays) || word.Is(Months) || word.Is(Days) || Words.IsNumber(word) || word.Is(Adverbs);

    private static bool IsQuestionStart(string word) => word.ToLowerInvariant() is "can" or "could" or "would" or "will" or "is"
        or "are" or "do" or "does"
        or "did" or "what" or "when" or "where" or "why" or "who" or "how" or "which" or "may" or "shall" or "should" or "have" or "has";

    private static bool IsMarkup(string text) => text.IndexOfAny(['<', '>', '{', '}', '[', ']', '|', '\\', '`']) >= 0;

    [GeneratedRegex(@"^\S+@\S+\.\S+$|^\+?\d[\d\s()-]{6,}\d$")]
    private static partial Regex Contact();

    [GeneratedRegex(@"[€$£₹¥]|\b(rs|inr|eur|usd|gbp)\.?\s*\d|\d\s*%|\d\s*(eur|usd|gbp|inr|chf|euros?|dollars?|pounds?|rupees?|rs|lakhs?|crore|lpa)\b|^\d[\d.,]*k$", RegexOptions.IgnoreCase)]
    private static partial Regex Money();
}
