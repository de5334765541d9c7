namespace ChaturMail.Core.Language.Composer;

/// <summary>Recognises the names of technologies, languages and other skills.</summary>
internal static class SkillReader
{
    /// <summary>Whether the words are one known skill, or several joined.</summary>
    public static bool IsSkill(string[] words)
    {
        if (words.Length is 0 or > 5) return false;
        var text = string.Join(' ', words);
        if (text.Is(WordClass.Skills)) return !IsAmbiguous(text);
        var parts = text.Split([" and ", " & ", "/", " + "], StringSplitOptions.TrimEntries);
        if (parts.Length > 1 && parts.All(p => p.Is(WordClass.Skills))) return true;
        return words.Length > 1 && words[^1].Is(WordClass.Skills) && !IsAmbiguous(words[^1]) && words[..^1].All(w
            => w.Is(WordClass.Qualities) || w.Is(WordClass.Skills));
    }

    /// <summary>Names that are ordinary words too, or single letters, count only with a capital.</summary>
    private static bool IsAmbiguous(string text) => char.IsLower(text[0]) && (text.Length == 1 || text is "go" or "word" or "rest"
        or "excel" or "rust"
        or "swift" or "spring" or "sketch" or "unity" or "react" or "dart" or "spark" or "unity" or "airflow" or "sap" or "dash"
            or "english" or "looker"
        or "ruby" or "oracle" or "illustrator" or "cypress" or "playwright" or "snowflake" or "unreal");
}
