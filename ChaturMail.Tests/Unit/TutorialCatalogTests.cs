using System.Text.RegularExpressions;
using ChaturMail.Core.Tutorials;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit;

public sealed partial class TutorialCatalogTests
{
    private const string Good = """
        ---
        title: How it works
        updatedOn: 2026-11-21
        order: 3
        ---
        ## First

        A *short* text.
        """;

    private static readonly string Texts = Path.Combine(AppContext.BaseDirectory, "tutorials");

    [Fact]
    public void AGoodFileIsRendered()
    {
        var (order, tutorial) = TutorialCatalog.Parse("03-how.md", Good);

        Assert.Equal(3, order);
        Assert.Equal("How it works", tutorial.Title);
        Assert.Equal(new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(), tutorial.UpdatedOn);
        Assert.Equal("<h2>First</h2>\n<p>A <em>short</em> text.</p>\n", tutorial.HtmlContent);
    }

    [Fact]
    public void HtmlInATextIsShownAndNotRun()
    {
        var (_, tutorial) = TutorialCatalog.Parse(
            "03-how.md", Good + "\n\n<script>alert(1)</script>\n\nAn <img src=x onerror=alert(1)> image.\n");

        Assert.DoesNotContain("<script", tutorial.HtmlContent, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", tutorial.HtmlContent, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;", tutorial.HtmlContent, StringComparison.Ordinal);
        Assert.Contains("&lt;img", tutorial.HtmlContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("title: How it works\n", "", "title is missing")]
    [InlineData("updatedOn: 2026-11-21\n", "", "updatedOn is missing")]
    [InlineData("order: 3\n", "", "order is missing")]
    [InlineData("order: 3", "order: third", "order must be a whole number")]
    [InlineData("order: 3", "order: -3", "order must be a whole number")]
    [InlineData("updatedOn: 2026-11-21", "updatedOn: soon", "updatedOn must be a date")]
    [InlineData("title: How it works", "titel: How it works", "front matter line 2:")]
    [InlineData("updatedOn: 2026-11-21", "updatedOn: a: b", "front matter line 3:")]
    [InlineData("---\ntitle", "title", "front matter must stand between")]
    [InlineData("## First\n\nA *short* text.", "", "text is missing")]
    public void AnErrorNamesTheFileAndTheField(string good, string bad, string problem)
    {
        Assert.Contains(good, Good, StringComparison.Ordinal);

        var error = Assert.Throws<TutorialFileException>(
            () => TutorialCatalog.Parse("03-how.md", Good.Replace(good, bad, StringComparison.Ordinal) + "\n"));

        Assert.StartsWith("Tutorial file 03-how.md: " + problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TutorialsComeInTheirOrderAndNotInThatOfTheirNames()
    {
        using var folder = new TextFolder();
        folder.Write("a.md", Good.Replace("How it works", "Last", StringComparison.Ordinal)
            .Replace("order: 3", "order: 10", StringComparison.Ordinal));
        folder.Write("b.md", Good);

        Assert.Equal(["How it works", "Last"], TutorialCatalog.Load(folder.Path).All.Select(t => t.Title));
    }

    [Fact]
    public void ARepeatedOrderNamesBothFiles()
    {
        using var folder = new TextFolder();
        folder.Write("a.md", Good);
        folder.Write("b.md", Good);

        var error = Assert.Throws<TutorialFileException>(() => TutorialCatalog.Load(folder.Path));

        Assert.Equal("Tutorial file b.md: order repeats that of a.md.", error.Message);
    }

    [Fact]
    public void AnEmptyOrAbsentFolderIsAnError()
    {
        using var folder = new TextFolder();
        var absent = Path.Combine(folder.Path, "absent");

        Assert.EndsWith("holds no *.md file.", Assert.Throws<TutorialFileException>(() => TutorialCatalog.Load(folder.Path)).Message,
            StringComparison.Ordinal);
        Assert.EndsWith("does not exist.", Assert.Throws<TutorialFileException>(() => TutorialCatalog.Load(absent)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void TheShippedTutorialsAreRendered()
    {
        var shipped = TutorialCatalog.Load(Texts).All;

        Assert.Equal(6, shipped.Count);
        Assert.Distinct(shipped.Select(t => t.Title));
        Assert.All(shipped, t =>
        {
            Assert.Contains("<h2>", t.HtmlContent, StringComparison.Ordinal);
            // Markup that stays in the page is Markdown that a phone would show as stars; links and images lead outside.
            Assert.DoesNotMatch(LeftoverMarkdown(), t.HtmlContent);
            Assert.DoesNotContain("<a ", t.HtmlContent, StringComparison.Ordinal);
            Assert.DoesNotContain("<img", t.HtmlContent, StringComparison.Ordinal);
        });
    }

    [GeneratedRegex(@"\*|^#|__", RegexOptions.Multiline)]
    private static partial Regex LeftoverMarkdown();
}
