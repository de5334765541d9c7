using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChaturMail.Api.Http;
using ChaturMail.Api.Web;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.House;

/// <summary>Rules of the web app's files: texts in every language, nothing from another host, no markup made of text.</summary>
public sealed partial class WebAppTests
{
    private const string Folder = "ChaturMail.Api/wwwroot/";
    private const int LongestFile = 400;
    private const int MostScriptBytes = 150 * 1024;

    // Makes elements of text, in the one way that Trusted Types allow.
    private const string MarkupPlace = Folder + "js/html.js";

    private static readonly string[] Languages = ["de", "en", "hi"];

    private static readonly IReadOnlyList<(string Path, string Text)> Scripts =
        [.. Repository.Files(".js").Where(path => path.StartsWith(Folder, StringComparison.Ordinal)).Select(path => (path, Repository.Read(path)))];

    private static readonly IReadOnlyList<Said> Texts = [.. ReadTexts()];

    [Fact]
    public void EveryLanguageHasTheSameTexts()
    {
        Assert.Equal(Languages, Texts.Select(text => text.Language).Distinct().Order());
        var english = Texts.Where(text => text.Language == "en").ToList();
        Assert.Empty(english.GroupBy(text => text.Key).Where(same => same.Count() > 1).Select(same => $"{same.Key} stands in {string.Join(" and ", same.Select(text => text.Area))}"));
        foreach (var language in Languages)
        {
            var texts = Texts.Where(text => text.Language == language).ToList();
            Assert.Empty(texts.Where(text => string.IsNullOrWhiteSpace(text.Text)).Select(text => $"{text} is empty"));
            Assert.Empty(english.Select(Place).Except(texts.Select(Place)).Select(place => $"{place} is missing in {language}"));
            Assert.Empty(texts.Select(Place).Except(english.Select(Place)).Select(place => $"{place} is in {language} alone"));
            Assert.Equal(english.Count, texts.Count);
        }

        static string Place(Said text) => $"{text.Area}: {text.Key}";
    }

    [Fact]
    public void EveryLanguageFillsTheSameBlanks()
    {
        var english = Texts.Where(text => text.Language == "en").ToDictionary(text => text.Key, Blanks);
        var other = Texts.Where(text => text.Language != "en" && english.TryGetValue(text.Key, out var blanks) && !IsFilledAlike(text, blanks));
        Assert.Empty(other.Select(text => $"{text}: {string.Join(' ', Blanks(text))} in place of {string.Join(' ', english[text.Key])}"));

        // The singular may say its number in words, but not in Hindi, where it is the form of nought as well.
        static bool IsFilledAlike(Said text, HashSet<string> blanks) => Blanks(text).SetEquals(blanks)
            || (text.Language == "de" && text.Key.EndsWith(".one", StringComparison.Ordinal) && Without(Blanks(text)).SetEquals(Without(blanks)));
        static HashSet<string> Without(HashSet<string> blanks) => [.. blanks.Where(blank => blank != "{count}")];
        static HashSet<string> Blanks(Said text) => [.. Blank().Matches(text.Text).Select(match => match.Value)];
    }

    [Fact]
    public void NoHindiTextIsEnglish()
    {
        var english = Texts.Where(text => text.Language == "en").ToDictionary(text => text.Key, text => text.Text);
        var same = Texts.Where(text => text.Language == "hi" && english.GetValueOrDefault(text.Key) == text.Text && Words().IsMatch(Blank().Replace(text.Text, ""))).ToList();
        Assert.Empty(same);
    }

    // One word in English, two things: short for a table, a state and a deed, a place in time.
    private static readonly string[] SeveralThings = ["Done", "Sign in", "Sign out", "To", "Yours"];

    [Fact]
    public void OneThingHasOneNameInAllPartsOfTheApp()
    {
        var users = Texts.Where(text => text.Area is not ("console" or "templates") && !PluralForm().IsMatch(text.Key)).ToList();
        var english = users.Where(text => text.Language == "en").ToDictionary(text => text.Key, text => text.Text);
        Assert.Empty(
            from text in users
            where text.Language != "en" && english.TryGetValue(text.Key, out var said) && !SeveralThings.Contains(said)
            group text by (text.Language, english[text.Key]) into same
            where same.Select(text => text.Text).Distinct().Count() > 1
            select string.Join(" and ", same.Select(text => $"{text}: {text.Text}")));
    }

    [Fact]
    public void ThePageAsksAtOnceForEveryScriptThatItBeginsWith()
    {
        var wanted = new HashSet<string>();
        var open = new Stack<string>(["js/main.js"]);
        while (open.TryPop(out var path))
        {
            var script = Scripts.Single(script => script.Path == Folder + path).Text;
            foreach (Match import in Imported().Matches(script))
            {
                var address = new Uri(new Uri("file:///" + path), import.Groups["path"].Value).AbsolutePath[1..];
                if (wanted.Add(address)) open.Push(address);
            }
        }
        var asked = Preloaded().Matches(Repository.Read(Folder + "index.html")).Select(match => match.Groups["path"].Value);
        Assert.Equal(wanted.Order(StringComparer.Ordinal), asked.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void EveryTextThatAScriptNamesIsThere()
    {
        var keys = Texts.Select(text => text.Key).ToHashSet();
        var missing =
            from script in Scripts
            from Match named in NamedText().Matches(script.Text)
            let key = named.Groups["key"].Value
            where !keys.Contains(key) && !keys.Contains(key + ".other")
            select $"{script.Path}: {key}";
        Assert.Empty(missing);
    }

    [Fact]
    public void EveryTextIsNamedByAScript()
    {
        var literals = Scripts.SelectMany(script => Literal().Matches(script.Text)).Select(match => match.Groups["text"].Value).ToHashSet();
        var families = Scripts.SelectMany(script => Families(script.Text)).ToList();
        var unused = Texts.Where(text => text.Language == "en").Select(text => text.Key).Where(key =>
            !literals.Contains(key) && !literals.Contains(PluralForm().Replace(key, "")) && !families.Any(family => key.StartsWith(family, StringComparison.Ordinal)));
        Assert.Empty(unused);
    }

    [Fact]
    public void AFamilyOfTextsIsDeclaredWhereItIsUsed()
    {
        var undeclared =
            from script in Scripts
            let families = Families(script.Text).ToList()
            from Match made in MadeText().Matches(script.Text)
            where !families.Any(family => made.Groups["start"].Value.StartsWith(family, StringComparison.Ordinal))
            select $"{script.Path}: {made.Value} without // texts: {made.Groups["start"].Value}*";
        Assert.Empty(undeclared);
    }

    [Fact]
    public void EveryErrorCodeHasATextOfItsOwn()
    {
        var shell = Texts.Where(text => text is { Language: "en", Area: "shell" }).Select(text => text.Key).ToHashSet();
        // The codes of docs/api.md, which DocumentedExamplesTests holds against the program's.
        string[] answeredAs200 = ["email_verification_required", "invalid_id_token", "no_emails"];
        Assert.Empty(ApiError.All.Select(error => error.Code).Concat(answeredAs200).Select(code => "error." + code).Except(shell));
    }

    [Fact]
    public void ScriptsStayShortAndSmall()
    {
        Assert.NotEmpty(Scripts);
        Assert.Empty(Scripts.Where(script => script.Text.Split('\n').Length > LongestFile + 1).Select(script => $"{script.Path} is longer than {LongestFile} lines"));
        Assert.InRange(Scripts.Sum(script => Compressed(WebFiles.WithoutComments(Encoding.UTF8.GetBytes(script.Text)))), 1, MostScriptBytes);
    }

    // Or what looks like a comment in it would not be served.
    [Fact]
    public void NoTextInAScriptSpansLines() => Assert.Empty(
        Scripts.Where(script => script.Text.Split('\n').Any(line => line.Count(c => c == '`') % 2 != 0)).Select(script => script.Path));

    [Fact]
    public void AScriptIsServedWithoutItsCommentsLineByLine()
    {
        const string Script = "/** What it is.\n * @param {string} of\n */\nexport const address = 'https://example.com' // said\n  // Why.\n/* one */\n/** @type {any} */ (call)()\n";
        Assert.Equal(
            "\n\n\nexport const address = 'https://example.com' // said\n\n\n/** @type {any} */ (call)()\n",
            Encoding.UTF8.GetString(WebFiles.WithoutComments(Encoding.UTF8.GetBytes(Script))));
    }

    [Fact]
    public void NoScriptMakesMarkupOrCodeOfText() => Assert.Empty(
        from script in Scripts
        where script.Path != MarkupPlace
        from Match sink in Sink().Matches(WithoutComments(script.Path, script.Text))
        select $"{script.Path}: {sink.Value}");

    // A namespace; Google's page, which the browser is sent to and which nothing is loaded from; and a value that Firebase asks for.
    private static readonly string[] Named = ["http://www.w3.org/", "https://accounts.google.com/o/oauth2/v2/auth", "http://localhost"];

    [Fact]
    public void NothingComesFromAnotherHost()
    {
        var files = new[] { ".js", ".css", ".html", ".json", ".svg", ".webmanifest" }.SelectMany(Repository.Files)
            .Where(path => path.StartsWith(Folder, StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(files);
        Assert.Empty(
            from path in files
            from Match address in ForeignAddress().Matches(WithoutComments(path, Repository.Read(path)))
            where !Named.Any(named => address.Value.StartsWith(named, StringComparison.Ordinal))
            select $"{path}: {address.Value}");
    }

    private static IEnumerable<Said> ReadTexts()
    {
        foreach (var path in Repository.Files(".json").Where(path => path.StartsWith(Folder + "texts/", StringComparison.Ordinal)))
        {
            using var document = JsonDocument.Parse(Repository.Read(path));
            // A key that stands twice is given twice.
            foreach (var text in document.RootElement.EnumerateObject())
                yield return new Said(Path.GetFileName(Path.GetDirectoryName(path))!, Path.GetFileNameWithoutExtension(path), text.Name, text.Value.GetString()!);
        }
    }

    private static IEnumerable<string> Families(string script) =>
        Declared().Matches(script).SelectMany(match => Family().Matches(match.Value)).Select(match => match.Groups["start"].Value);

    private static string WithoutComments(string path, string text) => Path.GetExtension(path) switch
    {
        ".js" => LineComment().Replace(BlockComment().Replace(text, ""), ""),
        ".css" => BlockComment().Replace(text, ""),
        ".html" or ".svg" => MarkupComment().Replace(text, ""),
        _ => text,
    };

    // As the server sends it to a browser.
    private static long Compressed(byte[] text)
    {
        using var into = new MemoryStream();
        using (var brotli = new BrotliStream(into, CompressionLevel.SmallestSize, leaveOpen: true)) brotli.Write(text);
        return into.Length;
    }

    [GeneratedRegex(@"(?m)^import\s[^'""(]*'(?<path>\.[^']+)'")]
    private static partial Regex Imported();

    [GeneratedRegex(@"rel=""modulepreload"" href=""/app/\{version\}/(?<path>[^""]+)""")]
    private static partial Regex Preloaded();

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Blank();

    // Two words of Latin letters: more than a name or a term that both languages have.
    [GeneratedRegex(@"[A-Za-z]{2,}\s+[A-Za-z]{2,}")]
    private static partial Regex Words();

    [GeneratedRegex(@"(?<![\w.])t\(\s*(?<quote>['""])(?<key>[^'""]+)\k<quote>")]
    private static partial Regex NamedText();

    [GeneratedRegex(@"(?<![\w.])t\(\s*`(?<start>[^`$]*)\$\{")]
    private static partial Regex MadeText();

    [GeneratedRegex(@"(?<quote>['""`])(?<text>[\w.-]+)\k<quote>")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\.(zero|one|two|few|many|other)$")]
    private static partial Regex PluralForm();

    [GeneratedRegex(@"(?m)//\s*texts:.*$")]
    private static partial Regex Declared();

    [GeneratedRegex(@"(?<start>[\w.-]+\.)\*")]
    private static partial Regex Family();

    [GeneratedRegex(@"\b(innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe|parseHTMLUnsafe|srcdoc|createContextualFragment|DOMParser|trustedTypes)\b|document\s*\.\s*write|\beval\s*\(|\bnew\s+Function\b")]
    private static partial Regex Sink();

    // With a scheme, or without one after a quote, a bracket or an equals sign.
    [GeneratedRegex(@"https?://[^\s'""`)<]*|(?<=['""`(=])//[\w-]+\.[\w.-]+")]
    private static partial Regex ForeignAddress();

    [GeneratedRegex(@"(?m)(?<=^|\s)//.*$")]
    private static partial Regex LineComment();

    [GeneratedRegex(@"(?s)/\*.*?\*/")]
    private static partial Regex BlockComment();

    [GeneratedRegex(@"(?s)<!--.*?-->")]
    private static partial Regex MarkupComment();

    private sealed record Said(string Language, string Area, string Key, string Text)
    {
        public override string ToString() => $"{Language}/{Area}.json {Key}";
    }
}
