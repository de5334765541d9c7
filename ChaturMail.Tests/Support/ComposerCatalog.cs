using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChaturMail.Core.Language;
using ChaturMail.Core.Prompts;

namespace ChaturMail.Tests.Support;

/// <summary>The templates for tests of the composer: its own YAML with a stub for the rest of the file.</summary>
internal static partial class ComposerCatalog
{
    private static readonly string[] Slugs =
    [
        "request", "announcement", "job-application", "internship-application", "job-search", "follow-up", "apology", "thank-you", "complaint",
        "invitation", "meeting", "resignation", "recommendation", "sales", "reminder", "congratulations", "introduction", "feedback",
        "cancellation", "payment", "refund", "condolence", "negotiation", "newsletter", "leave-notice", "welcome",
    ];

    public static IReadOnlyList<PromptTemplate> Templates { get; } = Slugs.Select((slug, i) =>
        Template((i + 1).ToString(System.Globalization.CultureInfo.InvariantCulture), slug, File.ReadAllText(Path.Combine(Folder(), slug + ".yaml")))).ToList();

    public static PromptTemplate Template(string id, string slug, string composer) =>
        new(id, slug, slug, "Short.", "Long.", 5, 0, "Guidance.", [new("s", "k", "t", "f", "e"), new("s", "k", "t", "f", "e")], composer);

    /// <summary>The requests of a data file; a comma between digits belongs to a number.</summary>
    public static IEnumerable<(string Template, string Subject, string[] Keywords, string To)> Requests(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", file)));
        return json.RootElement.EnumerateArray().Select(r => (Text(r, "template"), Text(r, "subject"),
            Comma().Split(Text(r, "keywords")).Select(k => k.Trim()).Where(k => k.Length > 0).ToArray(), Text(r, "toEmail"))).ToList();
    }

    public static ModelRequest Request((string Template, string Subject, string[] Keywords, string To) r, int seed, string sender = "Asha Rao") =>
        new(Templates.Single(t => t.Slug == r.Template), r.Subject, r.Keywords, r.To, sender, seed);

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static string Folder([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "ChaturMail.Core", "Prompts", "Composer");

    [GeneratedRegex(@",(?!\d{3})")]
    private static partial Regex Comma();
}
