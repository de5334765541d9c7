using System.Text.RegularExpressions;
using System.Xml.Linq;
using ChaturMail.Core.Prompts;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit;

public sealed partial class PromptCatalogTests
{
    private const string Good = """
        ---
        id: "7"
        slug: apology
        title: Apology
        shortDescription: Say sorry.
        description: For mistakes.
        maxTokens: 250
        updatedOn: 2026-11-21
        ---
        # Guidance

        - Apologise once.

        # Example

        Subject: Late: the parcel
        Keywords: order 12, arrives Monday
        To: a@shop.example
        From: Ann Lee

        Dear customer,

        Order 12 arrives Monday.

        Ann Lee

        # Example

        Subject: Missed call
        Keywords: train delayed
        To: b@shop.example
        From: Bo Ek

        Hi,

        My train was delayed.

        Bo Ek

        # Composer

        opening: sorry
        """;

    private static readonly string Templates = Path.Combine(AppContext.BaseDirectory, "prompts");
    private static readonly string Icons = Path.Combine(AppContext.BaseDirectory, "icons");

    [Fact]
    public void TheTierIsStandardUnlessTheFileSaysOtherwise()
    {
        PromptTemplate Read(string tier) => PromptCatalog.Parse("apology.md", Good.Replace("maxTokens: 250", "maxTokens: 250" + tier, StringComparison.Ordinal));
        Assert.Equal(PromptTier.Standard, Read("").Tier);
        Assert.Equal(PromptTier.Standard, Read("\ntier: standard").Tier);
        Assert.Equal(PromptTier.Economy, Read("\ntier: economy").Tier);
        Assert.Contains("tier", Assert.Throws<PromptFileException>(() => Read("\ntier: cheap")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AGoodFileIsReadWhole()
    {
        var template = PromptCatalog.Parse("apology.md", Good);

        Assert.Equal(("7", "apology", "Apology"), (template.Id, template.Slug, template.Title));
        Assert.Equal(("Say sorry.", "For mistakes."), (template.ShortDescription, template.Description));
        Assert.Equal(250, template.Coins);
        Assert.Equal(new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(), template.UpdatedOn);
        Assert.Equal("- Apologise once.", template.Guidance);
        Assert.Equal("opening: sorry", template.Composer);
        Assert.Equal(2, template.Examples.Count);
        Assert.Equal(
            new WorkedExample("Late: the parcel", "order 12, arrives Monday", "a@shop.example", "Ann Lee",
                "Dear customer,\n\nOrder 12 arrives Monday.\n\nAnn Lee"),
            template.Examples[0]);
    }

    [Fact]
    public void LineEndingsAndAByteOrderMarkDoNotMatter() =>
        Assert.Equal(
            PromptCatalog.Parse("apology.md", Good).Examples[1],
            PromptCatalog.Parse("apology.md", "\uFEFF" + Good.ReplaceLineEndings("\r\n")).Examples[1]);

    [Theory]
    [InlineData("id: \"7\"\n", "", "id is missing")]
    [InlineData("slug: apology\n", "", "slug is missing")]
    [InlineData("title: Apology\n", "", "title is missing")]
    [InlineData("shortDescription: Say sorry.\n", "", "shortDescription is missing")]
    [InlineData("description: For mistakes.\n", "", "description is missing")]
    [InlineData("maxTokens: 250\n", "", "maxTokens must be")]
    [InlineData("updatedOn: 2026-11-21\n", "", "updatedOn must be a date")]
    [InlineData("maxTokens: 250", "maxTokens: 0", "maxTokens must be")]
    [InlineData("updatedOn: 2026-11-21", "updatedOn: soon", "updatedOn must be a date")]
    [InlineData("id: \"7\"", "id: seven", "id must be decimal digits")]
    [InlineData("id: \"7\"", "id: \"07\"", "id must be decimal digits")]
    [InlineData("maxTokens: 250", "maxTokens: many", "maxTokens must be")]
    [InlineData("To: b@shop.example", "To: b@shop.example\nTo: c@shop.example", "# Example To must stand once")]
    [InlineData("id: \"7\"", "id: \"-7\"", "id must be decimal digits")]
    [InlineData("slug: apology", "slug: regret", "slug must be the file's name")]
    [InlineData("title: Apology", "titel: Apology", "front matter line 4:")]
    [InlineData("title: Apology", "title: Apology: sorry", "front matter line 4:")]
    [InlineData("---\nid", "id", "front matter must stand between")]
    [InlineData("# Guidance", "# Guide", "# Guide is not one of")]
    [InlineData("- Apologise once.\n", "", "# Guidance is missing or empty")]
    [InlineData("# Composer\n\nopening: sorry", "", "# Composer is missing or empty")]
    [InlineData("From: Bo Ek\n", "", "# Example From must stand once")]
    [InlineData("To: b@shop.example", "To:", "# Example To must stand once")]
    public void AnErrorNamesTheFileAndTheField(string good, string bad, string problem)
    {
        Assert.Contains(good, Good, StringComparison.Ordinal);

        var error = Assert.Throws<PromptFileException>(
            () => PromptCatalog.Parse("apology.md", Good.Replace(good, bad, StringComparison.Ordinal)));

        Assert.StartsWith("Prompt file apology.md: " + problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OneExampleAloneIsAnError()
    {
        var second = Good.LastIndexOf("# Example", StringComparison.Ordinal);
        var text = Good[..second] + Good[Good.IndexOf("# Composer", StringComparison.Ordinal)..];

        var error = Assert.Throws<PromptFileException>(() => PromptCatalog.Parse("apology.md", text));

        Assert.Equal("Prompt file apology.md: # Example must stand at least twice.", error.Message);
    }

    [Fact]
    public void TextsLongerThanTheGalleryShowsAreErrors()
    {
        var error = Assert.Throws<PromptFileException>(() => PromptCatalog.Parse(
            "apology.md", Good.Replace("Say sorry.", new string('x', 121), StringComparison.Ordinal)));

        Assert.Equal("Prompt file apology.md: shortDescription is longer than 120 characters.", error.Message);
    }

    [Fact]
    public void ARepeatedIdNamesBothFiles()
    {
        using var folder = new TextFolder();
        folder.Write("apology.md", Good);
        folder.Write("regret.md", Good.Replace("slug: apology", "slug: regret", StringComparison.Ordinal));

        var error = Assert.Throws<PromptFileException>(() => PromptCatalog.Load(folder.Path));

        Assert.Contains("id repeats that of", error.Message, StringComparison.Ordinal);
        Assert.Contains("apology.md", error.Message, StringComparison.Ordinal);
        Assert.Contains("regret.md", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TemplatesAreOrderedByNumberAndFoundById()
    {
        using var folder = new TextFolder();
        folder.Write("apology.md", Good.Replace("\"7\"", "\"10\"", StringComparison.Ordinal));
        folder.Write("regret.md", Good.Replace("slug: apology", "slug: regret", StringComparison.Ordinal)
            .Replace("\"7\"", "\"9\"", StringComparison.Ordinal));

        var catalog = PromptCatalog.Load(folder.Path);

        Assert.Equal(["9", "10"], catalog.All.Select(t => t.Id));
        Assert.Equal("apology", catalog.Find("10")?.Slug);
        Assert.Null(catalog.Find("7"));
    }

    [Fact]
    public void AnEmptyOrAbsentFolderIsAnError()
    {
        using var folder = new TextFolder();
        var absent = Path.Combine(folder.Path, "absent");

        Assert.EndsWith("holds no *.md file.", Assert.Throws<PromptFileException>(() => PromptCatalog.Load(folder.Path)).Message,
            StringComparison.Ordinal);
        Assert.EndsWith("does not exist.", Assert.Throws<PromptFileException>(() => PromptCatalog.Load(absent)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void TheShippedIdsAre1To26AndTheFirstThreeKeepTheirTitles()
    {
        var shipped = Shipped().OrderBy(t => int.Parse(t.Id, System.Globalization.CultureInfo.InvariantCulture)).ToList();

        Assert.Equal(Enumerable.Range(1, 26).Select(n => $"{n}"), shipped.Select(t => t.Id));
        Assert.Equal(["Request", "Announcement", "Job Application"], shipped.Take(3).Select(t => t.Title));
        Assert.Equal(26, shipped.Select(t => t.Title).Distinct().Count());
    }

    [Fact]
    public void TheFirstThreeCost250CoinsAndTheOthers200To350() =>
        Assert.All(Shipped(), t => Assert.InRange(t.Coins, t.Id is "1" or "2" or "3" ? 250 : 200, t.Id is "1" or "2" or "3" ? 250 : 350));

    [Fact]
    public void ShippedExamplesTakeEveryNumberFromTheirKeywordsAndAddNone() =>
        Assert.All(ShippedExamples(), e =>
        {
            var written = WordsWithDigits(e.Email);
            var given = WordsWithDigits(e.Keywords);
            Assert.All(given, number => Assert.Contains(number, written));
            Assert.All(written, number => Assert.Contains(number, given.Concat(WordsWithDigits(e.Subject))));
        });

    [Fact]
    public void ShippedExamplesAreEmailsReadyToSend() =>
        Assert.All(ShippedExamples(), e =>
        {
            var lines = e.Email.Split('\n');
            Assert.Matches(Greeting(), lines[0]);
            Assert.Equal(e.From, lines[^1]);
            Assert.DoesNotMatch(Leftover(), e.Email);
            Assert.InRange(e.Email.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length, 60, 150);
            Assert.All(e.To.Split(','), to => Assert.EndsWith(".example", to, StringComparison.Ordinal));
        });

    [Fact]
    public void NoTwoShippedExamplesStartOrEndAlike()
    {
        // A language model copies what its examples have in common, so they share no first and no last sentence.
        var bodies = ShippedExamples().Select(e => e.Email.Split("\n\n")).ToList();

        Assert.Distinct(bodies.Select(paragraphs => paragraphs[1]));
        Assert.Distinct(bodies.Select(paragraphs => paragraphs[^2]));
    }

    [Fact]
    public void EveryTemplateHasItsIconAndEveryIconItsTemplate() =>
        Assert.Equal(
            Shipped().Select(t => t.Slug).Append(OwnPrompt.Slug).Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(Icons, "*.svg").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal));

    [Fact]
    public void IconsAreSmallAndWellFormedAndRunOrLoadNothing() =>
        Assert.All(Directory.EnumerateFiles(Icons, "*.svg"), file =>
        {
            Assert.InRange(new FileInfo(file).Length, 1, 900);
            var icon = XDocument.Load(file).Root!;
            XNamespace svg = "http://www.w3.org/2000/svg";
            Assert.Equal(svg + "svg", icon.Name);
            Assert.Equal("0 0 24 24", (string?)icon.Attribute("viewBox"));
            Assert.Equal(("24", "24"), ((string?)icon.Attribute("width"), (string?)icon.Attribute("height")));
            Assert.NotEmpty(icon.Element(svg + "title")!.Value);
            Assert.All(icon.DescendantsAndSelf(), e =>
                Assert.Contains(e.Name.LocalName, new[] { "svg", "title", "path", "circle", "rect" }));
            Assert.All(icon.DescendantsAndSelf().Attributes().Where(a => !a.IsNamespaceDeclaration), a =>
            {
                Assert.False(a.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase), $"{a.Name} runs a script");
                Assert.NotEqual("href", a.Name.LocalName);
                Assert.DoesNotContain("url(", a.Value, StringComparison.OrdinalIgnoreCase);
            });
        });

    private static List<PromptTemplate> Shipped() =>
        [.. Directory.EnumerateFiles(Templates, "*.md")
            .Select(file => PromptCatalog.Parse(Path.GetFileName(file), File.ReadAllText(file)))];

    private static IEnumerable<WorkedExample> ShippedExamples() => Shipped().SelectMany(t => t.Examples);

    private static List<string> WordsWithDigits(string text) =>
        [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.Trim('.', ',', ';', ':', '!', '?', '(', ')', '"')).Where(word => word.Any(char.IsDigit))];

    [GeneratedRegex(@"^(Dear|Hello|Hi|Good (morning|afternoon|evening))\b.{0,50},$")]
    private static partial Regex Greeting();

    // Brackets and markup that a person would have to remove, and the subject line, which has its own field.
    [GeneratedRegex(@"[\[\]{}<>*#_]|Subject:|https?:|hope this (e-?mail|message) finds you", RegexOptions.IgnoreCase)]
    private static partial Regex Leftover();
}
