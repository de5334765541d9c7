using YamlDotNet.Core;

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

    /// <summary>
    /// What is wrong with a text of YAML, without its line: the reader's words where they are about the text. Where they are about the types of
    /// this program, they help nobody who publishes a text and tell of the inside.
    /// </summary>
    public static string Fault(YamlException e)
    {
        const string before = "Property '";
        var end = e.Message.IndexOf("' not found on type", StringComparison.Ordinal);
        if (e.Message.StartsWith(before, StringComparison.Ordinal) && end > 0) return $"'{Shown(e.Message[before.Length..end])}' is no field";
        return e is SyntaxErrorException or SemanticErrorException or AnchorNotFoundException ? Shown(e.Message) : "a value is not of the right kind, or stands twice";
    }

    /// <summary>What is quoted of a text: its beginning.</summary>
    public static string Shown(string text) => text.Length > 100 ? text[..100] + "…" : text;
}
