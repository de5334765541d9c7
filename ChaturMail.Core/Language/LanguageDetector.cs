namespace ChaturMail.Core.Language;

/// <summary>Tells in which language a short text is written.</summary>
public static class LanguageDetector
{
    /// <summary>BCP 47 tag of the language of subject and keywords; <c>en</c> when they do not tell.</summary>
    public static string Detect(string subject, IEnumerable<string> keywords) =>
        Composer.ForeignText.IsForeign(subject, keywords) ? "und" : "en";
}
