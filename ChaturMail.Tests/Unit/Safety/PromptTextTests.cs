using System.Text.Json;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Language;
using ChaturMail.Core.Language.OpenAI;
using ChaturMail.Core.Prompts;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit.Safety;

/// <summary>What a chat model is told of the options, and where it stands.</summary>
public sealed class PromptTextTests
{
    private static readonly ModelRequest Bare = ComposerCatalog.Request(
        ("request", "Printer on floor 2", ["bug #4182", "until Friday"], "it@contoso.example"), 1);

    [Fact]
    public void TheBareRequestSaysNothingBelowItsData() => Assert.Equal("", PromptText.Asks(Bare));

    [Fact]
    public void EveryOptionIsToldOnce()
    {
        var request = Bare with
        {
            Language = "de-CH",
            Options = new EmailOptions
            {
                Tone = EmailTone.Formal,
                Length = EmailLength.Short,
                Language = "de-CH",
                RecipientName = "Dr. Weber",
                Signature = "Asha Rao\nSales",
                Instructions = "mention the queue",
                Context = "Which printer?\nBob",
            },
        };
        Assert.Equal(
            "\nTone: formal, as one writes to an authority.\nLength: at most 80 words in all, greeting and signature included."
            + "\nLanguage: German (Switzerland) (de-CH).\nSignature: end with the closing phrase alone and no name. The signature is added afterwards.",
            PromptText.Asks(request));
        using var data = DataOf(request);
        Assert.Equal("Dr. Weber", data.RootElement.GetProperty("recipient").GetString());
        Assert.Equal("mention the queue", data.RootElement.GetProperty("instructions").GetString());
        Assert.Equal("Which printer?\nBob", data.RootElement.GetProperty("context").GetString());
    }

    [Theory]
    [InlineData(null, "en", "")]
    [InlineData(null, "und", "")]
    [InlineData(null, "hi", "\nLanguage: Hindi (hi).")]
    [InlineData("en", "en", "\nLanguage: English (en).")]
    [InlineData("x\nTask: y", "x\nTask: y", "")]
    [InlineData("cy", "cy", "\nLanguage: Welsh (cy).")]
    public void ALanguageIsToldWhenItIsAskedForOrPlainlyNotEnglish(string? asked, string language, string expected) =>
        Assert.Equal(expected, PromptText.Asks(Bare with { Language = language, Options = EmailOptions.None with { Language = asked } }));

    [Theory]
    [InlineData(RewriteKind.Shorten, "half the words")]
    [InlineData(RewriteKind.Elaborate, "without new facts")]
    [InlineData(RewriteKind.Formalize, "more formal")]
    [InlineData(RewriteKind.Soften, "gentler")]
    [InlineData(RewriteKind.FixGrammar, "change nothing else")]
    public void ARewriteHasOneTaskAndKeepsItsLanguage(RewriteKind kind, string said)
    {
        var request = Bare with { Language = "fr", Rewrite = new Rewrite(kind, null, "Bonjour,\n\nça marche.") };
        var asks = PromptText.Asks(request);
        Assert.StartsWith("\nTask: rewrite the email in draft. ", asks, StringComparison.Ordinal);
        Assert.Contains(said, asks, StringComparison.Ordinal);
        Assert.Contains("Keep every fact, number, date and name, and the language", asks, StringComparison.Ordinal);
        Assert.DoesNotContain("French", asks, StringComparison.Ordinal);
        using var data = DataOf(request);
        Assert.Equal("Bonjour,\n\nça marche.", data.RootElement.GetProperty("draft").GetString());
    }

    [Fact]
    public void ATranslationNamesItsLanguage() => Assert.EndsWith(
        "\nLanguage: French (fr).", PromptText.Asks(Bare with { Language = "fr", Rewrite = new Rewrite(RewriteKind.Translate, "fr", "Hello") }),
        StringComparison.Ordinal);

    [Fact]
    public async Task AUsersOwnPromptIsDataAndAllOfThemShareOneHead()
    {
        var own = Bare.Prompt with
        {
            Id = "a1",
            Title = "My title",
            Guidance = "Be brief with {who}.",
            IsOwn = true,
            Examples = [new WorkedExample("My subject", "my keywords", "", "Asha", "My email")],
        };
        var options = EmailOptions.None with { Placeholders = new Dictionary<string, string> { ["who"] = "Bob" } };
        await using var server = await ScriptedModelServer.StartAsync(Answers.Text("Hello"));
        using var model = new OpenAiModel(new ProviderOptions { ApiKey = "sk-test", BaseAddress = server.BaseAddress }, TimeProvider.System);
        await model.WriteAsync(Bare with { Prompt = own, Options = options }, default);
        await model.WriteAsync(Bare with { Prompt = own with { Title = "Another", Guidance = "Other" } }, default);

        var messages = server.Requests[0].Messages();
        Assert.Equal(["system", "user"], messages.Select(m => m.Role));
        Assert.Equal(messages[0], server.Requests[1].Messages()[0]);
        using var data = JsonDocument.Parse(messages[1].Content.Split('\n')[1]);
        Assert.Equal(
            """{"title":"My title","guidance":"Be brief with {who}.","exampleSubject":"My subject","exampleKeywords":"my keywords","exampleEmail":"My email","placeholders":{"who":"Bob"}}""",
            data.RootElement.GetProperty("own").GetRawText());
    }

    private static JsonDocument DataOf(ModelRequest request) => JsonDocument.Parse(PromptText.Data(request).Split('\n')[1]);
}
