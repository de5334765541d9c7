using System.Collections.Frozen;
using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace ChaturMail.Core.Prompts;

/// <summary>
/// The templates, read once at start from a folder of data files. A file is YAML front matter between <c>---</c> lines, then the
/// sections <c># Guidance</c>, two or more <c># Example</c> and <c># Composer</c>. An example starts with <c>Subject:</c>,
/// <c>Keywords:</c>, <c>To:</c> and <c>From:</c> lines, then a blank line and the email. Anything amiss stops the start with a
/// <see cref="PromptFileException"/> that names the file and the field.
/// </summary>
public sealed class PromptCatalog
{
    private static readonly IDeserializer Yaml = new DeserializerBuilder()
        .WithNamingConvention(CamelCaseNamingConvention.Instance).Build();

    private readonly FrozenDictionary<string, PromptTemplate> _byId;

    private PromptCatalog(IReadOnlyList<PromptTemplate> all)
    {
        All = all;
        _byId = all.ToFrozenDictionary(p => p.Id);
    }

    /// <summary>Every template, ordered by numeric id, withdrawn ones last.</summary>
    public IReadOnlyList<PromptTemplate> All { get; }

    /// <summary>The template with this id, or null.</summary>
    public PromptTemplate? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The same templates with others beside them, or in the place of those that have their ids.</summary>
    public PromptCatalog With(IReadOnlyList<PromptTemplate> others)
    {
        if (others.Count == 0) return this;
        var replaced = others.Select(p => p.Id).ToHashSet();
        return new PromptCatalog([.. All.Where(p => !replaced.Contains(p.Id)).Concat(others)
            .OrderBy(p => p.IsWithdrawn).ThenBy(p => int.Parse(p.Id, CultureInfo.InvariantCulture))]);
    }

    /// <summary>Reads and checks every <c>*.md</c> in <paramref name="folder"/>.</summary>
    /// <exception cref="PromptFileException">A file lacks a field, holds a wrong one, or repeats another's id or slug.</exception>
    public static PromptCatalog Load(string folder)
    {
        if (!Directory.Exists(folder)) throw new PromptFileException(folder, "folder", "does not exist");
        // Sorted, so that the file blamed for a repeated id is always the same.
        var all = Directory.EnumerateFiles(folder, "*.md").Order(StringComparer.Ordinal).Select(path => Parse(Path.GetFileName(path), File.ReadAllText(path)))
            .OrderBy(p => int.Parse(p.Id, CultureInfo.InvariantCulture)).ToList();
        if (all.Count == 0) throw new PromptFileException(folder, "folder", "holds no *.md file");
        foreach (var repeated in all.GroupBy(p => p.Id).Where(g => g.Count() > 1))
            throw new PromptFileException(repeated.Last().Slug + ".md", "id", $"repeats that of {repeated.First().Slug}.md");
        return new PromptCatalog(all);
    }

    /// <summary>Reads one file's text.</summary>
    /// <param name="file">File name, for errors and to hold the slug against.</param>
    /// <exception cref="PromptFileException">See <see cref="Load"/>.</exception>
    public static PromptTemplate Parse(string file, string text) => Read(file, text, isFile: true);

    /// <summary>
    /// Reads the text of a template that is published while the product runs. It is that of a file, but for two things: <c>updatedOn</c>, which
    /// publishing sets, and <c># Composer</c>, without which the offline composer writes in general words, may be left out.
    /// </summary>
    /// <exception cref="PromptFileException">See <see cref="Load"/>.</exception>
    public static PromptTemplate ParsePublished(string text) => Read("template", text, isFile: false);

    private static PromptTemplate Read(string file, string text, bool isFile)
    {
        var parts = FrontMatter.Split(text) ?? throw new PromptFileException(file, "front matter", "must stand between two lines of ---");
        FrontMatterFields fields;
        try
        {
            fields = Yaml.Deserialize<FrontMatterFields>(parts.Header) ?? new FrontMatterFields();
        }
        catch (YamlException e)
        {
            throw new PromptFileException(file, "front matter", $"line {e.Start.Line + 1}: {FrontMatter.Fault(e)}");
        }

        string Required(string? value, string field, int most) => string.IsNullOrWhiteSpace(value)
            ? throw new PromptFileException(file, field, "is missing")
            : value.Trim().Length > most ? throw new PromptFileException(file, field, $"is longer than {most} characters") : value.Trim();

        var id = Required(fields.Id, "id", 9);
        if (!id.All(char.IsAsciiDigit) || id[0] == '0') throw new PromptFileException(file, "id", "must be decimal digits without a leading zero");
        var slug = Required(fields.Slug, "slug", 60);
        if (isFile && slug + ".md" != file) throw new PromptFileException(file, "slug", "must be the file's name without .md");
        if (!slug.Split('-').All(word => word.Length > 0 && word.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))))
            throw new PromptFileException(file, "slug", "must be lower-case words with hyphens between them");
        if (!int.TryParse(fields.MaxTokens, CultureInfo.InvariantCulture, out var coins) || coins is < 1 or > 10_000)
            throw new PromptFileException(file, "maxTokens", "must be 1 to 10000");
        var updated = DateTimeOffset.UnixEpoch;
        if ((isFile || fields.UpdatedOn is not null) && !DateTimeOffset.TryParse(fields.UpdatedOn, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal, out updated))
            throw new PromptFileException(file, "updatedOn", "must be a date such as 2026-01-31");

        var sections = Sections(file, parts.Body);
        string Section(string name) => sections.FirstOrDefault(s => s.Name == name).Text is { Length: > 0 } found
            ? found : throw new PromptFileException(file, "# " + name, "is missing or empty");
        var examples = sections.Where(s => s.Name == "Example").Select(s => Example(file, s.Text)).ToList();
        if (examples.Count < 2) throw new PromptFileException(file, "# Example", "must stand at least twice");

        return new PromptTemplate(id, slug, Required(fields.Title, "title", 60), Required(fields.ShortDescription, "shortDescription", 120),
            Required(fields.Description, "description", 600), coins, updated.ToUnixTimeSeconds(),
            Section("Guidance"), examples, isFile || sections.Exists(s => s.Name == "Composer") ? Section("Composer") : "")
        {
            Source = text,
            Tier = fields.Tier switch
            {
                null or "standard" => PromptTier.Standard,
                "economy" => PromptTier.Economy,
                _ => throw new PromptFileException(file, "tier", "must be standard or economy"),
            },
        };
    }

    private static List<(string Name, string Text)> Sections(string file, string body)
    {
        var sections = new List<(string, string)>();
        foreach (var part in ("\n" + body.ReplaceLineEndings("\n")).Split("\n# ").Skip(1))
        {
            var end = part.IndexOf('\n', StringComparison.Ordinal);
            var name = (end < 0 ? part : part[..end]).Trim();
            if (name is not ("Guidance" or "Example" or "Composer"))
                throw new PromptFileException(file, "# " + name, "is not one of # Guidance, # Example, # Composer");
            sections.Add((name, end < 0 ? "" : part[end..].Trim()));
        }

        return sections;
    }

    private static WorkedExample Example(string file, string text)
    {
        var split = text.IndexOf("\n\n", StringComparison.Ordinal);
        if (split < 0) throw new PromptFileException(file, "# Example", "needs a blank line between its head and the email");
        var head = text[..split].Split('\n').Select(line => line.Split(':', 2)).Where(pair => pair.Length == 2)
            .ToLookup(pair => pair[0].Trim(), pair => pair[1].Trim());
        string Field(string name) => head[name].ToList() is [{ Length: > 0 } value]
            ? value : throw new PromptFileException(file, "# Example " + name, "must stand once, with a value");
        return new WorkedExample(Field("Subject"), Field("Keywords"), Field("To"), Field("From"), text[split..].Trim());
    }

    private sealed class FrontMatterFields
    {
        public string? Id { get; set; }
        public string? Slug { get; set; }
        public string? Title { get; set; }
        public string? ShortDescription { get; set; }
        public string? Description { get; set; }
        public string? MaxTokens { get; set; }
        public string? UpdatedOn { get; set; }
        public string? Tier { get; set; }
    }
}

/// <summary>A template's file cannot be used. The message names the file and the field.</summary>
public sealed class PromptFileException(string file, string field, string problem)
    : Exception($"Prompt file {file}: {field} {problem}.")
{
    /// <summary>The field and what is wrong with it, without the file.</summary>
    public string Problem { get; } = $"{field} {problem}";
}
