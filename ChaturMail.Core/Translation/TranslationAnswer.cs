namespace ChaturMail.Core.Translation;

/// <summary>What came of asking for a translation.</summary>
/// <param name="State">What it is.</param>
/// <param name="Text">The translation, where it is there; the original is never put in its place.</param>
/// <param name="Source">BCP 47 tag of the original's language, where it is known.</param>
/// <param name="Code">Why there is none (<see cref="TranslationCode"/>), or null.</param>
public sealed record TranslationAnswer(TranslationState State, string? Text = null, string? Source = null, string? Code = null)
{
    /// <summary>An answer for why there is no translation.</summary>
    public static TranslationAnswer Failed(string code) => new(TranslationState.Failed, Code: code);
}

/// <summary>States of a translation.</summary>
public enum TranslationState
{
    /// <summary>It is there.</summary>
    Translated,

    /// <summary>It is being made: ask again, or wait to be told.</summary>
    Pending,

    /// <summary>The text needs none: it is in the reader's language, or has no words.</summary>
    Same,

    /// <summary>There is none. Asking later may help.</summary>
    Failed,
}

/// <summary>Why there is no translation: stable codes, each with a sentence for the reader.</summary>
public static class TranslationCode
{
    /// <summary>No language model is configured that could translate.</summary>
    public const string Unavailable = "translation_unavailable";

    /// <summary>The models did not answer, or with nothing that may be shown.</summary>
    public const string Failed = "translation_failed";

    /// <summary>The user's characters of the day are used up.</summary>
    public const string LimitReached = "translation_limit_reached";

    /// <summary>A budget of the day does not allow it.</summary>
    public const string OverBudget = "budget_exceeded";

    /// <summary>What a reader is told.</summary>
    public static string Sentence(string code) => code switch
    {
        Unavailable => "Translation needs a language model, which this server does not have.",
        LimitReached => "You have had as much translated today as one user may. It goes on tomorrow.",
        OverBudget => "The budget of the day is spent, so nothing more is translated today.",
        _ => "This could not be translated. Please try again in a minute.",
    };
}
