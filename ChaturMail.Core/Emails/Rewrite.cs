namespace ChaturMail.Core.Emails;

/// <summary>A change of an email that is written already.</summary>
/// <param name="Kind">What to change.</param>
/// <param name="Language">BCP 47 tag of the language to translate to; null for other kinds.</param>
/// <param name="Draft">The email to change.</param>
public sealed record Rewrite(RewriteKind Kind, string? Language, string Draft);

/// <summary>What a rewrite changes. All else, the facts above all, stays.</summary>
public enum RewriteKind
{
    /// <summary>Says the same in about half the words.</summary>
    Shorten,

    /// <summary>Says it in more words, without new facts.</summary>
    Elaborate,

    /// <summary>More formal.</summary>
    Formalize,

    /// <summary>Gentler.</summary>
    Soften,

    /// <summary>Corrects spelling, grammar and punctuation, and nothing else.</summary>
    FixGrammar,

    /// <summary>Into another language.</summary>
    Translate,
}
