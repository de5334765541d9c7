namespace ChaturMail.Evals.Judging;

/// <summary>What one check says of one email.</summary>
/// <param name="Name">A name of <see cref="Check"/>.</param>
/// <param name="Why">What is amiss, with the words that show it; null when it passed.</param>
internal sealed record CheckResult(string Name, bool Passed, string? Why);

/// <summary>The names of the checks, in the order of the report's columns.</summary>
internal static class Check
{
    /// <summary>The pipeline gave an email.</summary>
    public const string Written = "written";

    /// <summary>It greets, and nobody whom the request does not know.</summary>
    public const string Greeting = "greeting";

    /// <summary>It ends with a closing of its own.</summary>
    public const string Closing = "closing";

    /// <summary>The sender's name or signature closes it, exactly once.</summary>
    public const string Signature = "signature";

    /// <summary>The words of every keyword, in any form.</summary>
    public const string Keywords = "keywords";

    /// <summary>The numbers, codes, dates and names of every keyword, exactly.</summary>
    public const string Facts = "facts";

    /// <summary>No number, date or attachment that was not given.</summary>
    public const string Invented = "invented";

    /// <summary>The language asked for.</summary>
    public const string Language = "language";

    /// <summary>Not too short and not too long.</summary>
    public const string Length = "length";

    /// <summary>No gap left to fill in.</summary>
    public const string Placeholder = "placeholder";

    /// <summary>No sentence twice, nor the same one around another keyword.</summary>
    public const string Repetition = "repetition";

    /// <summary>It is about its subject.</summary>
    public const string Subject = "subject";

    /// <summary>It does what its template is for.</summary>
    public const string Template = "template";

    /// <summary>No slip of grammar that code can see.</summary>
    public const string Grammar = "grammar";

    /// <summary>The manner asked for.</summary>
    public const string Tone = "tone";

    /// <summary>The change asked for, and no other.</summary>
    public const string Rewrite = "rewrite";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        Written, Greeting, Closing, Signature, Keywords, Facts, Invented, Language, Length, Placeholder, Repetition, Subject, Template, Grammar,
        Tone, Rewrite,
    ];
}
