using System.Text.RegularExpressions;
using ChaturMail.Core.Language;
using ChaturMail.Core.Language.Composer;
using ChaturMail.Core.Prompts;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit;

/// <summary>Placeholders, and what the offline composer makes of a prompt that it knows nothing of.</summary>
public sealed class OwnPromptTextTests
{
    private static readonly OwnPrompt Prompt = new(
        "6b018b08c371b1bcac5105b1", "u1", "Dunning letter", "Ask {client} for {Amount}, {CLIENT}!", ["client", "amount"],
        new WorkedExample("Invoice", "1,250 EUR", "", "", "Hello,\n\nplease pay."), 1, 2);

    [Theory]
    [InlineData("", "")]
    [InlineData("no braces", "")]
    [InlineData("{a}{b} {A}", "a|b")]
    [InlineData("{due date} and {due-date_2}", "due date|due-date_2")]
    [InlineData("{ a}, {1a}, {a, {a\n}, {größe}, {}, { }, a}", "")]
    [InlineData("{{a}}", "a")]
    [InlineData("{a }", "a")]
    public void APlaceholderIsANameInBraces(string guidance, string names) =>
        Assert.Equal(names.Split('|', StringSplitOptions.RemoveEmptyEntries), OwnPrompt.PlaceholdersIn(guidance));

    [Fact]
    public void ANameHasFortyCharactersAtMost()
    {
        Assert.True(OwnPrompt.IsPlaceholderName(new string('x', 40)));
        Assert.False(OwnPrompt.IsPlaceholderName(new string('x', 41)));
        Assert.Empty(OwnPrompt.PlaceholdersIn("{" + new string('x', 41) + "}"));
        Assert.False(OwnPrompt.IsPlaceholderName("client\n"));
    }

    [Fact]
    public void ValuesStandInTheirPlacesWhateverTheCaseAndTheExampleIsTheSenders()
    {
        var filled = Fill(new() { ["client"] = "Northwind", ["amount"] = "$1 {client} $& {amount}" });

        // A value is data: neither a placeholder in it nor the marks of a replacement mean anything.
        Assert.Equal("Ask Northwind for $1 {client} $& {amount}, Northwind!", filled.Guidance);
        Assert.Equal("Asha Rao", Assert.Single(filled.Examples).From);
        Assert.True(filled.IsOwn);
        Assert.Equal(("own", "Dunning letter", 300, 2L), (filled.Slug, filled.Title, filled.Coins, filled.UpdatedOn));
    }

    [Fact]
    public void APlaceholderThatThePromptGotAfterwardsIsItsBareName() => Assert.Equal("Ask client for 5 EUR, CLIENT!", Fill(new() { ["AMOUNT"] = "5 EUR", ["gone"] = "x" }).Guidance);

    [Fact]
    public void ABuiltInTemplateIsLeftAsItIs() =>
        Assert.All(ComposerCatalog.Templates, template => Assert.Same(template, OwnPrompt.Fill(template, new Dictionary<string, string> { ["a"] = "b" }, "Asha")));

    [Fact]
    public void ADeletedPromptIsMarkedInItsTitle() => Assert.Equal("Dunning letter (deleted)", (Prompt with { IsDeleted = true }).ToTemplate(5).Title);

    [Theory]
    [InlineData("requests.json")]
    [InlineData("composer-requests.json")]
    [InlineData("composer-nasty-requests.json")]
    public void TheOfflineComposerWritesAWholeEmailForAnOwnPromptAndSaysThatItDidNotFollowIt(string file)
    {
        var composer = new OfflineComposer(ComposerCatalog.Templates);
        foreach (var request in ComposerCatalog.Requests(file))
        {
            for (var seed = 0; seed < 6; seed++)
            {
                var asked = ComposerCatalog.Request(request, seed) with { Prompt = Fill([]) };
                var written = composer.Write(asked);

                Assert.Contains(OfflineComposer.GuidanceUnread, written.Note, StringComparison.Ordinal);
                var text = written.Text;
                foreach (var keyword in asked.Keywords)
                    Assert.True(KeywordText.Stands(text, Words.Clean(keyword) is { Length: > 0 } clean ? clean : keyword), $"\"{keyword}\" is missing in:\n{text}");
                var paragraphs = text.Split("\n\n");
                Assert.True(paragraphs.Length >= 4, text);
                Assert.Matches(@"^(Dear|Hi|Hello)\b[^\n]*,$", paragraphs[0]);
                Assert.Matches(@"^[A-Z][a-z]+( [A-Za-z]+){0,4},\nAsha Rao$", paragraphs[^1]);
                var given = request.Subject + string.Join(' ', request.Keywords);
                if (!given.Contains('{')) Assert.DoesNotContain('{', text);
                var sentences = Regex.Split(string.Join(' ', paragraphs[1..^1]), @"(?<=[.!?])\s+");
                Assert.Equal(sentences.Length, sentences.Distinct(StringComparer.OrdinalIgnoreCase).Count());
            }
        }
    }

    [Fact]
    public void AnotherSeedOpensAnotherWay()
    {
        var composer = new OfflineComposer(ComposerCatalog.Templates);
        var openings = Enumerable.Range(0, 3).Select(seed => composer.Write(
            new ModelRequest(Fill([]), "Spring cleaning of the depot", ["12 May", "bring gloves"], "team@depot.example", "Asha Rao", seed)).Text.Split("\n\n")[1].Split('.')[0]);
        Assert.Distinct(openings);
    }

    private static PromptTemplate Fill(Dictionary<string, string> values) => OwnPrompt.Fill(Prompt.ToTemplate(300), values, "Asha Rao");
}
