namespace ChaturMail.Core.Language.Composer;

/// <summary>What a keyword is, and so which sentences it fits. The names are those of the frames in YAML.</summary>
internal enum PhraseKind
{
    Topic, Problem, Remedy, Event, Document, Work, Trait, Role, Position, People, Count, Skill, Person, Place, Money, Reference,
    When, Deadline, Period, Duration, Dated, Experience, Notice, Attachment, Link, Contact, Feeling, Quality, Self, Past, It, State, None,
    Ask, Clause, Question, Doing, Reason, Manner, Purpose, Grant, Name, Remark, Back, Direct, Praise, Social, Offer, Own, Wish, Due, Priced, Foreign, ForeignWhen, Odd,
}

/// <summary>A keyword or subject as it stands in the middle of a sentence.</summary>
/// <param name="Text">The user's own words in their order, with at most the first letter's case changed and small words put between them.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Plural">Whether the verb after it stands in the plural.</param>
/// <param name="Article">Which articles it can take.</param>
/// <param name="Adverbial">For a time: the words with the preposition that they need, as in "on Wednesday".</param>
/// <param name="Keywords">How many of the user's keywords it holds.</param>
internal sealed record Phrase(string Text, PhraseKind Kind, bool Plural = false, ArticleUse Article = ArticleUse.Never, string? Adverbial = null, int Keywords = 1)
{
    /// <summary>Whether two of this kind may share a sentence.</summary>
    public bool Joins => Kind is PhraseKind.Topic or PhraseKind.Problem or PhraseKind.Remedy or PhraseKind.Event or PhraseKind.Document
        or PhraseKind.Work or PhraseKind.Trait or PhraseKind.People or PhraseKind.Skill or PhraseKind.Name or PhraseKind.Person
            or PhraseKind.Foreign
        && (!char.IsDigit(Text[0]) || Kind == PhraseKind.Foreign) && Text.Count(c => c == ' ') < 3 && !Text.Contains(" and ", StringComparison.OrdinalIgnoreCase);
}

/// <summary>Which articles a noun takes.</summary>
internal enum ArticleUse
{
    /// <summary>None: a proper name, or a phrase that has a determiner.</summary>
    Never,

    /// <summary>Possessives alone: a mass noun that a subject names in general, "access".</summary>
    Owned,

    /// <summary>"the" and possessives: a plural, a mass noun.</summary>
    Definite,

    /// <summary>"a", "the" and possessives: a countable noun in the singular.</summary>
    Any,
}
