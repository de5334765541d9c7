using System.Text.Encodings.Web;
using System.Text.Json;
using ChaturMail.Core.Content;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Api;

/// <summary>Texts that are meant to break whoever reads or renders what operators publish.</summary>
public sealed class HostileContentTests : AdminApiTests
{
    private static readonly string[] Heads =
    [
        "title: " + new string('[', 20_000), "title: " + new string('{', 20_000), new string('[', 20_000), Repeat("? ", 10_000), Repeat("- ", 10_000), Repeat("a: {", 10_000),
        "title: &a [*a]", "title: *none", "title: &a x\nslug: *a", "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]", "<<: {title: a}", "<<: *a", "&a title: *a",
        "title: !!int x", "title: !!binary '%'", "title: !foo x", "title: !!null x", "title: !!float x", "title: !!bool x", "title: !!timestamp x", "!!map {title: a}",
        "!System.IO.FileInfo,System.Runtime {title: a}", "title: !<tag:yaml.org,2002:str> x", "!!str title", "title: a\ntitle: b", "null", "7", "[a]", "", "~: a", "[a]: b",
        "{a: b}: c", "%YAML 9.9", "%TAG ! a", "...", "title: a\n...\ntitle: b", "title: \"\\U00110000\"", "title: \"\\ud800\"", "title: \"\\x\"", "title: |99\n a", "title: >-+",
        "\ttitle: a", "title: &a", "&a &b title: c", "title: 'a", "title: @a", "title: `a`", "-", "?", ":", ": :", "title:", "unknown: a", "title: {a: b}", "title: [a]",
        "variants: &a [*a]", "variants: &a\n- variants: *a", "variants: " + new string('[', 20_000), "variants: [null, 1, {}]", "unfit: &a [*a, *a]", "opening: &a [*a]", "variants: " + Repeat("\n- variants: ", 1),
        "maxTokens: 1e400", "maxTokens: 99999999999999999999", "order: 99999999999999999999", "order: -1", "updatedOn: 0001-01-01T00:00:00+14:00", "updatedOn: 9999-12-31T23:59:59-14:00",
    ];

    private static readonly string[] Bodies =
    [
        new('>', 60_000), new('[', 60_000), new('*', 60_000), new('`', 60_000), new('<', 60_000), new('&', 60_000), new('\\', 60_000), new('(', 60_000), new('_', 60_000), new('#', 60_000),
        new(']', 60_000), new('~', 60_000), Repeat("![", 30_000), Repeat("- ", 30_000), Repeat("1. ", 20_000), Repeat("> - ", 15_000), Repeat("> ", 30_000), Repeat("[a](", 15_000),
        Repeat("**a ", 15_000), Repeat("*a_b", 15_000), Repeat("_*", 30_000), Repeat("a\n", 30_000), Repeat("[x]: y\n", 8_000), Repeat("[a][", 15_000), Repeat("<a@b.c>", 8_000),
        Repeat("`a``", 15_000), Repeat("]( ", 20_000), Repeat("[a]: <", 10_000), Repeat("* * ", 15_000), Repeat("&#1;", 15_000), new string('[', 30_000) + new string(']', 30_000),
        new string('*', 20_000) + "a" + new string('*', 20_000), string.Concat(Enumerable.Range(0, 300).Select(i => new string(' ', i) + "- a\n")), Repeat("[a](b", 12_000), Repeat("![a](#", 10_000) + Repeat(")", 10_000),
    ];

    // A character a byte, so that the texts stay within the limit of a body.
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<string> _faults = [];

    [Fact]
    public async Task AHeadThatIsNoneIsToldInWordsThatSayNothingOfTheInside()
    {
        var template = Operators.Template();
        var rest = template[(template.IndexOf("\n---", 4, StringComparison.Ordinal) + 1)..];
        foreach (var head in Heads)
        {
            await ExpectAsync("publishPrompt", new { template = $"---\n{head}\n{rest}" }, head);
            await ExpectAsync("publishTutorial", new { id = "hostile", text = $"---\n{head}\n---\ntext" }, head);
            await ExpectAsync("publishPrompt", new { template = $"{template}\n\n# Composer\n\n{head}" }, head);
        }

        await GoesOnAsync();
    }

    [Fact]
    public async Task ATextThatIsHardToReadIsRefusedOrRenderedSoon()
    {
        foreach (var body in Bodies) await ExpectAsync("publishTutorial", new { id = "hostile", text = $"---\ntitle: a\norder: 9\n---\n{body}" }, body);
        await GoesOnAsync();
    }

    private async Task ExpectAsync(string route, object body, string what)
    {
        var shown = $"{route} {what[..Math.Min(40, what.Length)]}";
        var began = TimeProvider.System.GetTimestamp();
        var answer = await PostAsync(route, JsonSerializer.Serialize(body, Json));
        TestContext.Current.TestOutputHelper?.WriteLine($"{TimeProvider.System.GetElapsedTime(began).TotalMilliseconds,8:F0} ms {answer.HttpStatus} {shown}: {answer.Message}");
        if (answer.HttpStatus is not (200 or 400)) _faults.Add($"{shown} got {answer.HttpStatus}");
        foreach (var word in new[] { "ChaturMail.", "System.", "YamlDotNet", "Exception", "Markdig" })
            if (answer.Message.Contains(word, StringComparison.Ordinal)) _faults.Add($"{shown}: {answer.Message}");
        if (answer.Message.Length > 400) _faults.Add($"{shown} is told in {answer.Message.Length} characters");
    }

    // What was taken is shown to everybody, and by a process that starts now too.
    private async Task GoesOnAsync()
    {
        Assert.Empty(_faults);
        Assert.Equal(200, (await Client.PostAsync("/tutorials/getAllTutorials", new { }, Token)).HttpStatus);
        Assert.Equal(200, (await Client.PostAsync("/prompt/getAllPrompts", new { }, Token)).HttpStatus);
        Assert.Equal(Service<ContentFeed>().Current.Version, await Service<IContentStore>().VersionAsync(default));
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
