using static ChaturMail.Core.Language.Composer.WordClass;

namespace ChaturMail.Core.Language.Composer;

/// <summary>Reads a noun phrase: what its head is, whether it is one, several or a mass, and which articles it takes.</summary>
internal static class NounReader
{
    private static readonly (WordClass List, PhraseKind Kind)[] Heads =
    [
        (WordClass.Grant, PhraseKind.Grant), (WordClass.Problem, PhraseKind.Problem), (WordClass.Remedy, PhraseKind.Remedy), (WordClass.Position, PhraseKind.Position), (WordClass.Event, PhraseKind.Event),
        (WordClass.Document, PhraseKind.Document), (WordClass.Trait, PhraseKind.Trait), (WordClass.Work, PhraseKind.Work), (WordClass.Role, PhraseKind.Role),
        (WordClass.People, PhraseKind.People), (WordClass.Place, PhraseKind.Place),
    ];

    private static readonly string[] Titles = ["mr", "mrs", "ms", "dr", "prof", "professor", "sir", "madam", "mr.", "mrs.", "ms.",
        "dr.", "prof."];
    private static readonly string[] MassEndings = ["ness", "ship", "ism", "ware", "age", "ance", "ence", "ity"];

    /// <summary>Reads the phrase; what it cannot place is a topic.</summary>
    public static Phrase Read(string text, string[] words)
    {
        if (words.Length == 0) return new Phrase(text, PhraseKind.Topic);
        if (SkillReader.IsSkill(words)) return new Phrase(text, PhraseKind.Skill, Plural: words.Length == 1 && char.IsLower(text[0])
            && Lexicon.IsPlural(text));
        if (IsPerson(words)) return new Phrase(text, PhraseKind.Person);
        if (words.Length is > 1 and < 4 && words[^1].Is(Names) && char.IsUpper(words[^1][0]) && char.IsLower(words[0][0])
            && !words[..^1].Any(w => w.Is(Prepositions)))
            return new Phrase(text, PhraseKind.Person, Article: words[0].Is(Determiners) ? ArticleUse.Never : ArticleUse.Definite);
        var segment = HeadSegment(words, out var isDated);
        var head = segment[^1];
        var kind = isDated ? PhraseKind.Dated : KindOf(segment, head);
        var plural = IsPluralHead(segment, head);
        var counted = Words.IsNumber(words[0]) && !words[0].Equals("one", StringComparison.OrdinalIgnoreCase);
        if (counted && plural && (kind is PhraseKind.Topic or PhraseKind.People or PhraseKind.Role or PhraseKind.Work or PhraseKind.Document
            or PhraseKind.Place))
            return new Phrase(text, PhraseKind.Count, Plural: true);
        if (plural && kind == PhraseKind.Topic && words.Length > 2 && words[^2] == "to" && words[^1].Is(Names)) kind = PhraseKind.Direct;
        if (kind is PhraseKind.Topic or PhraseKind.Document && HasDeadline(words)) kind = PhraseKind.Due;
        if (kind == PhraseKind.Topic && IsProper(segment, head)) kind = PhraseKind.Name;
        return new Phrase(text, kind, plural, Articles(words, segment, head, plural));
    }

    /// <summary>Whether the word is known as a noun.</summary>
    public static bool IsNounLike(string word) => word.IsForm(Common) || word.IsForm(Vocabulary) || Heads.Any(h
        => word.IsForm(h.List)) || word.IsForm(RefNouns);

    /// <summary>Whether the word is known as a verb.</summary>
    public static bool IsVerbLike(string word) => word.Is(Imperatives) || word.Is(Auxiliaries) || word.Is(Self) || word.Is(VerbNouns)
        || word.Is(Pronouns);

    private static bool IsPerson(string[] words)
    {
        if (words.Length > 4 || words.Any(w => w.Length == 0 || !char.IsUpper(w[0])
            && !w.Equals("and", StringComparison.Ordinal))) return false;
        return Titles.Contains(words[0].ToLowerInvariant()) && words.Length > 1
            || words[0].Is(Names) && words.Skip(1).All(w => !w.IsOrdinary() || w.Is(Names) || w == "and");
    }

    /// <summary>The words up to and with the head noun: without what follows a preposition, and without a time at the end.</summary>
    private static string[] HeadSegment(string[] words, out bool isDated)
    {
        isDated = false;
        var end = Array.FindIndex(words, 1, w => w.Is(Prepositions) || w.ToLowerInvariant() is "that" or "who" or "which" or "i" or "we" or "you" or "they" or "–" or "-");
        var segment = end > 0 ? words[..end] : words;
        var time = TimeReader.TrailingTime(segment);
        if (time > 0 && end < 0)
        {
            isDated = true;
            segment = segment[..^time];
        }

        while (segment.Length > 1 && segment[^1].Is(Adverbs)) segment = segment[..^1];
        return segment.Length == 0 ? words : segment;
    }

    /// <summary>"moving boxes by Thursday" is a thing to be done, and not only a thing.</summary>
    private static bool HasDeadline(string[] words)
    {
        var at = Array.FindIndex(words, 1, w => w.ToLowerInvariant() is "by" or "before" or "until" or "within");
        return at > 0 && at + 1 < words.Length && (TimeReader.IsTime(words[(at + 1)..]) || TimeReader.Read("", words[(at + 1)..]) is not null);
    }

    private static PhraseKind KindOf(string[] segment, string head)
    {
        if (segment[0] is "free" && segment.Length > 1 && !head.IsForm(WordClass.Event)) return PhraseKind.Remedy;
        if (segment[0] is "more" or "better") return PhraseKind.Remedy;
        if (segment[0] is "too" or "enough") return PhraseKind.None;
        if (segment is ["late", .. { Length: 1 }] && head.ToLowerInvariant() is "fee" or "fees" or "charge" or "charges" or "penalty") return PhraseKind.Problem;
        if (segment.Length > 1 && segment[0].Is(Negative) && !head.IsForm(WordClass.Position)) return PhraseKind.Problem;
        if (segment.Length == 1 && head.Is(Wishes)) return PhraseKind.Wish;
        foreach (var (list, kind) in Heads)
            if (head.IsForm(list)) return Praised(segment, head, kind);
        if (segment.Length > 1 && segment[0].Is(Positive)) return PhraseKind.Trait;
        if (head.Is(Cities) || (segment.Length > 1 && char.IsUpper(segment[0][0])
            && segment[0].Is(WordClass.Place))) return PhraseKind.Place;
        if (head.ToLowerInvariant() is "cgpa" or "gpa") return PhraseKind.Trait;
        return PhraseKind.Topic;
    }

    /// <summary>"great colleague" and "clear slides" praise what they name.</summary>
    private static PhraseKind Praised(string[] segment, string head, PhraseKind kind)
    {
        if (segment.Length < 2 || !segment[0].Is(Positive)) return kind;
        if (kind == PhraseKind.Role || (kind == PhraseKind.People && !Lexicon.IsPlural(head) && head.ToLowerInvariant() is not ("team"
            or "family")))
            return PhraseKind.Praise;
        return kind is PhraseKind.Document or PhraseKind.Work ? PhraseKind.Trait : kind;
    }

    private static bool IsPluralHead(string[] segment, string head) =>
        (Lexicon.IsPlural(head) && !head.Is(Mass) && !(char.IsUpper(head[0]) && head.Skip(1).Any(char.IsUpper)))
        || segment.Any(w => w.Equals("and", StringComparison.OrdinalIgnoreCase) || w == "&");

    private static ArticleUse Articles(string[] words, string[] segment, string head, bool plural)
    {
        var first = words[0];
        var owner = first.EndsWith("'s", StringComparison.Ordinal) || first.EndsWith("’s", StringComparison.Ordinal);
        if (first.Is(Determiners) || (owner && (char.IsUpper(first[0]) || first[..^2].Is(Days))) || IsProper(segment, head)) return ArticleUse.Never;
        if (KeywordReader.IsGerund(words)) return ArticleUse.Never;
        if ((Words.IsNumber(first) || first.Contains('%')) && plural) return ArticleUse.Never;
        if (first.Is(Pronouns) || first.ToLowerInvariant() is "too" or "enough" or "more" or "less" or "fewer") return ArticleUse.Never;
        // "Invoice 2207" and "Mill Lane 3" are names.
        if (segment.Length > 1 && segment[^1].All(c => char.IsDigit(c) || c == '.')) return ArticleUse.Never;
        if (first == "same") return ArticleUse.Definite;
        if (plural) return ArticleUse.Definite;
        return IsMass(segment, head) ? ArticleUse.Definite : ArticleUse.Any;
    }

    /// <summary>A capital on the head that no ordinary word explains makes a name; "Riverside Hall" is one, "EU Blue Card" is not.</summary>
    private static bool IsProper(string[] segment, string head)
    {
        if (head.Is(Cities) || head.Is(Names) || head.Is(Months) || head.Is(Weekdays)) return true;
        if (!char.IsUpper(head[0])) return false;
        if (Words.IsNumber(segment[0])) return segment.Length > 2 && head.Is(WordClass.Place) && segment.Skip(1).All(w
            => char.IsUpper(w[0]));
        if (segment.Length == 1 && head.IsForm(WordClass.Document)) return false;
        if (segment.Length == 1) return !head.IsOrdinary() || head.Skip(1).Any(char.IsUpper);
        return head.Is(WordClass.Place) ? segment.All(w => char.IsUpper(w[0])) && !segment[0].IsOrdinary() : !head.IsOrdinary();
    }

    private static bool IsMass(string[] segment, string head)
    {
        // "Lunch" is a mass, "a team lunch" is not.
        if (segment.Length > 1 && head.ToLowerInvariant() is "lunch" or "dinner" or "breakfast") return false;
        if (head.Is(Mass)) return !(head.Is(WordClass.Work) && head.Is(Common) && segment.Length > 1 && head is "notice");
        if (head.EndsWith("ing", StringComparison.Ordinal) && !head.Is(Event) && head.ToLowerInvariant() is not ("meeting" or "outing"
            or "building" or "opening" or "screening" or "greeting" or "briefing" or "wedding" or "booking" or "rating" or "setting"))
            return true;
        return !IsNounLike(head) && MassEndings.Any(e => head.EndsWith(e, StringComparison.OrdinalIgnoreCase));
    }
}
