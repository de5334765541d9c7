using System.Text.Json;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Language;
using ChaturMail.Core.Prompts;

namespace ChaturMail.Tests.Support;

/// <summary>The shipped templates and the requests that tests of the composer put to them.</summary>
internal static class ComposerCatalog
{
    public static PromptCatalog Catalog { get; } = PromptCatalog.Load(Path.Combine(AppContext.BaseDirectory, "prompts"));

    public static IReadOnlyList<PromptTemplate> Templates => Catalog.All;

    public static PromptTemplate Template(string id, string slug, string composer) =>
        new(id, slug, slug, "Short.", "Long.", 5, 0, "Guidance.", [new("s", "k", "t", "f", "e"), new("s", "k", "t", "f", "e")], composer);

    /// <summary>The requests of a data file.</summary>
    public static IEnumerable<(string Template, string Subject, string[] Keywords, string To)> Requests(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", file)));
        return json.RootElement.EnumerateArray().Select(r => (Text(r, "template"), Text(r, "subject"),
            Keywords.Split(Text(r, "keywords")).ToArray(), Text(r, "toEmail"))).ToList();
    }

    public static ModelRequest Request((string Template, string Subject, string[] Keywords, string To) r, int seed, string sender = "Asha Rao") =>
        new(Templates.Single(t => t.Slug == r.Template), r.Subject, r.Keywords, r.To, sender, seed);

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
