using System.Globalization;
using ChaturMail.Core.Prompts;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace ChaturMail.Core.Tutorials;

/// <summary>One page of help, ready to show. Loaded from a text file by <see cref="TutorialCatalog"/>.</summary>
/// <param name="Title">Shown in the list of tutorials, plain text.</param>
/// <param name="HtmlContent">The body as an HTML fragment. It holds only what Markdown makes, never HTML from the file.</param>
/// <param name="UpdatedOn">When the text last changed, Unix seconds.</param>
public sealed record Tutorial(string Title, string HtmlContent, long UpdatedOn)
{
    /// <summary>Tells it from others: its file's name without <c>.md</c>, or what it was published under.</summary>
    public string Id { get; init; } = "";

    /// <summary>Its place in the list, smallest first.</summary>
    public int Order { get; init; }

    /// <summary>The text that it was read from.</summary>
    public string Source { get; init; } = "";
}

/// <summary>
/// The tutorials, read and rendered once at start from a folder of Markdown files. A file is YAML front matter with
/// <c>title</c>, <c>updatedOn</c> and <c>order</c> between <c>---</c> lines, then the text. Anything amiss stops the start with a
/// <see cref="TutorialFileException"/> that names the file and the field.
/// </summary>
public sealed class TutorialCatalog
{
    private static readonly IDeserializer Yaml = new DeserializerBuilder()
        .WithNamingConvention(CamelCaseNamingConvention.Instance).Build();

    // The app shows the result in a web view, so HTML in a text is shown as text and never run.
    private static readonly MarkdownPipeline Markdown = new MarkdownPipelineBuilder().DisableHtml().Build();

    private TutorialCatalog(IReadOnlyList<Tutorial> all) => All = all;

    /// <summary>Every tutorial, by its file's <c>order</c>, smallest first.</summary>
    public IReadOnlyList<Tutorial> All { get; }

    /// <summary>Reads, checks and renders every <c>*.md</c> in <paramref name="folder"/>.</summary>
    /// <exception cref="TutorialFileException">A file lacks a field, holds a wrong one, or repeats another's order.</exception>
    public static TutorialCatalog Load(string folder)
    {
        if (!Directory.Exists(folder)) throw new TutorialFileException(folder, "folder", "does not exist");

        // Sorted, because the order of a directory differs between file systems and an error should name the same file everywhere.
        var all = Directory.EnumerateFiles(folder, "*.md").Order(StringComparer.Ordinal)
            .Select(path => (File: Path.GetFileName(path), Parsed: Parse(Path.GetFileName(path), File.ReadAllText(path)))).ToList();
        if (all.Count == 0) throw new TutorialFileException(folder, "folder", "holds no *.md file");
        foreach (var repeated in all.GroupBy(t => t.Parsed.Order).Where(g => g.Count() > 1))
            throw new TutorialFileException(repeated.Last().File, "order", $"repeats that of {repeated.First().File}");
        return new TutorialCatalog([.. all.OrderBy(t => t.Parsed.Order)
            .Select(t => t.Parsed.Tutorial with { Id = Path.GetFileNameWithoutExtension(t.File) })]);
    }

    /// <summary>The tutorials of this catalogue and others, by their order.</summary>
    public static TutorialCatalog Of(IEnumerable<Tutorial> all) =>
        new([.. all.OrderBy(t => t.Order).ThenBy(t => t.Id, StringComparer.Ordinal)]);

    /// <summary>Reads and renders one file's text.</summary>
    /// <param name="file">File name, for errors.</param>
    /// <exception cref="TutorialFileException">See <see cref="Load"/>.</exception>
    public static (int Order, Tutorial Tutorial) Parse(string file, string text) => Read(file, text, isFile: true);

    /// <summary>
    /// Reads and renders the text of a tutorial that is published while the product runs. It is that of a file; <c>updatedOn</c>, which
    /// publishing sets, may be left out.
    /// </summary>
    /// <exception cref="TutorialFileException">See <see cref="Load"/>.</exception>
    public static Tutorial ParsePublished(string text) => Read("text", text, isFile: false).Tutorial;

    private static (int Order, Tutorial Tutorial) Read(string file, string text, bool isFile)
    {
        var parts = FrontMatter.Split(text)
            ?? throw new TutorialFileException(file, "front matter", "must stand between two lines of ---");
        FrontMatterFields fields;
        try
        {
            fields = Yaml.Deserialize<FrontMatterFields>(parts.Header) ?? new FrontMatterFields();
        }
        catch (YamlException e)
        {
            // The head starts on the file's second line, after the first ---.
            throw new TutorialFileException(file, "front matter", $"line {e.Start.Line + 1}: {FrontMatter.Fault(e)}");
        }

        string Required(string? value, string field) => string.IsNullOrWhiteSpace(value)
            ? throw new TutorialFileException(file, field, "is missing") : value.Trim();

        var title = Required(fields.Title, "title");
        if (title.Length > 60) throw new TutorialFileException(file, "title", "is longer than 60 characters");
        if (!int.TryParse(Required(fields.Order, "order"), NumberStyles.None, CultureInfo.InvariantCulture, out var order))
            throw new TutorialFileException(file, "order", "must be a whole number");
        var updated = DateTimeOffset.UnixEpoch;
        if ((isFile || fields.UpdatedOn is not null) && !DateTimeOffset.TryParse(Required(fields.UpdatedOn, "updatedOn"), CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal, out updated))
            throw new TutorialFileException(file, "updatedOn", "must be a date such as 2026-01-31");
        var (body, html) = Render(file, Required(parts.Body, "text"));
        if (Addresses(body).FirstOrDefault(address => !IsHarmless(address)) is { } wrong)
            throw new TutorialFileException(file, "text", $"links to {FrontMatter.Shown(wrong)}, which is neither https, http, mailto nor a place in the text");
        return (order, new Tutorial(title, html, updated.ToUnixTimeSeconds()) { Order = order, Source = text });
    }

    private static (MarkdownDocument Body, string Html) Render(string file, string text)
    {
        try
        {
            var body = Markdig.Markdown.Parse(text, Markdown);
            return (body, body.ToHtml(Markdown));
        }
        catch (ArgumentException)
        {
            // How Markdig refuses a text whose elements stand in one another more than 128 deep.
            throw new TutorialFileException(file, "text", "is nested too deeply");
        }
    }

    private static IEnumerable<string> Addresses(MarkdownDocument body) => body.Descendants<LinkInline>().Select(link => link.GetDynamicUrl?.Invoke() ?? link.Url ?? "")
        .Concat(body.Descendants<AutolinkInline>().Select(link => link.IsEmail ? "" : link.Url))
        .Concat(body.Descendants<LinkReferenceDefinition>().Select(link => link.Url ?? ""));

    // Markdown lets any scheme through, javascript: too, and whoever may write a tutorial must not come to run code in everybody's app. What
    // names no scheme is a place in the text; control characters and blanks, which browsers skip, are in no address that is meant well.
    private static bool IsHarmless(string address)
    {
        if (address.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))) return false;
        if (address.Length == 0 || address[0] == '#') return true;
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme is "https" or "http" or "mailto");
    }

    // All text, so that a wrong value is reported by its field's name and not by YAML's words for a type.
    private sealed class FrontMatterFields
    {
        public string? Title { get; set; }
        public string? UpdatedOn { get; set; }
        public string? Order { get; set; }
    }
}

/// <summary>A tutorial's file cannot be used. The message names the file and the field.</summary>
public sealed class TutorialFileException(string file, string field, string problem)
    : Exception($"Tutorial file {file}: {field} {problem}.")
{
    /// <summary>The field and what is wrong with it, without the file.</summary>
    public string Problem { get; } = $"{field} {problem}";
}
