namespace ChaturMail.Core.Language;

/// <summary>Tells in which language a short text is written.</summary>
public static class LanguageDetector
{
    /// <summary>BCP 47 tag of the language of subject and keywords; <c>en</c> when they do not tell.</summary>
    public static string Detect(string subject, IEnumerable<string> keywords) =>
        Composer.ForeignText.IsForeign(subject, keywords) ? "und" : "en";

    /// <summary>x</summary>
    public static DetectedLanguage Detect(string text) => new(Detect(text, []), 1);
}

/// <summary>A language and how sure it is.</summary>
/// <param name="Tag">BCP 47 tag.</param>
/// <param name="Confidence">0 to 1.</param>
public readonly record struct DetectedLanguage(string Tag, double Confidence);
