using System.Globalization;
using ChaturMail.Core.Prompts;
using Markdig;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace ChaturMail.Core.Tutorials;

/// <summary>One page of help, ready to show. Loaded from a text file by <see cref="TutorialCatalog"/>.</summary>
/// <param name="Title">Shown in the list of tutorials, plain text.</param>
/// <param name="HtmlContent">The body as an HTML fragment. It holds only what Markdown makes, never HTML from the file.</param>
/// <param name="UpdatedOn">When the text last changed, Unix seconds.</param>
public sealed record Tutorial(string Title, string HtmlContent, long UpdatedOn);

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
        return new TutorialCatalog([.. all.OrderBy(t => t.Parsed.Order).Select(t => t.Parsed.Tutorial)]);
    }

    /// <summary>Reads and renders one file's text.</summary>
    /// <param name="file">File name, for errors.</param>
    /// <exception cref="TutorialFileException">See <see cref="Load"/>.</exception>
    public static (int Order, Tutorial Tutorial) Parse(string file, string text)
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
            throw new TutorialFileException(file, "front matter", $"line {e.Start.Line + 1}: {e.InnerException?.Message ?? e.Message}");
        }

        string Required(string? value, string field) => string.IsNullOrWhiteSpace(value)
            ? throw new TutorialFileException(file, field, "is missing") : value.Trim();

        var title = Required(fields.Title, "title");
        if (title.Length > 60) throw new TutorialFileException(file, "title", "is longer than 60 characters");
        if (!int.TryParse(Required(fields.Order, "order"), NumberStyles.None, CultureInfo.InvariantCulture, out var order))
            throw new TutorialFileException(file, "order", "must be a whole number");
        if (!DateTimeOffset.TryParse(Required(fields.UpdatedOn, "updatedOn"), CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal, out var updated))
            throw new TutorialFileException(file, "updatedOn", "must be a date such as 2026-01-31");
        var html = Markdig.Markdown.ToHtml(Required(parts.Body, "text"), Markdown);
        return (order, new Tutorial(title, html, updated.ToUnixTimeSeconds()));
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
    : Exception($"Tutorial file {file}: {field} {problem}.");
