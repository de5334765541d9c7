namespace ChaturMail.Core.Prompts;

/// <summary>Splits a text file into its YAML head, between two lines of <c>---</c>, and its body.</summary>
internal static class FrontMatter
{
    /// <summary>The two parts, or null when the file does not start with a head.</summary>
    public static (string Header, string Body)? Split(string text)
    {
        var normal = text.ReplaceLineEndings("\n").TrimStart('\uFEFF');
        if (!normal.StartsWith("---\n", StringComparison.Ordinal)) return null;
        var end = normal.IndexOf("\n---\n", 3, StringComparison.Ordinal);
        return end < 0 ? null : (normal[4..(end + 1)], normal[(end + 5)..]);
    }
}
