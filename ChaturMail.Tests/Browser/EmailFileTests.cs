using System.Net.Mail;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChaturMail.Core.Emails;
using ChaturMail.Tests.Support.Browser;
using Microsoft.Playwright;

namespace ChaturMail.Tests.Browser;

/// <summary>How an email leaves the web app, as a link and as a file, and how two texts are compared: the app's own modules, run by the browser.</summary>
public sealed partial class EmailFileTests(WebBrowser browser, SharedWebStack web) : BrowserTests(browser, web)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    [Fact]
    public async Task ALinkIsAsRfc6068HasIt()
    {
        var page = await ModulesAsync();
        // Its own examples, sections 6.1 to 6.3, where they have a field that an email has.
        (string To, string Subject, string Text, string Link)[] examples =
        [
            ("chris@example.com", "", "", "mailto:chris@example.com"),
            ("infobot@example.com", "current-issue", "", "mailto:infobot@example.com?subject=current-issue"),
            ("infobot@example.com", "", "send current-issue", "mailto:infobot@example.com?body=send%20current-issue"),
            ("infobot@example.com", "", "send current-issue\nsend index", "mailto:infobot@example.com?body=send%20current-issue%0D%0Asend%20index"),
            ("addr1@an.example, Addr <addr2@an.example>", "", "", "mailto:addr1@an.example,addr2@an.example"),
            ("gorby%kremvax@example.com", "", "", "mailto:gorby%25kremvax@example.com"),
            ("unlikely?address@example.com", "", "", "mailto:unlikely%3Faddress@example.com"),
            ("Mike&family@example.org", "", "", "mailto:Mike%26family@example.org"),
            ("\"not@me\"@example.org", "", "", "mailto:%22not%40me%22@example.org"),
            ("\"oh\\\\no\"@example.org", "", "", "mailto:%22oh%5C%5Cno%22@example.org"),
            ("\"\\\\\\\"it's\\ ugly\\\\\\\"\"@example.org", "", "", "mailto:%22%5C%5C%5C%22it's%5C%20ugly%5C%5C%5C%22%22@example.org"),
            ("user@example.org", "café", "", "mailto:user@example.org?subject=caf%C3%A9"),
            ("user@納豆.example.org", "Test", "NATTO", "mailto:user@%E7%B4%8D%E8%B1%86.example.org?subject=Test&body=NATTO"),
        ];
        foreach (var (to, subject, text, link) in examples) Assert.Equal(link, await LinkAsync(page, to, subject, text));

        // A plus is a plus, no text can add a field, half a character is none, and a name alone is no address.
        Assert.Equal(
            "mailto:a%2Bb@example.com?subject=1%2B1%20%26%20bcc%3Dx%40y%20z&body=100%25%3F%0D%0A",
            await LinkAsync(page, "a+b@example.com", "1+1 & bcc=x@y\r\nz", "100%?\r\n"));
        Assert.EndsWith("?body=%EF%BF%BD", await page.EvaluateAsync<string>(
            "async () => (await " + Import + ").mailto({ toEmailId: '', subject: '', generatedEmail: String.fromCharCode(0xD800) }).href"));
        Assert.Equal("mailto:?subject=Hi", await LinkAsync(page, "The HR team", "Hi", ""));
        Assert.Equal("mailto:a@x.example,b@y.example?subject=Hi", await LinkAsync(page, "\"A, B\" <a@x.example>; b@y.example", "Hi", ""));
    }

    [Fact]
    public async Task WhatALinkCarriesIsReadAsItWasWritten()
    {
        var page = await ModulesAsync();
        const string Text = "Dear Zoë,\n\nनमस्ते & <b>100 %</b> + \"#?=\"\n😀 10+10\n";

        var read = await page.EvaluateAsync<JsonElement>(
            """
            link => {
              const url = new URL(link)
              return [url.protocol, decodeURIComponent(url.pathname), ...url.search.slice(1).split('&').map(one => decodeURIComponent(one.split('=')[1]))]
            }
            """,
            await LinkAsync(page, "zoë@example.com", "Größe? #1 & 2", Text));

        Assert.Equal(["mailto:", "zoë@example.com", "Größe? #1 & 2", Text.Replace("\n", "\r\n", StringComparison.Ordinal)], read.Deserialize<string[]>()!);
    }

    [Fact]
    public async Task ALinkIsCompleteUpToItsLimit()
    {
        var page = await ModulesAsync();
        var frame = (await LinkAsync(page, "a@example.com", "Hi", "x")).Length - 1;

        var fits = await page.EvaluateAsync<JsonElement>(Call, Arguments("email/email.js", "mailto", Email("a@example.com", "Hi", new string('x', 2000 - frame))));
        var beyond = await page.EvaluateAsync<JsonElement>(Call, Arguments("email/email.js", "mailto", Email("a@example.com", "Hi", new string('x', 2001 - frame))));

        Assert.True(fits.GetProperty("complete").GetBoolean());
        Assert.Equal(2000, fits.GetProperty("href").GetString()!.Length);
        Assert.False(beyond.GetProperty("complete").GetBoolean());
        Assert.Equal("mailto:a@example.com?subject=Hi", beyond.GetProperty("href").GetString());
    }

    [Fact]
    public async Task ADraftFileIsAMessageThatMailProgramsRead()
    {
        var page = await ModulesAsync();
        const string Subject = "Größe und Preis: आपके लिए एक बहुत लंबा विषय, das über mehrere Zeilen geht 😀😀😀😀😀😀😀😀😀😀😀😀";
        const string Text = "Sehr geehrte Frau Lopez,\n\nनमस्ते. 😀\n.\nFrom here on\r\nit goes on.\n";

        var file = await page.EvaluateAsync<string>(
            "async json => (await " + Import + ").draftFile(JSON.parse(json), { from: 'asha@example.com', on: new Date(Date.UTC(2026, 10, 2, 3, 4, 5)) })",
            JsonSerializer.Serialize(Email("Maria <maria@example.com>; \"o, no\"@example.org", Subject + "\r\nBcc: eve@example.com", Text)));

        var lines = file.Split("\r\n");
        Assert.All(lines, line => Assert.True(line.Length <= 76 && line.All(c => c is >= ' ' and <= '~'), line));
        var end = file.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var headers = file[..end].Replace("\r\n ", " ", StringComparison.Ordinal).Split("\r\n").Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal(["From", "To", "Subject", "Date", "X-Unsent", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"], headers.Keys);
        Assert.Equal("asha@example.com", new MailAddress(headers["From"]).Address);
        Assert.Equal(["maria@example.com", "\"o, no\"@example.org"], new MailAddressCollection { headers["To"] }.Select(address => address.Address));
        Assert.All(headers["Subject"].Split(' '), word => Assert.InRange(word.Length, 1, 75));
        Assert.Equal(Subject + " Bcc: eve@example.com", string.Concat(EncodedWord().Matches(headers["Subject"]).Select(word => Decoded(word.Groups[1].Value))));
        Assert.Equal("Mon, 02 Nov 2026 03:04:05 +0000", headers["Date"]);
        Assert.Equal(
            ("1", "1.0", "text/plain; charset=utf-8", "base64"),
            (headers["X-Unsent"], headers["MIME-Version"], headers["Content-Type"], headers["Content-Transfer-Encoding"]));
        Assert.Equal(Text.ReplaceLineEndings("\r\n"), Decoded(file[(end + 4)..].Replace("\r\n", "", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task WordsAreComparedAsTheApiComparesThem()
    {
        var page = await ModulesAsync();
        (string Before, string After)[] pairs =
        [
            ("", ""), ("", "Hello"), ("Hello", ""), ("the same", "the same"), ("Dear Maria,\n\nI am ill.", "Dear Maria,\n\nI am very ill today."),
            ("one two three four", "five six seven four"), ("a b c d e f g h", "a x c d y f z h"), ("मैं कल आऊँगा।", "मैं परसों आऊँगा।"), ("我明天来。", "我后天来。"),
            ("tabs\tand  blanks\n\n\n", "tabs and blanks\n"), ("😀 ok", "😁 ok"),
            (string.Join(' ', Enumerable.Range(0, 300)), string.Join(' ', Enumerable.Range(0, 300).Select(n => n % 7 == 0 ? -n : n))),
        ];

        foreach (var (before, after) in pairs)
        {
            var parts = await WordsAsync(page, before, after);
            Assert.Equal(before, string.Concat(parts.Where(part => part.Op != "insert").Select(part => part.Text)));
            Assert.Equal(after, string.Concat(parts.Where(part => part.Op != "delete").Select(part => part.Text)));
            Assert.All(parts, part => Assert.NotEmpty(part.Text));
            Assert.All(parts.Zip(parts.Skip(1)), pair => Assert.NotEqual(pair.First.Op, pair.Second.Op));
            // Both find as much in common as there is; a change across a blank is one here, for the eye.
            var same = EmailDiff.Words(before, after).Where(part => part.Change == DiffChange.Equal).Sum(part => part.Text.Count(char.IsLetterOrDigit));
            Assert.Equal(same, parts.Where(part => part.Op == "equal").Sum(part => part.Text.Count(char.IsLetterOrDigit)));
        }
    }

    [Fact]
    public async Task TextsThatShareNothingAreReplacedAsAWhole()
    {
        var page = await ModulesAsync();
        var (before, after) = (string.Join(' ', Enumerable.Range(0, 5000)), string.Join(' ', Enumerable.Range(5000, 5000)));

        Assert.Equal([("delete", before), ("insert", after)], await WordsAsync(page, before, after));
        Assert.Equal([("equal", "I am "), ("delete", "one two"), ("insert", "three four"), ("equal", ".")], await WordsAsync(page, "I am one two.", "I am three four."));
    }

    // What is handed over is JSON: of the kinds of C# some would arrive as others.
    private const string Call = """
        async json => {
          const [path, name, args] = JSON.parse(json)
          return (await import(new URL(path, document.querySelector('script[type=module]').src).href))[name](...args)
        }
        """;

    private const string Import = "import(new URL('email/email.js', document.querySelector('script[type=module]').src).href)";

    private static string Arguments(string path, string name, params object[] args) => JsonSerializer.Serialize(new object[] { path, name, args });

    private static string Decoded(string base64) => Strict.GetString(Convert.FromBase64String(base64));

    private static Dictionary<string, string> Email(string to, string subject, string text) => new() { ["toEmailId"] = to, ["subject"] = subject, ["generatedEmail"] = text };

    private static async Task<string> LinkAsync(IPage page, string to, string subject, string text) =>
        (await page.EvaluateAsync<JsonElement>(Call, Arguments("email/email.js", "mailto", Email(to, subject, text)))).GetProperty("href").GetString()!;

    private static async Task<IReadOnlyList<(string Op, string Text)>> WordsAsync(IPage page, string before, string after) =>
        [.. (await page.EvaluateAsync<JsonElement>(Call, Arguments("email/diff.js", "words", before, after))).EnumerateArray()
            .Select(part => (part.GetProperty("op").GetString()!, part.GetProperty("text").GetString()!))];

    // A page of the app, whose modules are there to be called.
    private async Task<IPage> ModulesAsync()
    {
        var page = await NewPageAsync(await StackAsync());
        await page.GotoAsync("/");
        return page;
    }

    [GeneratedRegex(@"=\?UTF-8\?B\?([A-Za-z0-9+/=]*)\?=")]
    private static partial Regex EncodedWord();
}
